import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

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

/** MD5 is what the protocol has; who can change its client may agree with the operator on a hash that is made with the key instead. */
export const hashes = ['md5', 'hmac-sha256'] as const;
export type Hash = (typeof hashes)[number];

/** What a member or partner signs with. The caller never chooses. */
export interface Signing {
  readonly checksumHash: Hash;
  /** Last day (`YYYY-MM-DD`, UTC) on which MD5 is taken beside another hash, and sent; null: none. */
  readonly md5Until: string | null;
}

export const protocolSigning: Signing = { checksumHash: 'md5', md5Until: null };

/** What is taken at `now` (ms): the first is what we sign with ourselves. */
export const hashesAt = ({ checksumHash, md5Until }: Signing, now: number): readonly [Hash, ...Hash[]] => {
  const isMoving = md5Until !== null && now <= Date.parse(`${md5Until}T23:59:59.999Z`);
  if (checksumHash === 'md5') return ['md5'];
  return isMoving ? ['md5', checksumHash] : [checksumHash];
};

const isKey = (part: Part): boolean => part === 'K' || part === 'PK';

/**
 * The hash in lower-case hex over the parts joined by bars; undefined where a part is missing. MD5 joins the key with them (section 4.1);
 * HMAC is made with the key, and joins the others in the same order.
 */
export const checksumOf = (formula: Formula, parts: Parts, hash: Hash = 'md5'): string | undefined => {
  const names: readonly Part[] = formulas[formula];
  if (names.some((part) => parts[part] === undefined)) return undefined;
  const textOf = (some: readonly Part[]) => some.map((part) => parts[part]).join('|');
  if (hash === 'md5') return createHash('md5').update(textOf(names), 'utf8').digest('hex');
  const text = textOf(names.filter((part) => !isKey(part)));
  return createHmac('sha256', parts[names.find(isKey)!]!).update(text, 'utf8').digest('hex');
};

/**
 * Whether a checksum is that of one of these formulas by one of these hashes: in any letter case, in a time that does not tell how much of
 * it is right.
 */
export const isRight = (
  given: string,
  accepted: readonly Formula[],
  parts: Parts,
  taken: readonly Hash[] = ['md5'],
): boolean => {
  const shown = Buffer.from(given.toLowerCase());
  const known = taken.flatMap((hash) => accepted.map((formula) => checksumOf(formula, parts, hash)));
  return known.reduce((right, one) => {
    const bytes = Buffer.from(one ?? '');
    return (bytes.length > 0 && bytes.length === shown.length && timingSafeEqual(bytes, shown)) || right;
  }, false);
};

/** What a shop is told beside a payment's fields: `checksum`, and while it moves away from MD5 `checksumHmac` as well. */
export const checksumsFor = (
  formula: Formula,
  parts: Parts,
  signing: Signing,
  now: number,
): { readonly checksum: string; readonly checksumHmac?: string } => {
  const [first, other] = hashesAt(signing, now);
  const checksum = checksumOf(formula, parts, first)!;
  return other ? { checksum, checksumHmac: checksumOf(formula, parts, other)! } : { checksum };
};
