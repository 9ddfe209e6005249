/** What the gateway needs of the room that sends mail, and how a mail stands in the outbox. */
import type { NoticeText } from '../ports.ts';

/** A mail to one address. Texts are whole: nothing is filled in later. */
export interface Letter {
  /** One address, without a name. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * What became of a try. `refused`: this server will never take it. `failed`: it may, later, and may even have taken it. `status`: the
 * server's reply, null where there was none; `note` in a few words, nothing of the mail.
 */
export type MailEnd =
  | { readonly kind: 'accepted'; readonly status: number | null }
  | { readonly kind: 'refused' | 'failed'; readonly status: number | null; readonly note: string };

export interface Mailer {
  /**
   * One try. `name` is the mail's own, the same in each try, so that servers know one that comes again. Never throws for what the
   * outside world does.
   */
  send(name: string, letter: Letter, timeoutMs: number): Promise<MailEnd>;
}

const scheme = 'mailto:';

/** A mail as a notice: owed in the commit that it tells of, tried until it is taken. */
export const noticeOfLetter = ({ to, ...content }: Letter): NoticeText => ({
  url: `${scheme}${encodeURIComponent(to)}`,
  body: JSON.stringify({ v: 1, ...content }),
});

/** The mail that a notice is; undefined for one that goes by HTTP. */
export const letterOfNotice = ({ url, body }: NoticeText): Letter | undefined => {
  if (!url.startsWith(scheme)) return undefined;
  const { subject, text, html } = JSON.parse(body) as Omit<Letter, 'to'>;
  return { to: decodeURIComponent(url.slice(scheme.length)), subject, text, html };
};
