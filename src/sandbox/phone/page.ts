import type { Text } from './texts.ts';

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const timeOf = (at: number): string => new Date(at).toISOString().slice(11, 19);

const bubble = ({ text, sentAt, account }: Text): string => `<li>
<p>${escaped(text)}</p>
<p class="from">${escaped(account)} · <time datetime="${new Date(sentAt).toISOString()}">${timeOf(sentAt)} UTC</time></p>
</li>`;

/** What was texted, newest first. The page loads itself anew every few seconds; nothing else is needed for that. */
export const phonePage = (texts: readonly Text[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="3">
<title>Phone · Sandbox</title>
<link rel="stylesheet" href="/sandbox/phone/phone.css">
</head>
<body>
<main>
<h1>Sandbox phone</h1>
<p class="hint">Codes for Uzcard and Humo test cards arrive here.</p>
${texts.length === 0 ? '<p class="none">No text has come yet.</p>' : `<ol>\n${texts.map(bubble).join('\n')}\n</ol>`}
</main>
</body>
</html>
`;
