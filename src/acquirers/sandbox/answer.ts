import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { CardFace } from '../../core/model.ts';
import { minorFromText } from '../../core/money.ts';
import type { Order } from '../../gateway/ports.ts';

const short = (max: number) => Type.String({ maxLength: max });
const maybe = (max: number) => Type.Union([short(max), Type.Null()]);

const time = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}(Z|[+-][0-9]{2}:[0-9]{2})$' });

const Answer = Type.Object({
  reference: short(64),
  account: short(64),
  amount: short(32),
  currency: short(3),
  card: maybe(32),
  wallet: maybe(64),
  status: Type.Union([
    Type.Literal('approved'),
    Type.Literal('declined'),
    Type.Literal('challenge'),
    Type.Literal('wrong_code'),
    Type.Literal('pending'),
    Type.Literal('reversed'),
    Type.Literal('received'),
    Type.Literal('not_found'),
  ]),
  hostReference: maybe(64),
  time,
  code: maybe(8),
  text: maybe(200),
  approvalCode: Type.Optional(Type.String({ pattern: '^[0-9A-Z]{6}$' })),
  networkReference: Type.Optional(short(64)),
  storable: Type.Optional(Type.Boolean()),
  challenge: Type.Optional(
    Type.Object({
      url: Type.String({ pattern: '^https?://', maxLength: 2_000 }),
      fields: Type.Record(Type.String({ pattern: '^[A-Za-z0-9_]{1,64}$' }), short(4_000)),
      echoField: Type.String({ pattern: '^[A-Za-z0-9_]{1,64}$' }),
    }),
  ),
  otp: Type.Optional(Type.Object({ phone: short(32), digitCount: Type.Integer({ minimum: 4, maximum: 10 }) })),
  qr: Type.Optional(
    Type.Object({
      text: Type.String({ minLength: 1, maxLength: 512 }),
      appUrl: Type.Union([Type.String({ pattern: '^https?://', maxLength: 2_000 }), Type.Null()]),
    }),
  ),
  payer: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  transfers: Type.Optional(
    Type.Array(
      Type.Object({
        reference: Type.String({ minLength: 1, maxLength: 64 }),
        amount: short(32),
        time,
        payer: maybe(64),
      }),
    ),
  ),
  closed: Type.Optional(Type.Boolean()),
});

/** What the host answers to every message. */
export type Answer = Static<typeof Answer>;

const shape = Compile(Answer);

const masked = (card: CardFace): string => `${card.first6}xxxxxx${card.last4}`;

/** What the host calls that which paid where it is no card. */
const meansOf = ({ wallet, bankAccount }: Order): string | null =>
  bankAccount ? `debit:${bankAccount.scheme}:${bankAccount.last4}` : wallet;

/**
 * Whether it names what was paid with. A host that never heard of the message, or of the one to take back, has no card and
 * no wallet to name.
 */
const namesMeans = (answer: Answer, order: Order): boolean => {
  const nameless = answer.status === 'not_found' || answer.status === 'reversed' || order.action === 'undo';
  const mayBeMissing = nameless || order.original !== null;
  const agrees = (said: string | null, asked: string | null) =>
    said === null ? mayBeMissing || asked === null : asked === null || said === asked;
  return agrees(answer.card, order.card && masked(order.card)) && agrees(answer.wallet, meansOf(order));
};

/** Every transfer has a name of its own and an amount above zero. */
const areTransfers = (transfers: NonNullable<Answer['transfers']>, currency: string): boolean =>
  new Set(transfers.map(({ reference }) => reference)).size === transfers.length &&
  transfers.every(({ amount }) => (minorFromText(amount, currency) ?? 0n) > 0n);

/**
 * Complete for what it says, and something that can be said of the order: an approval without its code, or a challenge
 * without its form, is no answer, and money that is pushed is received, never approved.
 */
const isWhole = (answer: Answer, { kind, wallet, currency }: Order): boolean => {
  const { status, approvalCode, challenge, otp, hostReference, qr, transfers, closed } = answer;
  switch (status) {
    case 'approved':
      return kind !== 'collect' && approvalCode !== undefined && hostReference !== null;
    case 'challenge':
      return wallet ? qr !== undefined : challenge !== undefined || otp !== undefined;
    case 'received':
      return (
        kind === 'collect' &&
        transfers !== undefined &&
        areTransfers(transfers, currency) &&
        closed === (qr === undefined)
      );
    default:
      return true;
  }
};

/** JSON, or undefined for a text that is none. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Reads an answer to `order`. Undefined unless it has the right shape and is about the same reference, account, amount,
 * currency and means: what is about another payment tells nothing about this one.
 */
export const readAnswer = (text: string, order: Order): Answer | undefined => {
  const answer = parsed(text);
  if (!shape.Check(answer) || !isWhole(answer, order)) return undefined;
  const matches =
    answer.reference === order.sentReference &&
    answer.account === order.account &&
    answer.currency === order.currency &&
    minorFromText(answer.amount, order.currency) === order.amountMinor &&
    namesMeans(answer, order);
  return matches ? answer : undefined;
};
