import { createServer, type IncomingHttpHeaders } from 'node:http';
import { freePort } from '../test/database.ts';

export interface Notice {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A merchant's receiver of notices. It keeps all of them by the path that they came to. */
export const startReceiver = async () => {
  const notices = new Map<string, Notice[]>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const known = notices.get(path) ?? [];
      notices.set(path, [...known, { headers, text: Buffer.concat(chunks).toString('utf8') }]);
      response.end();
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, notices, close };
};

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
