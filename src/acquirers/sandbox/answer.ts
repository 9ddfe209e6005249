import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { CardFace } from '../../core/model.ts';
import { minorFromText } from '../../core/money.ts';
import type { Order } from '../../gateway/ports.ts';

const short = (max: number) => Type.String({ maxLength: max });
const maybe = (max: number) => Type.Union([short(max), Type.Null()]);

const Answer = Type.Object({
  reference: short(64),
  account: short(64),
  amount: short(32),
  currency: short(3),
  card: maybe(32),
  status: Type.Union([
    Type.Literal('approved'),
    Type.Literal('declined'),
    Type.Literal('challenge'),
    Type.Literal('wrong_code'),
    Type.Literal('pending'),
    Type.Literal('reversed'),
    Type.Literal('not_found'),
  ]),
  hostReference: maybe(64),
  time: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}(Z|[+-][0-9]{2}:[0-9]{2})$' }),
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
});

/** What the host answers to every message. */
export type Answer = Static<typeof Answer>;

const shape = Compile(Answer);

const masked = (card: CardFace): string => `${card.first6}xxxxxx${card.last4}`;

/** A host that never heard of the message, or of the one to take back, has no card to name. */
const namesCard = (answer: Answer, order: Order): boolean => {
  const nameless = answer.status === 'not_found' || answer.status === 'reversed' || order.action === 'undo';
  if (answer.card === null) return nameless || order.card === null || order.original !== null;
  return order.card === null || answer.card === masked(order.card);
};

/** Complete for what it says: an approval without its code, or a challenge without its form, is no answer. */
const isWhole = ({ status, approvalCode, challenge, otp, hostReference }: Answer): boolean => {
  if (status === 'approved') return approvalCode !== undefined && hostReference !== null;
  return status !== 'challenge' || challenge !== undefined || otp !== undefined;
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
 * currency and card: what is about another payment tells nothing about this one.
 */
export const readAnswer = (text: string, order: Order): Answer | undefined => {
  const answer = parsed(text);
  if (!shape.Check(answer) || !isWhole(answer)) return undefined;
  const matches =
    answer.reference === order.sentReference &&
    answer.account === order.account &&
    answer.currency === order.currency &&
    minorFromText(answer.amount, order.currency) === order.amountMinor &&
    namesCard(answer, order);
  return matches ? answer : undefined;
};
