import { asset } from './assets.ts';
import { type Html, html } from './html.ts';

interface Files {
  readonly styles?: readonly string[];
  readonly scripts?: readonly string[];
}

/** A whole page around its content. `files`: addresses of further style sheets and scripts, which run when it is there. */
export const shell = (title: string, content: Html, files: Files = {}): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${asset('lantern.svg')}" type="image/svg+xml">
${[asset('base.css'), ...(files.styles ?? [])].map((href) => html`<link rel="stylesheet" href="${href}">\n`)}${(files.scripts ?? []).map((src) => html`<script src="${src}" defer></script>\n`)}</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<p class="ribbon"><strong>Sandbox</strong> No real money moves in this shop.</p>
<div class="top">
<a class="brand" href="/demo"><img src="${asset('lantern.svg')}" alt="" width="40" height="40"><span>Lantern &amp; Leaf</span></a>
<span class="made">a demo shop on Tollgate</span>
</div>
</header>
<main id="content">${content}</main>
</body>
</html>
`.text;
