import { type Static, Type } from 'typebox';
import type { Sql } from '../../kit/postgres.ts';

/** PostgreSQL keeps no text with a zero in it. */
const text = (max: number) => Type.String({ minLength: 1, maxLength: max, pattern: '^[^\\u0000]*$' });

/** `mails`: what a mail server is given. */
export const MailMessage = Type.Object(
  { name: text(200), from: text(254), to: text(254), subject: text(998), text: text(100_000), html: text(200_000) },
  { additionalProperties: false },
);

/** A mail as it was received; `receivedAt` in business ms. */
export interface Mail extends Static<typeof MailMessage> {
  readonly number: number;
  readonly receivedAt: number;
}

/** Mail to this host is refused for good, and to that one put off, as some of the world's is. */
export const refusingHost = 'refused.example';
export const slowHost = 'later.example';

const insert = `
insert into sandbox.mails (name, sender, recipient, subject, text, html, received_at) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (name) do nothing`;

/** One that comes again is there already. */
export const receive = async (sql: Sql, mail: Static<typeof MailMessage>, now: number): Promise<void> => {
  const { name, from, to, subject, text: plain, html } = mail;
  await sql.unsafe(insert, [name, from, to, subject, plain, html, now], { prepare: true });
};

const columns = `number::float8 as number, name, sender as "from", recipient as "to", subject, text, html,
  received_at::float8 as "receivedAt"`;

/** The newest mails, newest first. */
export const mailsOf = (sql: Sql, limit: number): Promise<Mail[]> =>
  sql.unsafe<Mail[]>(`select ${columns} from sandbox.mails order by number desc limit $1`, [limit]);

export const mailOf = async (sql: Sql, number: number): Promise<Mail | undefined> =>
  (await sql.unsafe<Mail[]>(`select ${columns} from sandbox.mails where number = $1`, [number]))[0];
