import { createServer, type Server, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Node takes one new connection a turn of its event loop from each listener (libuv 1.52), and under load a turn takes 10 ms:
 * with one listener a crowd waits for seconds before it can even be refused.
 */
const listenerCount = 16;

/** More connections than Node would let wait: it is for us to refuse them in words. */
const backlog = 4_096;

export interface Listening {
  /** Takes no more connections, and resolves when the last one has ended. */
  close(): Promise<void>;
  /** Ends every connection, whatever is on its way. */
  cut(): void;
}

const listenOn = (server: Server, options: { host: string; port: number; reusePort?: boolean }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...options, backlog }, () => {
      server.off('error', reject);
      resolve();
    });
  });

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** Shared ports would let two gateways run on one without either noticing, so that is looked for first. */
const mustBeFree = async (host: string, port: number): Promise<void> => {
  const probe = createServer();
  await listenOn(probe, { host, port });
  await closed(probe);
};

/** Whether this system lets several listeners of a process share a port. */
const canShare = process.platform === 'linux';

/** Lets the server listen, and further listeners beside it hand it their connections. Throws when the port is taken. */
export const listen = async (server: FastifyInstance, host: string, port: number): Promise<Listening> => {
  if (port !== 0) await mustBeFree(host, port);
  await server.listen({ host, port, backlog, ...(canShare && { reusePort: true }) });
  const others: Server[] = [];
  const own = server.server.address();
  if (canShare && typeof own === 'object' && own) {
    const hand = (socket: Socket) => server.server.emit('connection', socket);
    while (others.length < listenerCount - 1) {
      const other = createServer({ noDelay: true }, hand);
      await listenOn(other, { host, port: own.port, reusePort: true });
      others.push(other);
    }
  }
  return {
    async close() {
      const ended = others.map(closed);
      await server.close();
      await Promise.all(ended);
    },
    cut: () => server.server.closeAllConnections(),
  };
};
