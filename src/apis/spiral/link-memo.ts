import { maskNumbers } from '../../core/cards.ts';
import type { Link } from '../../gateway/ports.ts';
import { maskJson } from './masking.ts';

/** What only this API shows of a link and passes on to its attempts. */
export interface LinkMemo {
  readonly v: 1;
  readonly goodsName: string;
  readonly goodsDesc?: string;
  /** JSON text. */
  readonly metadata?: string;
}

export const writeLinkMemo = (goods: {
  readonly goodsName: string;
  readonly goodsDesc: string | null;
  readonly metadata: string | null;
}): string => {
  const { goodsName, goodsDesc, metadata } = goods;
  const memo: LinkMemo = {
    v: 1,
    goodsName: maskNumbers(goodsName),
    ...(goodsDesc !== null && { goodsDesc: maskNumbers(goodsDesc) }),
    ...(metadata !== null && { metadata: maskJson(metadata) }),
  };
  return JSON.stringify(memo);
};

export const linkMemoOf = ({ id, memo: text }: Link): LinkMemo => {
  const memo = JSON.parse(text) as LinkMemo;
  if (memo.v !== 1) throw new Error(`link ${id} has a memo of a later version`);
  return memo;
};
