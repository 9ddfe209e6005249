import type { Sql } from '../../kit/postgres.ts';
import { rightCode } from '../cards.ts';

/** All test cards of the country have this one phone. */
const phone = '998901234567';
const maskedNumber = (number: string): string => `${number.slice(0, 5)}*****${number.slice(-2)}`;
export const maskedPhone = maskedNumber(phone);

/** A text as the phone shows it. `sentAt` in business ms. */
export interface Text {
  readonly number: number;
  readonly account: string;
  /** Masked, as the card. */
  readonly phone: string;
  readonly card: string;
  readonly text: string;
  readonly sentAt: number;
}

export interface Confirmation {
  readonly reference: string;
  readonly account: string;
  readonly amount: string;
  readonly currency: string;
  readonly card: string;
}

const wordingOf = ({ amount, currency, card }: Confirmation): string => {
  const what = Number(amount) === 0 ? 'to bind' : `to pay ${currency} ${amount} with`;
  return `Code ${rightCode} ${what} card *${card.slice(-4)}. Tell it to nobody.`;
};

const insert = `
insert into sandbox.texts (reference, account, phone, card, text, sent_at) values ($1, $2, $3, $4, $5, $6)`;

/** The card's centre texts the code that confirms a payment or a card. */
export const sendText = async (sql: Sql, about: Confirmation, now: number): Promise<void> => {
  const { reference, account, card } = about;
  await sql.unsafe(insert, [reference, account, phone, card, wordingOf(about), now], { prepare: true });
};

const latest = `
select number::float8 as number, account, phone, card, text, sent_at::float8 as "sentAt"
from sandbox.texts order by number desc limit $1`;

/** The newest texts, newest first. */
export const textsOf = async (sql: Sql, limit: number): Promise<Text[]> =>
  (await sql.unsafe<Text[]>(latest, [limit])).map((text) => ({ ...text, phone: maskedNumber(text.phone) }));
