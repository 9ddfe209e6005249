import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Call {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Client {
  send(call: Call): Promise<Reply>;
  close(): void;
}

/** The gateway answered otherwise than a payment needs. */
export class WrongAnswer extends Error {
  readonly reply: Reply;

  constructor(reply: Reply, what: string, said = '') {
    super(`${what} was answered ${reply.status}${said && ` ${said}`}`);
    this.reply = reply;
  }
}

/** The answer, if it has that status; otherwise throws. */
export const expect = (reply: Reply, status: number, what: string): Reply => {
  if (reply.status !== status) throw new WrongAnswer(reply, what);
  return reply;
};

const timeoutMs = 30_000;
/** All that an overload opens are kept, or ports would run out. */
const socketCountMax = 8_192;

/** A lean HTTP client of one server, which keeps its connections: `fetch` would cost the generator twice the time. */
export const clientOf = (url: string): Client => {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo', maxFreeSockets: socketCountMax });
  return {
    send: ({ method, path, headers, body = '' }) =>
      new Promise((resolve, reject) => {
        const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) };
        const outgoing = request({ agent, hostname, port, method, path, headers: { ...headers, ...length } });
        outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error('no answer in time')));
        outgoing.once('error', reject);
        outgoing.once('response', (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.once('error', reject);
          incoming.once('end', () =>
            resolve({
              status: incoming.statusCode!,
              headers: incoming.headers,
              text: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        });
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
};
