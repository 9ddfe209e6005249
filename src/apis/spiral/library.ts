import { readFileSync } from 'node:fs';

const asset = (name: string): string => readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');

/** E9, the JavaScript library that merchants' pages load (section 11). */
export const libraryText = asset('spiralpg.js');

/** What the web-view page runs: it cannot be inline under a strict content policy. */
export const webViewScriptText = asset('webview.js');

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * E10, the page that the mobile SDK opens in a web view (section 13). It leaves for the hosted page, marked so that the
 * payer's way ends on the SDK's deep links. The link serves web views without scripts.
 */
export const webViewPage = (sessionId: string, locale: string): string => {
  const href = escaped(
    `/pay/${encodeURIComponent(sessionId.replaceAll(' ', '+').toWellFormed())}?locale=${encodeURIComponent(locale.toWellFormed())}&view=app`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Payment</title>
<script src="/js/v2/spiralpg.min.js"></script>
<script src="/js/v2/spiralpg.webview.js"></script>
<noscript><meta http-equiv="refresh" content="0; url=${href}"></noscript>
</head>
<body>
<noscript><p><a href="${href}">Continue to the payment page</a></p></noscript>
</body>
</html>
`;
};
