import { rightCode } from '../cards.ts';
import { escaped } from '../escaped.ts';
import type { Challenge } from './challenges.ts';

const page = (title: string, body: string, script = ''): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Sandbox Bank</title>
<link rel="stylesheet" href="/sandbox/issuer/bank.css">${script}
</head>
<body>
<header><span class="mark" aria-hidden="true"></span>Sandbox Bank <small>3-D Secure test page</small></header>
<main>
${body}
</main>
</body>
</html>
`;

const hidden = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
    .join('\n');

/** The question. `echo`: the acquirer's text, handed back unread. `missing`: the form came without a code. */
export const questionPage = (challenge: Challenge, echo: string, missing: boolean): string =>
  page(
    missing ? 'Error: confirm your payment' : 'Confirm your payment',
    `<h1>Confirm your payment</h1>
<p>Your bank wants to be sure that it is you who is paying.</p>
<dl>
<div><dt>Amount</dt><dd class="amount">${escaped(challenge.currency)} ${escaped(challenge.amount)}</dd></div>
${challenge.description ? `<div><dt>For</dt><dd>${escaped(challenge.description)}</dd></div>\n` : ''}<div><dt>Merchant</dt><dd>${escaped(challenge.account)}</dd></div>
<div><dt>Card</dt><dd>${escaped(challenge.card)}</dd></div>
</dl>
<form method="post" action="/sandbox/issuer/challenge">
${hidden({ creq: challenge.id, threeDSSessionData: echo })}
<label for="otp">One-time code</label>
<p id="hint">Your bank would send you a code now. In the sandbox it is <strong>${rightCode}</strong>.</p>
${missing ? '<p id="error" class="error" role="alert">Enter the one-time code.</p>\n' : ''}<input id="otp" name="otp" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="8" aria-describedby="${missing ? 'error hint' : 'hint'}"${missing ? ' aria-invalid="true"' : ''}>
<button class="primary" name="outcome" value="confirm">Confirm payment</button>
<div class="others">
<button name="outcome" value="decline">Decline: this is not my payment</button>
<button name="outcome" value="cancel">Cancel and go back</button>
</div>
<details>
<summary>More outcomes to test</summary>
<p>Go back to the shop without an answer, as a payer does who gives up half-way.</p>
<button name="outcome" value="open">Leave without an answer</button>
</details>
</form>`,
  );

/** Sends the browser back to `returnUrl` by POST: at once with JavaScript, by the button without. */
export const returnPage = (returnUrl: string, fields: Readonly<Record<string, string>>): string =>
  page(
    'Going back',
    `<h1>Going back to the payment page</h1>
<p>If this takes more than a few seconds, press the button.</p>
<form id="return" method="post" action="${escaped(returnUrl)}">
${hidden(fields)}
<button class="primary">Continue</button>
</form>`,
    '\n<script src="/sandbox/issuer/return.js" defer></script>',
  );

export const unknownPage = (): string =>
  page(
    'Nothing to confirm',
    `<h1>Nothing to confirm</h1>
<p>This bank does not know of such a payment. Go back to the shop and try again.</p>`,
  );
