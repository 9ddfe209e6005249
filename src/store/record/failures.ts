/**
 * What an error of the database means for the batch that met it.
 * `again`: nothing was written, and the same batch may well pass in a moment (deadlock, serialization, lock timeout,
 * statement cancelled, no room). `lost`: the line broke, and whether it was written is not known. `refused`: nothing
 * was written because of something in the batch.
 */
export type Failure = 'again' | 'lost' | 'refused';

/** 25006: the database only reads, as one does just after it has taken over from another. */
const againCodes = new Set(['40P01', '40001', '55P03', '57014', '25006']);

export const sqlStateOf = (error: unknown): string | undefined => {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return typeof severity === 'string' && typeof code === 'string' ? code : undefined;
};

export const failureOf = (error: unknown): Failure => {
  const code = sqlStateOf(error);
  // No word from the server: the driver or the socket gave up. Without any code it is a fault of our own.
  if (code === undefined) return typeof (error as { code?: unknown }).code === 'string' ? 'lost' : 'refused';
  // 57P0x: the server shuts down or this session was ended, perhaps just after it had committed.
  if (code.startsWith('08') || code.startsWith('57P0')) return 'lost';
  return againCodes.has(code) || code.startsWith('53') ? 'again' : 'refused';
};
