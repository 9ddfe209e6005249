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
    onnotice: () => {},
    connection: {
      application_name: name,
      statement_timeout: 10_000,
      lock_timeout: 2_000,
      idle_in_transaction_session_timeout: 10_000,
      // Planning the record statement anew costs 2 to 6 ms each time.
      plan_cache_mode: 'force_generic_plan',
      TimeZone: 'UTC',
    },
    types: {
      bigint: { to: 20, from: [20], parse: BigInt, serialize: String } as unknown as postgres.PostgresType<bigint>,
    },
  }) as unknown as Sql;

/** An array as PostgreSQL reads it in text form: `{1,"two",NULL}`. */
export const arrayText = (values: readonly (string | number | bigint | null)[]): string => {
  let text = '{';
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (i > 0) text += ',';
    if (value === null) text += 'NULL';
    else if (typeof value === 'string') text += `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;
    else text += value;
  }
  return `${text}}`;
};
