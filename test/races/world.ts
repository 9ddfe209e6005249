import { after } from 'node:test';
import Fastify from 'fastify';
import { sandboxWorld } from '../../src/sandbox/index.ts';
import type { Premises } from './house.ts';

/** The sandbox acquirer's host over HTTP, on the database and the business clock of some premises. */
export const openWorld = async ({ sql, clock }: Premises) => {
  const app = Fastify({ forceCloseConnections: true });
  const world = sandboxWorld({ sql, clock, publicUrl: 'http://pay.example' });
  await world.migrate();
  await app.register(world.plugin);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  after(() => app.close());
  return {
    url,
    /** What stands in the host's book: amounts in minor units of two decimals, by our reference. */
    standing: async (): Promise<ReadonlyMap<string, bigint>> =>
      new Map(
        (await world.book.entries())
          .filter((entry) => entry.status === 'approved' && !entry.reversedBy && entry.kind !== 'reverse')
          .map(({ reference, amount }) => [reference, BigInt(amount.replace('.', ''))]),
      ),
  };
};
