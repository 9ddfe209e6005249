/** What a room needs of a log. Lines carry ids and codes; never card data, keys, bodies or a database error's detail. */
export interface Log {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
