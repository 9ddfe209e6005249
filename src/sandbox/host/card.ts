import type { Static } from 'typebox';
import type { Sql } from '../../kit/postgres.ts';
import { balanceOf } from '../book/balance.ts';
import { classOf, masked } from '../cards.ts';
import { isConfirmedByText } from '../fate.ts';
import { maskedPhone } from '../phone/texts.ts';
import type { CardMessage } from './messages.ts';

/** What the issuer's side tells of a card. A card without funds has none to tell of; so has one that was overdrawn. */
export const tellCard = async (sql: Sql, { card: { number }, currency }: Static<typeof CardMessage>) => {
  const left = classOf(number) === 'NO-51' ? '0' : await balanceOf(sql, masked(number), currency);
  return {
    card: masked(number),
    holder: 'TEST CARDHOLDER',
    bank: 'Sandbox Bank',
    phone: isConfirmedByText(number) && classOf(number) !== 'NO' ? maskedPhone : null,
    balance: left.startsWith('-') ? '0' : left,
    storable: classOf(number) !== 'NO-STORE',
  };
};
