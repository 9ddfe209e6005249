import { Agent, request } from 'node:http';
import type { Clock } from '../../kit/clock.ts';

/**
 * What came of sending a message. `not_sent`: proven that no byte of it left. `silence`: it may have arrived and nothing
 * usable came back. `broken`: something came back that is no answer.
 */
export type Exchange<T> =
  | { readonly kind: 'answer'; readonly answer: T }
  | { readonly kind: 'not_sent' | 'silence' | 'broken'; readonly note: string };

const answerBytesMax = 64 * 1024;
const socketCountMax = 512;
/** Well under the time after which hosts drop an idle line, so that a message does not meet a line being dropped. */
const idleMs = 4_000;

/**
 * A line to the host at `url` (http). `post` sends JSON and reads the answer with `read`, which answers undefined for
 * what is no answer to this message: such a line is out of step and is dropped. Deadlines in real ms by `clock`; no byte
 * leaves after one, and nobody waits longer.
 */
export const lineTo = (url: string, clock: Clock) => {
  const agent = new Agent({ keepAlive: true, maxSockets: socketCountMax, timeout: idleMs });

  const post = <T>(path: string, body: string, deadlineAt: number, read: (text: string) => T | undefined) =>
    new Promise<Exchange<T>>((resolve) => {
      let left = false;
      const outgoing = request(new URL(path, url), {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      });

      const timer = setTimeout(
        () => end(left ? 'silence' : 'not_sent', 'deadline'),
        Math.max(0, deadlineAt - clock.now()),
      );
      const finish = (exchange: Exchange<T>) => {
        clearTimeout(timer);
        resolve(exchange);
      };
      const end = (kind: 'not_sent' | 'silence' | 'broken', note: string) => {
        finish({ kind, note });
        // Once an answer has ended, destroying the request leaves the socket alone.
        outgoing.socket?.destroy();
        outgoing.destroy();
      };
      const fail = (error: Error & { code?: string }) => end(left ? 'silence' : 'not_sent', error.code ?? error.name);

      const depart = () => {
        if (outgoing.destroyed) return;
        if (clock.now() >= deadlineAt) return end('not_sent', 'deadline');
        left = true;
        outgoing.end(body);
      };
      outgoing.once('socket', (socket) => (socket.connecting ? socket.once('connect', depart) : depart()));
      outgoing.on('error', fail);

      outgoing.once('response', (incoming) => {
        const chunks: Buffer[] = [];
        let byteCount = 0;
        incoming.on('data', (chunk: Buffer) => {
          byteCount += chunk.length;
          if (byteCount > answerBytesMax) return end('broken', 'oversize answer');
          chunks.push(chunk);
        });
        incoming.once('error', fail);
        incoming.once('end', () => {
          if (incoming.statusCode !== 200) return end('broken', `HTTP ${incoming.statusCode}`);
          const answer = read(Buffer.concat(chunks).toString('utf8'));
          if (answer === undefined) return end('broken', 'no answer to this message');
          finish({ kind: 'answer', answer });
        });
      });
    });

  return { post };
};
