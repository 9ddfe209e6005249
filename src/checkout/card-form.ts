import { type Brand, brandOf, codeLengthOf, isCardNumber, isPast } from '../core/cards.ts';
import type { CardDetails } from '../gateway/ports.ts';
import { Secret } from '../kit/secret.ts';

/** What can be wrong with the form, each at its field. */
export const faults = {
  number_missing: 'number',
  number_wrong: 'number',
  number_brand: 'number',
  expiry_missing: 'expiry',
  expiry_wrong: 'expiry',
  expiry_past: 'expiry',
  code_3: 'code',
  code_4: 'code',
  holder_wrong: 'holder',
} as const;

export type Fault = keyof typeof faults;
export type Field = (typeof faults)[Fault];

/** What may stand in the form again when it comes back. Number and code never do. */
export interface Kept {
  readonly expiry: string;
  readonly holder: string;
  /** Whether the box was ticked by which a payer lets the card be stored. Absent: not. */
  readonly keep?: boolean;
}

/** Whether a number may be paid with although `expiry` (`YYYY-MM`) is past: some test cards may. */
export type TakesPastDate = (number: string, expiry: string) => boolean;

/** Whether a number may be paid with although it is no card's: some test numbers are too short, or end in a wrong digit. */
export type TakesNumber = (number: string) => boolean;

export type CardForm =
  | { readonly kind: 'card'; readonly card: CardDetails; readonly kept: Kept }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[]; readonly kept: Kept };

const holderLengthMax = 60;

/** Letters of any script, and the marks that stand in names. */
const holderShape = /^[\p{L}\p{M} .,'’·-]*$/u;

/** One field as text, with full-width figures and letters as plain ones. Longer than any honest entry is no entry. */
const fieldOf = (body: unknown, name: Field | 'keep'): string => {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' && value.length <= 200 ? value.normalize('NFKC').trim() : '';
};

const numberFault = (number: string, brands: readonly Brand[], isTest: TakesNumber): Fault | null => {
  if (number === '') return 'number_missing';
  if (!isCardNumber(number) && !isTest(number)) return 'number_wrong';
  return brands.includes(brandOf(number)!) ? null : 'number_brand';
};

/** `YYYY-MM` from `MM/YY` and the other ways in which people and browsers write it. */
const expiryOf = (text: string): string | undefined => {
  const parts = /^(0?[1-9]|1[0-2])\s*[/ -]\s*(?:20)?(\d\d)$/.exec(text) ?? /^(0[1-9]|1[0-2])(?:20)?(\d\d)$/.exec(text);
  return parts ? `20${parts[2]}-${parts[1]!.padStart(2, '0')}` : undefined;
};

/**
 * Reads the posted card form: the card, or all that is wrong with it in the order of the fields. `now` in ms on the
 * business clock; a card is good to the end of its month, and longer where `takesPastDate` says so.
 */
export const readCardForm = (
  body: unknown,
  brands: readonly Brand[],
  now: number,
  takesPastDate: TakesPastDate = () => false,
  takesNumber: TakesNumber = () => false,
): CardForm => {
  const number = fieldOf(body, 'number').replace(/[\s-]/g, '');
  const expiryText = fieldOf(body, 'expiry');
  const code = fieldOf(body, 'code').replace(/\s/g, '');
  const holder = fieldOf(body, 'holder').replace(/\s+/g, ' ');

  const expiry = expiryOf(expiryText);
  const brand = brandOf(number);
  // A number that tells no brand may be one of those that have no code.
  const codeLength = brand ? codeLengthOf(brand) : brands.every((b) => codeLengthOf(b) > 0) ? 3 : 0;
  const past = expiry !== undefined && isPast(expiry, now) && !takesPastDate(number, expiry);
  const found: (Fault | null)[] = [
    numberFault(number, brands, takesNumber),
    expiryText === '' ? 'expiry_missing' : !expiry ? 'expiry_wrong' : past ? 'expiry_past' : null,
    codeLength === 0 || (/^\d+$/.test(code) && code.length === codeLength)
      ? null
      : codeLength === 4
        ? 'code_4'
        : 'code_3',
    holder.length <= holderLengthMax && holderShape.test(holder) ? null : 'holder_wrong',
  ];
  const wrong = found.filter((fault) => fault !== null);
  const kept = {
    expiry: expiry ? `${expiry.slice(5)}/${expiry.slice(2, 4)}` : '',
    // Somebody's card number in the wrong field is not to come back.
    holder: wrong.includes('holder_wrong') ? '' : holder,
    ...(fieldOf(body, 'keep') === 'yes' && { keep: true }),
  };
  if (wrong.length > 0) return { kind: 'faulty', faults: wrong, kept };
  const card: CardDetails = {
    number: new Secret(number),
    expiry: expiry!,
    code: codeLength === 0 ? null : new Secret(code),
    holder: holder === '' ? null : new Secret(holder),
  };
  return { kind: 'card', card, kept };
};
