import { assetPath } from '../assets.ts';
import { type Html, html, type Part } from '../html.ts';
import type { Words } from '../words/words.ts';

/** What every page is made of. `title` is the window's; `head` goes into the document's head. */
export interface PageParts {
  readonly words: Words;
  readonly title: string;
  readonly head?: Part;
  readonly wide?: boolean;
  /** Says that no real money moves. */
  readonly test?: boolean;
  readonly footnote?: string | null;
  readonly main: Html;
}

/** A whole document, as text. */
export const page = ({ words, title, head, wide, test, footnote, main }: PageParts): string =>
  html`<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" type="image/svg+xml" href="${assetPath('lock.svg')}">
<link rel="stylesheet" href="${assetPath('checkout.css')}">
<script type="module" src="${assetPath('checkout.js')}"></script>
${head}
</head>
<body>
<div class="sheet${wide && ' wide'}">
<header class="bar"><img src="${assetPath('lock.svg')}" alt="" width="16" height="16"> ${words.securePayment}${test && html` <strong class="test">${words.testMode}</strong>`}</header>
<main>
${main}
</main>
${footnote && html`<footer>${footnote}</footer>`}
</div>
</body>
</html>
`.text;
