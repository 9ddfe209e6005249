/**
 * What may be logged of an error: its name, its code and where it came from. No message, since one of a library may quote
 * what it choked on, and a database's may quote a row.
 */
export const traceOf = (error: unknown): { error: string; code: unknown; at: readonly string[] } => {
  const { name, code, stack = '' } = error as Error & { code?: unknown };
  const at = stack.split('\n').filter((line) => /^ {4}at /.test(line));
  return { error: name, code, at: at.slice(0, framesMax).map((line) => line.trim()) };
};

const framesMax = 12;
