import { createServer, type IncomingHttpHeaders } from 'node:http';
import { after } from 'node:test';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly text: string;
}

/** A merchant's receiver of notices. It answers 200 unless `statuses` still holds another answer to give first. */
export const startReceiver = async () => {
  const received: Received[] = [];
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', headers, rawHeaders } = request;
      received.push({ path, headers, rawHeaders, text: Buffer.concat(chunks).toString('utf8') });
      response.statusCode = statuses.shift() ?? 200;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  after(close);
  return { url: `http://127.0.0.1:${port}`, received, statuses, close };
};
