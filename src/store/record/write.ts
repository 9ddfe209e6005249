import type { Step, Verdict } from '../../gateway/ports.ts';
import type { Log } from '../../kit/log.ts';
import type { Sql } from '../../kit/postgres.ts';
import { failureOf, sqlStateOf } from './failures.ts';
import { type Fate, lookUp } from './look-up.ts';
import { type Rows, recordStatement } from './statement.ts';

/** A step that waits for its verdict. */
export interface Entry {
  readonly step: Step;
  readonly rows: Rows;
  /** A line broke while it was under way: it may have been written without our knowing. */
  doubtful: boolean;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: Error) => void;
}

export interface Writing {
  /** Writes batches. */
  readonly record: Sql;
  /** Looks up what became of a step. */
  readonly read: Sql;
  readonly log: Log;
  /** Told of every statement that was written: how many steps, how long in ms. */
  readonly onBatch?: ((stepCount: number, ms: number) => void) | undefined;
}

/** How long a batch tries to get through to a database that is away or in somebody else's hands, ms. */
const patienceMs = 30_000;

const pause = (round: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.min(20 * 2 ** round, 1_000) * (0.5 + Math.random())));

/** Tries until it succeeds, is refused, or patience ends. */
const persistently = async <T>(giveUpAt: number, attempt: () => Promise<T>): Promise<T> => {
  for (let round = 0; ; round++) {
    try {
      return await attempt();
    } catch (error) {
      if (failureOf(error) === 'refused' || performance.now() >= giveUpAt) throw error;
      await pause(round);
    }
  }
};

/** PostgreSQL's own message, detail and parameters show row values, so only the code and the constraint's name go on. */
const refusedBy = (error: unknown): { code: string; constraint: string | null } => ({
  code: sqlStateOf(error) ?? 'unknown',
  constraint: (error as { constraint_name?: string }).constraint_name ?? null,
});

const settle = async (entries: readonly Entry[], verdicts: readonly Verdict[], writing: Writing, giveUpAt: number) => {
  // A step that was written without our knowing meets its own traces: its payment has moved on, by itself.
  const suspects = entries.filter((entry, n) => entry.doubtful && verdicts[n] !== 'written');
  const fates = new Map<Entry, Fate>();
  if (suspects.length > 0) {
    const found = await persistently(giveUpAt, () =>
      lookUp(
        writing.read,
        suspects.map((entry) => entry.step),
      ),
    );
    for (const [i, entry] of suspects.entries()) fates.set(entry, found[i]!);
  }
  for (const [n, entry] of entries.entries()) {
    entry.resolve(fates.get(entry) === 'written' ? 'written' : verdicts[n]!);
  }
};

/** One step that PostgreSQL refused by itself. */
const settleRefused = async (entry: Entry, error: unknown, writing: Writing, giveUpAt: number) => {
  const { step } = entry;
  const { code, constraint } = refusedBy(error);
  if (code === 'TG001') return settle([entry], ['taken'], writing, giveUpAt);
  if (code === '23505') {
    const [fate] = await persistently(giveUpAt, () => lookUp(writing.read, [step]));
    if (fate === 'written') return entry.resolve('written');
    if (fate === 'moved') return entry.resolve('stale');
  }
  const { merchantId, id: paymentId } = step.payment;
  writing.log.error(
    { alarm: 'step_refused', code, constraint, merchantId, paymentId, command: step.command },
    'the database refused a step that our rules had passed',
  );
  entry.reject(new Error(`the database refused step ${step.command} of payment ${paymentId}: ${code} ${constraint}`));
};

const send = async (entries: readonly Entry[], { record, onBatch }: Writing): Promise<Verdict[]> => {
  const { text, parameters } = recordStatement(entries.map((entry) => entry.rows));
  const startedAt = performance.now();
  const rows = await record.unsafe<{ n: number; verdict: 'stale' | 'taken' }[]>(text, parameters, { prepare: true });
  onBatch?.(entries.length, performance.now() - startedAt);
  const verdicts: Verdict[] = entries.map(() => 'written');
  for (const { n, verdict } of rows) verdicts[n] = verdict;
  return verdicts;
};

const attempt = async (entries: readonly Entry[], writing: Writing, giveUpAt: number, round = 0): Promise<void> => {
  let verdicts: Verdict[];
  try {
    verdicts = await send(entries, writing);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === 'refused') {
      if (entries.length === 1) return settleRefused(entries[0]!, error, writing, giveUpAt);
      const middle = entries.length >> 1;
      await attempt(entries.slice(0, middle), writing, giveUpAt);
      return attempt(entries.slice(middle), writing, giveUpAt);
    }
    if (performance.now() >= giveUpAt) throw error;
    writing.log.warn({ code: sqlStateOf(error), stepCount: entries.length, failure }, 'a batch is tried again');
    const rest = failure === 'again' ? entries : await afterLoss(entries, writing, giveUpAt);
    if (rest.length === 0) return;
    await pause(round);
    return attempt(rest, writing, giveUpAt, round + 1);
  }
  return settle(entries, verdicts, writing, giveUpAt);
};

/** Settles what the lost answer would have told, and answers the steps that must be written again. */
const afterLoss = async (entries: readonly Entry[], writing: Writing, giveUpAt: number): Promise<Entry[]> => {
  for (const entry of entries) entry.doubtful = true;
  const fates = await persistently(giveUpAt, () =>
    lookUp(
      writing.read,
      entries.map((entry) => entry.step),
    ),
  );
  return entries.filter((entry, i) => {
    if (fates[i] === 'written') entry.resolve('written');
    if (fates[i] === 'moved') entry.resolve('stale');
    return fates[i] === 'unchanged';
  });
};

/**
 * Writes steps that have no payment, gate or claim in common, in one statement, and settles every one of them, whatever
 * PostgreSQL says: what it refuses is split in halves until the faulty step stands alone.
 */
export const write = async (entries: readonly Entry[], writing: Writing): Promise<void> => {
  try {
    await attempt(entries, writing, performance.now() + patienceMs);
  } catch (error) {
    const { code } = refusedBy(error);
    writing.log.error({ code, stepCount: entries.length }, 'a batch got no answer');
    // Entries that are settled already ignore this.
    for (const entry of entries) {
      entry.reject(new Error(`the database gave no answer to step ${entry.step.command}: ${code}`));
    }
  }
};
