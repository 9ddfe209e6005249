import type { Mailer } from '../gateway/ports/mail.ts';
import type { Sender } from './address.ts';
import { mailboxMailer } from './mailbox.ts';
import { smtpMailer } from './smtp.ts';

/** How this installation sends mail; null where it cannot. `sandboxUrl`: in sandbox mode, where nothing leaves. */
export const mailerOf = (
  { smtpUrl, mailFrom }: { readonly smtpUrl: string; readonly mailFrom: Sender },
  sandboxUrl: string | null,
): (Mailer & { close(): void }) | null => {
  if (sandboxUrl !== null) return { ...mailboxMailer(sandboxUrl, mailFrom), close: () => {} };
  return smtpUrl === '' ? null : smtpMailer(smtpUrl, mailFrom);
};
