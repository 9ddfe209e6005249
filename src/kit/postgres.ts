import postgres from 'postgres';

export type Sql = postgres.Sql;

/**
 * Connections to PostgreSQL. Arrays go out as text that `arrayText` makes, so the driver need not know array types;
 * 64-bit integers come in as bigint, times as Date.
 */
export const connect = (url: string, connectionCountMax: number, name: string): Sql =>
  postgres(url, {
    max: connectionCountMax,
    fetch_types: false,
    connect_timeout: 10,
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
