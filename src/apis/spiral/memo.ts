import { maskNumbers } from '../../core/cards.ts';
import type { Id, Operation } from '../../core/model.ts';
import { maskJson } from './masking.ts';
import type { Transaction } from './read.ts';
import type { CommandName } from './schema.ts';

/** What only this API echoes, and no rule, page or search needs. Kept with the operation as JSON text. */
export interface Memo {
  readonly v: 1;
  readonly cmd: CommandName;
  /** As the merchant spelled it. */
  readonly type: string;
  readonly goodsName?: string;
  readonly goodsDesc?: string;
  readonly channel?: string;
  /** JSON text: it goes back in the form in which it came. */
  readonly metadata?: string;
  readonly cardToken?: string;
  readonly cardTokenSrc?: string;
  /** The payment link whose attempt it is: its notice is W2 (section 15.4). */
  readonly link?: { readonly id: Id; readonly reference: string };
}

/**
 * A token that this gateway could have made. Anything else that came as one is not kept: it may be a card number put in
 * the wrong field.
 */
export const isOwnToken = (text: string): boolean => /^TK[A-Z0-9]{14}$/.test(text);

/** The memo of a transaction. A capture or refund takes type and goods from its order where it names none (section 5.4). */
export const writeMemo = (transaction: Transaction, order: Memo | null): string => {
  const { cmd, goodsDesc, channel, metadata, cardToken, cardTokenSrc, link } = transaction;
  const goodsName = transaction.goodsName === null ? order?.goodsName : maskNumbers(transaction.goodsName);
  const memo: Memo = {
    v: 1,
    cmd,
    type: transaction.type ?? order!.type,
    ...(goodsName !== undefined && { goodsName }),
    ...(goodsDesc !== null && { goodsDesc: maskNumbers(goodsDesc) }),
    ...(channel !== null && { channel }),
    ...(metadata !== null && { metadata: maskJson(metadata) }),
    ...(cardToken !== null && cardTokenSrc === 'SPIRAL' && isOwnToken(cardToken) && { cardToken }),
    ...(cardTokenSrc !== null && { cardTokenSrc }),
    ...(link && { link }),
  };
  return JSON.stringify(memo);
};

export const memoOf = (operation: Operation): Memo => {
  if (operation.memo === null) throw new Error(`operation ${operation.id} was not asked for through this API`);
  const memo = JSON.parse(operation.memo) as Memo;
  if (memo.v !== 1) throw new Error(`operation ${operation.id} has a memo of a later version`);
  return memo;
};
