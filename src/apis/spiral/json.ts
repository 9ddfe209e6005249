/** A member of a JSON object: its value, and its text byte for byte as it came. */
export interface Member {
  readonly value: unknown;
  readonly source: string;
}

/** Members by name. A map, so that no name (`__proto__`) is special. */
export type Members = ReadonlyMap<string, Member>;

const stringEnd = (text: string, start: number): number => {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
};

/** Where the value that starts at `start` ends. The text is known to be valid JSON. */
const valueEnd = (text: string, start: number): number => {
  let depth = 0;
  let at = start;
  for (;;) {
    const character = text[at]!;
    if (character === '"') at = stringEnd(text, at);
    else if (character === '{' || character === '[') {
      depth++;
      at++;
    } else if (depth > 0) {
      if (character === '}' || character === ']') depth--;
      at++;
    } else {
      while (/[^,}\]\s]/.test(text[at]!)) at++;
      return at;
    }
    if (depth === 0 && /["}\]]/.test(text[at - 1]!)) return at;
  }
};

/** How deep lists and objects stand within each other in a piece of valid JSON. */
export const nestingOf = (source: string): number => {
  let depth = 0;
  let deepest = 0;
  for (const [token] of source.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepest;
};

const spaceEnd = (text: string, start: number): number => {
  let at = start;
  while (/\s/.test(text[at]!)) at++;
  return at;
};

/**
 * The members of a JSON object (section 2.1), or undefined where the text is not one. A member that is `null` or an
 * empty string counts as absent; of a repeated one the last counts. Sources are kept because an amount is read from its
 * decimal text, and `metadata` goes back as it came.
 */
export const readObject = (text: string): Members | undefined => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) return undefined;
  const members = new Map<string, Member>();
  let at = spaceEnd(text, text.indexOf('{') + 1);
  while (text[at] !== '}') {
    const nameEnd = stringEnd(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const start = spaceEnd(text, text.indexOf(':', nameEnd) + 1);
    const end = valueEnd(text, start);
    const source = text.slice(start, end);
    if (source === 'null' || source === '""') members.delete(name);
    else members.set(name, { value: (parsed as Record<string, unknown>)[name], source });
    at = spaceEnd(text, end);
    if (text[at] === ',') at = spaceEnd(text, at + 1);
  }
  return members;
};

/** A piece of JSON that goes out as it is: an amount, which must not pass through a float, or a merchant's metadata. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type WireObject = Readonly<Record<string, string | boolean | JsonText | undefined>>;

/** JSON text of an object. Members without a value are left out, never `null` (section 2.1). */
export const writeObject = (object: WireObject): string => {
  const members: string[] = [];
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue;
    members.push(`${JSON.stringify(name)}:${value instanceof JsonText ? value.text : JSON.stringify(value)}`);
  }
  return `{${members.join(',')}}`;
};
