import { sandboxWorld } from '../src/sandbox/index.ts';
import { booksAgree } from '../test/books.ts';
import { type Tollgate, until } from '../test/installation.ts';
import type { LoadedGateway } from './gateway.ts';

export interface Books {
  /** What differs; null when our books and the acquirer's say the same, row by row. */
  readonly difference: string | null;
  readonly payments: number;
  /** Minor units, by currency. */
  readonly capturedMinor: Readonly<Record<string, string>>;
}

/** An overload may leave orders whose end is still asked for. */
const inquiriesTimeoutMs = 60_000;

/** Holds the gateway's books against those that the sandbox's acquirer keeps by other code, when nothing is under way. */
export const checkBooks = async ({ url, installation }: LoadedGateway): Promise<Books> => {
  const { sql, clock } = installation;
  const sandbox = sandboxWorld({ sql, clock, publicUrl: url });
  const rows = await sql.unsafe<{ currency: string; payments: number; captured: string }[]>(`
    select currency, count(*)::int payments, sum(captured_minor)::text captured from tollgate.payments
    where captured_minor > 0 group by currency`);
  const found = {
    payments: rows.reduce((sum, row) => sum + row.payments, 0),
    capturedMinor: Object.fromEntries(rows.map((row) => [row.currency, row.captured])),
  };
  const underWay = 'select from tollgate.attempts where due_at is not null limit 1';
  try {
    await until('no order is under way', async () => (await sql.unsafe(underWay)).length === 0, inquiriesTimeoutMs);
    await booksAgree({ installation, assembly: { sandbox } } as unknown as Tollgate);
    return { difference: null, ...found };
  } catch (error) {
    return { difference: (error as Error).message.slice(0, 1_000), ...found };
  }
};
