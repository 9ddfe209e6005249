import { escaped } from '../escaped.ts';
import type { Mail } from './mails.ts';

const timeOf = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · Sandbox</title>
<link rel="stylesheet" href="/sandbox/mailbox/mailbox.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;

const entry = ({ number, to, subject, receivedAt }: Mail): string => `<li>
<a href="/sandbox/mailbox/${number}">${escaped(subject)}</a>
<p class="about">To ${escaped(to)} · <time datetime="${new Date(receivedAt).toISOString()}">${timeOf(receivedAt)} UTC</time></p>
</li>`;

/** What was mailed, newest first. */
export const mailboxPage = (mails: readonly Mail[]): string =>
  page(
    'Mailbox',
    `<h1>Sandbox mailbox</h1>
<p class="about">Mail to anybody arrives here, and nowhere else. <a href="/sandbox/mailbox">Look for new mail</a></p>
${mails.length === 0 ? '<p>No mail has come yet.</p>' : `<ol>\n${mails.map(entry).join('\n')}\n</ol>`}`,
  );

/** One mail. Its HTML is shown as a mail program would, where it can do nothing. */
export const mailPage = ({ number, from, to, subject, text, receivedAt }: Mail): string =>
  page(
    subject,
    `<p><a href="/sandbox/mailbox">Mailbox</a></p>
<h1>${escaped(subject)}</h1>
<p class="about">From ${escaped(from)} to ${escaped(to)} · <time datetime="${new Date(receivedAt).toISOString()}">${timeOf(receivedAt)} UTC</time></p>
<iframe title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/sandbox/mailbox/${number}/html"></iframe>
<h2>As plain text</h2>
<pre>${escaped(text)}</pre>`,
  );

export const unknownPage = (): string =>
  page('No such mail', '<h1>No such mail</h1>\n<p><a href="/sandbox/mailbox">Mailbox</a></p>');
