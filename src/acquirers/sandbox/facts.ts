import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { minorFromText } from '../../core/money.ts';
import type { CardFacts, CardQuestion } from '../../gateway/ports.ts';
import { parsed } from './answer.ts';

const maybe = (max: number) => Type.Union([Type.String({ maxLength: max }), Type.Null()]);

const shape = Compile(
  Type.Object({
    card: Type.String({ maxLength: 32 }),
    holder: maybe(200),
    bank: maybe(200),
    phone: maybe(32),
    balance: maybe(32),
    storable: Type.Optional(Type.Boolean()),
  }),
);

/** Reads what the host told of a card. Undefined unless it has the right shape and is about that card. */
export const readFacts = (text: string, { face, currency }: CardQuestion): CardFacts | undefined => {
  const told = parsed(text);
  if (!shape.Check(told) || told.card !== `${face.first6}xxxxxx${face.last4}`) return undefined;
  const { holder, bank, phone, balance, storable = null } = told;
  const balanceMinor = balance === null ? null : (minorFromText(balance, currency) ?? null);
  return { holder, bank, phone, balanceMinor, storable };
};
