import { maskNumbers } from '../../core/cards.ts';
import type { View } from '../../core/model.ts';

/** A fiscal line as it is echoed: the merchant's own keys in camelCase (section 6.1.1). */
export type ItemEcho = Readonly<Record<string, unknown>> & { readonly title: string; readonly price: number };

export interface FieldEcho {
  readonly name: string;
  /** As it was received: text or number. */
  readonly value: string | number;
}

/** What only this API echoes, and no rule, page or search needs. Kept with operation 1 as JSON text. */
export interface Memo {
  readonly v: 1;
  /** Which call made the payment: a payment token, Gate init of version 1 or 2, or the binding of a card. */
  readonly made: 'token' | 'v1' | 'v2' | 'bind';
  readonly name?: string;
  readonly description?: string;
  readonly account?: string;
  /** Seconds, after clamping (section 6.1). */
  readonly lifespan?: number;
  readonly items: readonly ItemEcho[];
  readonly fields: readonly FieldEcho[];
}

/** Free texts may hold a card number that somebody put into the wrong field. */
export const writeMemo = (memo: Memo): string =>
  JSON.stringify({
    ...memo,
    ...(memo.name !== undefined && { name: maskNumbers(memo.name) }),
    ...(memo.description !== undefined && { description: maskNumbers(memo.description) }),
    items: memo.items.map((item) => ({ ...item, title: maskNumbers(item.title) })),
  });

/** Throws when the payment was not made through this API. */
export const memoOf = (view: View): Memo => {
  const { memo } = view.operations[0]!;
  const read = memo === null ? undefined : (JSON.parse(memo) as Memo);
  if (read?.v !== 1) throw new Error(`payment ${view.payment.id} has no memo of this API`);
  return read;
};
