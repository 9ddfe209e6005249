import { createTransport } from 'nodemailer';
import type { MailEnd, Mailer } from '../gateway/ports/mail.ts';
import { isAddress, type Sender } from './address.ts';

/** What nodemailer says of a try that did not succeed. */
interface Failure {
  readonly code?: string;
  readonly responseCode?: number;
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * A reply of 5xx is for good, but for one about ourselves: a wrong password is the operator's to mend, and the mail waits for it.
 */
const endOf = ({ code, responseCode }: Failure): MailEnd => {
  const status = responseCode ?? null;
  const note = (code ?? 'no reply').toLowerCase();
  const isForGood = status !== null && status >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  return { kind: isForGood ? 'refused' : 'failed', status, note };
};

const lateAfter = (ms: number): { readonly late: Promise<MailEnd>; readonly stop: () => void } => {
  const { promise, resolve } = Promise.withResolvers<MailEnd>();
  const timer = setTimeout(() => resolve({ kind: 'failed', status: null, note: 'timeout' }), ms);
  return { late: promise, stop: () => clearTimeout(timer) };
};

/**
 * Mail by the server at `url`: `smtps://` is TLS from the start; `smtp://` must turn to TLS, but on loopback, before anything is said.
 * Certificates are checked, against `ca` (PEM) where it is given. Name and password stand in the address.
 */
export const smtpMailer = (url: string, from: Sender, ca?: string): Mailer & { close(): void } => {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (secure ? 465 : 587)),
    secure,
    requireTLS: !secure && !loopback.has(hostname),
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...(ca !== undefined && { tls: { ca } }),
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 10_000,
    // No text of a mail may make it read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.address.split('@')[1];
  return {
    async send(name, { to, subject, text, html }, timeoutMs) {
      if (!isAddress(to)) return { kind: 'refused', status: null, note: 'no address' };
      const { late, stop } = lateAfter(timeoutMs);
      const sending = transport
        .sendMail({
          from,
          to: { name: '', address: to },
          subject: subject.replace(/[\r\n\t ]+/g, ' '),
          text,
          html,
          messageId: `<${name}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
        .then(
          ({ response }): MailEnd => ({ kind: 'accepted', status: Number.parseInt(response, 10) || null }),
          (error: Failure) => endOf(error),
        );
      const end = await Promise.race([sending, late]);
      stop();
      return end;
    },
    close: () => transport.close(),
  };
};
