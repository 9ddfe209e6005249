import type { Step } from '../../gateway/ports.ts';

export type Value = string | number | bigint | null;

/** `flag` travels as 0 or 1, because the driver sends arrays of booleans wrongly. */
type Type = 'int' | 'bigint' | 'uuid' | 'text' | 'flag';

/** How a column that is sent gets its value. `index` counts the step's rows from 0. */
type Sent<Row> = readonly [type: Type, of: (row: Row, index: number, step: Step) => Value];

/** What one part of the record statement is sent: a column is an array, a row belongs to a step. */
export interface Sheet {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: Type }[];
  /** The rows of one step, a value a column. Throws where a value is missing, which is a fault in our code. */
  rows(step: Step): Value[][];
  /** The part's SQL. `source` is the sheet as a FROM item `t` with the columns above and `n`, the step's number. */
  sql(source: string): string;
}

export const sheet = <Row>(parts: {
  readonly name: string;
  readonly rows: (step: Step) => readonly Row[];
  readonly columns: Readonly<Record<string, Sent<Row>>>;
  readonly sql: (source: string) => string;
}): Sheet => {
  const columns = Object.entries(parts.columns);
  return {
    name: parts.name,
    columns: columns.map(([name, [type]]) => ({ name, type })),
    rows: (step) =>
      parts.rows(step).map((row, index) =>
        columns.map(([name, [, of]]) => {
          const value = of(row, index, step);
          if (value === undefined) throw new Error(`${parts.name}.${name} of payment ${step.payment.id} has no value`);
          return value;
        }),
      ),
    sql: parts.sql,
  };
};

/**
 * A sheet that inserts rows into the table of its name. Merchant and payment come from the step; a column that is a
 * text is an SQL expression over `s`, the step that passed. `ending` follows the insert: an order, a conflict rule.
 */
export const insertSheet = <Row>(table: {
  readonly name: string;
  readonly rows: (step: Step) => readonly Row[];
  readonly columns: Readonly<Record<string, Sent<Row> | string>>;
  readonly ending?: string;
}): Sheet => {
  const columns = Object.entries(table.columns);
  const targets = columns.map(([name]) => name).join(', ');
  const values = columns.map(([name, how]) => {
    if (typeof how === 'string') return how;
    return how[0] === 'flag' ? `t.${name} = 1` : `t.${name}`;
  });
  return sheet<Row>({
    name: table.name,
    rows: table.rows,
    columns: Object.fromEntries(columns.filter((entry): entry is [string, Sent<Row>] => typeof entry[1] !== 'string')),
    sql: (source) => `${table.name}_in as (
  insert into tollgate.${table.name} as x (${targets})
  select ${values.join(', ')}
  from ${source} join passed s using (n) ${table.ending ?? ''})`,
  });
};

/**
 * The rows of a sheet with `m`, `p` and `read` of their steps, as a FROM item `t` for an update or delete. `offset 0`
 * keeps the planner from joining the rows to their steps last, one by one.
 */
export const passedRows = (source: string): string =>
  `(select s.m, s.p, s.read, t.* from ${source} join passed s using (n) offset 0) t`;

/** Key columns of every table that hangs from a payment. */
export const ofPayment = { merchant_id: 's.m', payment_id: 's.p' } as const;

/** `a = excluded.a, …`: what an upsert takes over from the row that was to be inserted. */
export const overwrite = (...columns: string[]): string =>
  columns.map((name) => `${name} = excluded.${name}`).join(', ');
