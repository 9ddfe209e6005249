import { escaped } from '../escaped.ts';
import type { Text } from './texts.ts';

const timeOf = (at: number): string => new Date(at).toISOString().slice(11, 19);

const bubble = ({ text, phone, sentAt, account }: Text): string => `<li>
<p>${escaped(text)}</p>
<p class="from">To ${escaped(phone)} from ${escaped(account)} · <time datetime="${new Date(sentAt).toISOString()}">${timeOf(sentAt)} UTC</time></p>
</li>`;

/** What was texted, newest first. A script looks for more; without it the page is loaded again by hand. */
export const phonePage = (texts: readonly Text[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Phone · Sandbox</title>
<link rel="stylesheet" href="/sandbox/phone/phone.css">
<script src="/sandbox/phone/phone.js" defer></script>
</head>
<body>
<main>
<h1>Sandbox phone</h1>
<p class="hint">Codes for Uzcard and Humo test cards arrive here.</p>
<noscript><p class="hint"><a href="/sandbox/phone">Look for new texts</a></p></noscript>
<div id="texts" aria-live="polite">
${texts.length === 0 ? '<p class="none">No text has come yet.</p>' : `<ol>\n${texts.map(bubble).join('\n')}\n</ol>`}
</div>
</main>
</body>
</html>
`;
