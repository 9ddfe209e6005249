import postgres from 'postgres';

export type Sql = postgres.Sql;

/**
 * After a line broke, the driver puts what it had not sent yet before the greeting of the next line, and sends neither until
 * its buffer is full, at 1 KiB: for the 10 s of `connect_timeout` nothing passes. A greeting of that size leaves at once;
 * the server refuses the mixture, and the line after that is clean. Seen with postgres 3.4.9.
 */
const flushing = { 'tollgate.fill': 'x'.repeat(1_024) } as object;

/**
 * One statement at a time on a line, which the driver's types do not know: with others queued behind it the driver loses its
 * way when the line ends, and reads hang for ever.
 */
const unqueued = { max_pipeline: 1 } as object;

/**
 * Transactions have lines of their own. On lines that are `unqueued` the driver now and then begins one without keeping the line
 * to it: what others then write there is acknowledged, and gone.
 */
const transactionLines = new WeakMap<Sql, () => Sql>();

/** How long what is under way on other lines of a pool may take after one of them has closed. */
const farewellSeconds = 3;

/** For the lines of one pool. They are opened when first needed. */
const transactionCountMax = 2;

/**
 * Connections to PostgreSQL. Arrays go out as text that `arrayText` makes, so the driver need not know array types;
 * 64-bit integers come in as bigint, times as Date.
 */
export const connect = (url: string, connectionCountMax: number, name: string): Sql => {
  const lines = renewing((onclose) => open(url, connectionCountMax, name, { ...unqueued, onclose }));
  const transactionCount = Math.min(connectionCountMax, transactionCountMax);
  const transactions = renewing((onclose) => open(url, transactionCount, name, { onclose }));
  const end: Sql['end'] = async (options) => {
    await Promise.all([lines.end(options), transactions.end(options)]);
  };
  const sql = new Proxy(lines.now(), {
    get: (_, member) => (member === 'end' ? end : Reflect.get(lines.now(), member)),
  });
  transactionLines.set(sql, transactions.now);
  return sql;
};

/**
 * A pool that is replaced when one of its lines closes, whoever closed it: after that the driver may keep statements for ever
 * that it never sends. Those that are still under way have a moment to come to their end, then they are rejected.
 */
const renewing = (openPool: (onclose: () => void) => Sql) => {
  let isEnded = false;
  const openNext = (): Sql => {
    const pool = openPool(() => {
      if (isEnded || pool !== current) return;
      current = openNext();
      void pool.end({ timeout: farewellSeconds });
    });
    return pool;
  };
  let current = openNext();
  return {
    now: () => current,
    end: (options?: { timeout?: number }) => {
      isEnded = true;
      return current.end(options);
    },
  };
};

const open = (url: string, connectionCountMax: number, name: string, more: object = {}): Sql =>
  postgres(url, {
    ...more,
    max: connectionCountMax,
    fetch_types: false,
    connect_timeout: 10,
    // A line that closes by itself would take what is under way on the others with it, such as a long migration.
    max_lifetime: null,
    // Seconds before the next try to connect. The driver's own pauses grow to 20 s, long after the database is back.
    backoff: (tryCount: number) => Math.min(0.05 * 2 ** tryCount, 1) * (0.5 + Math.random()),
    onnotice: () => {},
    connection: {
      application_name: name,
      statement_timeout: 10_000,
      lock_timeout: 2_000,
      idle_in_transaction_session_timeout: 10_000,
      // Planning the record statement anew costs 2 to 6 ms each time.
      plan_cache_mode: 'force_generic_plan',
      // A plan cached while its tables were empty must not read them through once they are full.
      enable_seqscan: 'off',
      TimeZone: 'UTC',
      ...flushing,
    },
    types: {
      bigint: { to: 20, from: [20], parse: BigInt, serialize: String } as unknown as postgres.PostgresType<bigint>,
    },
  }) as unknown as Sql;

const special = /["\\\0]/;

const quoted = (text: string): string =>
  special.test(text) ? `"${text.replaceAll('\0', '\uFFFD').replace(/["\\]/g, '\\$&')}"` : `"${text}"`;

/**
 * An array as PostgreSQL reads it in text form: `{1,"two",NULL}`. A NUL character, which no PostgreSQL text can hold,
 * becomes U+FFFD: what a stranger sent must not stop what is written beside it.
 */
export const arrayText = (values: readonly (string | number | bigint | null)[]): string => {
  let text = '{';
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (i > 0) text += ',';
    if (value === null) text += 'NULL';
    else if (typeof value === 'string') text += quoted(value);
    else text += value;
  }
  return `${text}}`;
};

/** The server said farewell, or nothing at all. */
const isLineLost = (error: unknown): boolean => {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return severity === undefined ? typeof code === 'string' : severity === 'FATAL' || severity === 'PANIC';
};

/**
 * One transaction: committed when `work` ends well, rolled back when it throws. `mode`: as after BEGIN. Throws what `work`
 * throws, or what the driver says of a line that broke.
 */
export const transaction = <T>(sql: Sql, work: (tx: Sql) => Promise<T>, mode = ''): Promise<T> =>
  (transactionLines.get(sql)?.() ?? sql).begin(mode, async (tx) => {
    try {
      return await work(tx as unknown as Sql);
    } catch (error) {
      // The driver would send its rollback down the line that is gone, from where nobody can catch what it throws. It
      // rejects by itself when the line goes.
      if (isLineLost(error)) await new Promise(() => {});
      throw error;
    }
  }) as Promise<T>;
