import type { Sql } from '../src/kit/postgres.ts';
import { delayMsOf, type Latency } from '../src/sandbox/host/latency.ts';
import { type Ended, percentilesOf } from './tally.ts';

/** The host's messages that a payment of the bench sends, by kind of operation. */
const messageNames = new Set(['sale', 'authorize', 'capture', 'refund']);

interface Row {
  readonly reference: string;
  readonly kind: string;
  readonly sent_reference: string;
}

const statement = `
select o.reference, o.kind, a.sent_reference
from tollgate.operations o
join tollgate.attempts a on a.merchant_id = o.merchant_id and a.payment_id = o.payment_id and a.operation = o.ordinal
where o.requested_at >= $1 and o.reference is not null`;

const rowsAtOnce = 5_000;

/**
 * How long the acquirer's host waited for each reference that was asked for since `since` (ms since 1970). The host draws
 * its time from the message's own reference, which the gateway has written down, so the same draw is made here again: the
 * gateway itself tells nothing, and nothing that it does can make its own share look smaller.
 */
const acquirerMsBy = async (sql: Sql, latency: Latency, since: number): Promise<ReadonlyMap<string, number>> => {
  const found = new Map<string, number>();
  for await (const rows of sql.unsafe<Row[]>(statement, [since]).cursor(rowsAtOnce)) {
    for (const { reference, kind, sent_reference } of rows) {
      if (!messageNames.has(kind)) throw new Error(`no message of the bench is a ${kind}`);
      found.set(reference, (found.get(reference) ?? 0) + delayMsOf(latency, kind, sent_reference));
    }
  }
  return found;
};

/** Timers may be early by a millisecond. */
const earlyMs = 2;

export interface Added {
  /** Latency without the time that the acquirer took. */
  readonly added: ReturnType<typeof percentilesOf>;
  readonly faults: readonly string[];
}

/** The gateway's part of the latency of payments; `result` are the references that each had. */
export const addedLatency = async (
  sql: Sql,
  latency: Latency | null,
  since: number,
  ended: readonly Ended<readonly string[]>[],
): Promise<Added> => {
  if (!latency) return { added: percentilesOf(ended.map(({ tookMs }) => tookMs)), faults: [] };
  const acquirerMs = await acquirerMsBy(sql, latency, since);
  const unknown = ended.flatMap(({ result }) => result.filter((reference) => !acquirerMs.has(reference)));
  const addedMs = ended.map(
    ({ tookMs, result }) => tookMs - result.reduce((sum, reference) => sum + (acquirerMs.get(reference) ?? 0), 0),
  );
  const early = ended.filter(({ result }, index) => addedMs[index]! < -earlyMs * result.length);
  return {
    added: percentilesOf(addedMs),
    faults: [
      ...(unknown.length > 0 ? [`nothing was asked of the acquirer for ${unknown.length} references`] : []),
      ...(early.length > 0 ? [`${early.length} payments took less time than their acquirer`] : []),
    ],
  };
};
