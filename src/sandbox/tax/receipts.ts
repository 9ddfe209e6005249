import { randomInt } from 'node:crypto';
import { type Sql, transaction } from '../../kit/postgres.ts';
import type { Line } from './vat.ts';

const terminal = 'UZ210317250041';

/** What a seller wants registered. `amount` in major units; a refund names the number of the sale's receipt. */
export interface NewReceipt {
  readonly reference: string;
  readonly kind: 'sale' | 'refund';
  readonly original: number | null;
  readonly seller: string;
  readonly amount: string;
  readonly currency: string;
  readonly lines: readonly Line[];
}

export interface Registered extends NewReceipt {
  readonly number: number;
  readonly terminal: string;
  /** 12 digits. */
  readonly sign: string;
  /** Business ms. */
  readonly registeredAt: number;
}

const columns = `number::float8 as number, reference, kind, original::float8 as original, seller, amount::text as amount, currency,
  lines::json as lines, terminal, sign, registered_at::float8 as "registeredAt"`;

const byReference = `select ${columns} from sandbox.receipts where reference = $1`;
const byNumber = `select ${columns} from sandbox.receipts where number = $1`;

// Whoever refunds the same sale waits here, so that two refunds cannot both be the last that fits.
const lockSale = `select amount, currency from sandbox.receipts where number = $1 and kind = 'sale' for update`;

const fits = `
select coalesce(sum(amount), 0) + $2::numeric <= $3::numeric as fits from sandbox.receipts where original = $1`;

// A reference that is known already answers as it stands.
const insert = `
insert into sandbox.receipts as x (reference, kind, original, seller, amount, currency, lines, terminal, sign, registered_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (reference) do update set reference = x.reference returning ${columns}`;

const enter = async (sql: Sql, wanted: NewReceipt, now: number): Promise<Registered> => {
  const { reference, kind, original, seller, amount, currency, lines } = wanted;
  const sign = String(randomInt(10 ** 12)).padStart(12, '0');
  const values = [reference, kind, original, seller, amount, currency, JSON.stringify(lines), terminal, sign, now];
  return (await sql.unsafe<Registered[]>(insert, values, { prepare: true }))[0]!;
};

export const receiptNumbered = async (sql: Sql, number: number): Promise<Registered | undefined> =>
  (await sql.unsafe<Registered[]>(byNumber, [number], { prepare: true }))[0];

const refundFault = async (sql: Sql, { original, amount, currency }: NewReceipt): Promise<string | undefined> => {
  const [sale] = await sql.unsafe<{ amount: string; currency: string }[]>(lockSale, [original], { prepare: true });
  if (sale?.currency !== currency) return 'the receipt of the sale is not known';
  const [room] = await sql.unsafe<{ fits: boolean }[]>(fits, [original, amount, sale.amount], { prepare: true });
  return room!.fits ? undefined : 'more is refunded than was sold';
};

/** A refund that goes beyond its sale is refused; one that is known already is answered as it stands. */
const enterRefund = (sql: Sql, wanted: NewReceipt, now: number): Promise<Registered | string> =>
  transaction(sql, async (tx) => {
    const known = async () => (await tx.unsafe<Registered[]>(byReference, [wanted.reference], { prepare: true }))[0];
    const fault = (await known()) ? undefined : await refundFault(tx, wanted);
    if (fault) return (await known()) ?? fault;
    return enter(tx, wanted, now);
  }) as Promise<Registered | string>;

/** Registers a receipt, or answers why not; the same reference is the same receipt, whatever else is said. */
export const registerReceipt = async (sql: Sql, wanted: NewReceipt, now: number): Promise<Registered | string> => {
  if (/^[0.]+$/.test(wanted.amount)) return 'a receipt needs an amount above zero';
  if (wanted.kind === 'refund') return enterRefund(sql, wanted, now);
  return wanted.original === null ? enter(sql, wanted, now) : 'a sale is about no other receipt';
};
