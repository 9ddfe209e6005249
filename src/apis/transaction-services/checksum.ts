import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * What a text to hash is made of (section 4.2): `member`, `partner`, `K` (the member's key), `PK` (the partner's), `id` (of a
 * payment, a registration or an invoice), and fields by their names.
 */
export type Part =
  | 'member'
  | 'partner'
  | 'K'
  | 'PK'
  | 'id'
  | 'order'
  | 'amount'
  | 'instrument'
  | 'totype'
  | 'url'
  | 'status'
  | 'invoice'
  | 'action'
  | 'login'
  | 'password'
  | 'givenName'
  | 'surname'
  | 'email';

/** The formulas of sections 4.2 and 4.3, by the names that the specification gives them. */
export const formulas = {
  C1: ['member', 'K', 'order', 'amount'],
  C2: ['member', 'K', 'id', 'amount'],
  C3: ['member', 'K', 'id'],
  C3r: ['member', 'K', 'id', 'amount'],
  C3m: ['member', 'K', 'order'],
  C3x: ['member', 'K', 'order', 'amount'],
  C4: ['member', 'K', 'id', 'amount'],
  C5: ['member', 'K', 'id', 'amount'],
  C6: ['member', 'K', 'id'],
  C6p: ['partner', 'PK', 'id'],
  C7: ['member', 'K', 'instrument'],
  C7p: ['partner', 'PK', 'instrument'],
  C8: ['member', 'K'],
  C8p: ['partner', 'PK'],
  C9: ['member', 'K'],
  C10: ['member', 'order', 'amount', 'K'],
  C11: ['member', 'totype', 'amount', 'order', 'url', 'K'],
  C12: ['id', 'order', 'amount', 'status', 'K'],
  C12t: ['id', 'status', 'K'],
  C13: ['member', 'K', 'invoice', 'amount', 'url'],
  C14: ['id', 'member', 'K', 'url'],
  C15: ['member', 'K', 'invoice'],
  C17: ['member', 'K'],
  C17u: ['member', 'K', 'url'],
  C18: ['member', 'K', 'action'],
  C18n: ['member', 'K'],
  C19: ['login', 'PK', 'password', 'partner'],
  C20: ['member', 'K', 'givenName', 'surname', 'email'],
  C20p: ['partner', 'PK', 'givenName', 'surname', 'email'],
  C21: ['member', 'order', 'amount', 'K'],
  C22: ['member', 'order', 'id', 'K'],
} as const satisfies Readonly<Record<string, readonly Part[]>>;

export type Formula = keyof typeof formulas;

/** The values that a formula joins; one that is absent makes the formula fit nothing. */
export type Parts = Readonly<Partial<Record<Part, string | undefined>>>;

/** MD5 in lower-case hex over the parts joined by bars (section 4.1); undefined where a part is missing. */
export const checksumOf = (formula: Formula, parts: Parts): string | undefined => {
  const texts = formulas[formula].map((part) => parts[part]);
  if (texts.some((text) => text === undefined)) return undefined;
  return createHash('md5').update(texts.join('|'), 'utf8').digest('hex');
};

/** Whether a checksum is that of one of these formulas: in any letter case, in a time that does not tell how much of it is right. */
export const isRight = (given: string, accepted: readonly Formula[], parts: Parts): boolean => {
  const shown = Buffer.from(given.toLowerCase());
  return accepted.reduce((right, formula) => {
    const known = Buffer.from(checksumOf(formula, parts) ?? '');
    return (known.length > 0 && known.length === shown.length && timingSafeEqual(known, shown)) || right;
  }, false);
};
