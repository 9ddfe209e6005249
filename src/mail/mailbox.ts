import type { Mailer } from '../gateway/ports/mail.ts';
import { isAddress, type Sender } from './address.ts';

/** Mail into the sandbox's mailbox, which everybody can look into. `sandboxUrl`: the origin of who plays the outside world. */
export const mailboxMailer = (sandboxUrl: string, from: Sender): Mailer => ({
  async send(name, letter, timeoutMs) {
    if (!isAddress(letter.to)) return { kind: 'refused', status: null, note: 'no address' };
    try {
      const { status } = await fetch(`${sandboxUrl}/sandbox/mailbox/mails`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, from: from.address, ...letter }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (status === 200) return { kind: 'accepted', status };
      return { kind: status === 550 ? 'refused' : 'failed', status, note: 'not taken' };
    } catch (error) {
      return { kind: 'failed', status: null, note: (error as Error).name };
    }
  },
});
