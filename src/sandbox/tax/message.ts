import { type Static, Type } from 'typebox';
import { readAmount } from '../amount.ts';
import type { NewReceipt } from './receipts.ts';

const closed = { additionalProperties: false };
const amount = Type.String({ pattern: '^[0-9]{1,15}([.][0-9]{1,4})?$' });
const text = (max: number) => Type.String({ minLength: 1, maxLength: max });
/** PostgreSQL keeps no text with a zero in it. */
const keptText = (max: number) => Type.String({ minLength: 1, maxLength: max, pattern: '^[^\\u0000]*$' });

/** `receipts`. Amounts in major units, not finer than the currency, VAT included. */
export const ReceiptMessage = Type.Object(
  {
    reference: keptText(64),
    kind: Type.Union([Type.Literal('sale'), Type.Literal('refund')]),
    original: Type.Union([Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()]),
    seller: keptText(255),
    amount,
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    lines: Type.Array(
      Type.Object(
        {
          title: text(255),
          price: amount,
          count: Type.String({ pattern: '^[0-9]{1,9}([.][0-9]{1,6})?$' }),
          vatPercent: Type.Integer({ minimum: 0, maximum: 100 }),
          codes: Type.Record(Type.String({ maxLength: 32 }), Type.String({ maxLength: 30_000 })),
        },
        closed,
      ),
      { maxItems: 500 },
    ),
  },
  closed,
);

/** `outage`. */
export const OutageMessage = Type.Object(
  { mode: Type.Union([Type.Literal('none'), Type.Literal('down'), Type.Literal('slow')]) },
  closed,
);

export type Outage = Static<typeof OutageMessage>;

const isAboveZero = (text: string): boolean => /[1-9]/.test(text);

/**
 * The receipt that a message wants, amounts as the book writes them. Undefined where there can be none: an amount finer
 * than its currency, none of a thing, a sale of nothing.
 */
export const readReceipt = (message: Static<typeof ReceiptMessage>): NewReceipt | undefined => {
  const { kind, currency } = message;
  const paid = readAmount(message.amount, currency);
  const lines = message.lines.flatMap((line) => {
    const price = readAmount(line.price, currency);
    return price !== undefined && isAboveZero(line.count) ? { ...line, price } : [];
  });
  if (paid === undefined || lines.length < message.lines.length) return undefined;
  return kind === 'sale' && lines.length === 0 ? undefined : { ...message, amount: paid, lines };
};
