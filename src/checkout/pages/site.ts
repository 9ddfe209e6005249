import { destinationOf } from '../destination.ts';
import { html } from '../html.ts';
import { addressOf } from '../place.ts';
import type { SiteScene } from '../scene.ts';
import type { Visit } from '../visit.ts';
import { walletNameIn } from '../wallet-names.ts';
import { timeToPay } from './countdown.ts';
import { amountLine, orderLines } from './order.ts';
import { page } from './page.ts';
import { polling } from './polling.ts';

/**
 * The payer pays on a page of somebody else: this one sends the browser on, by script or by refresh, and has a link for those that
 * will do neither. `isBack`: the payer comes from there; then it stays, and waits for the acquirer's word.
 */
export const sitePage = (
  { words, view, content, place, site }: Visit,
  { qr, wallet }: SiteScene,
  now: number,
  isBack: boolean,
): string => {
  const name = walletNameIn(words.lang, wallet);
  const tell = words.wallet.site;
  const there = destinationOf(qr.appUrl);
  const { attributes, refresh } = polling('site', view, place);
  const onward = there && !isBack;
  return page({
    words,
    test: content.test,
    title: `${tell.title(name)} – ${content.merchantName}`,
    head: onward ? html`<noscript><meta http-equiv="refresh" content="0;url=${there.url}"></noscript>` : refresh,
    main: html`<section class="notice" ${attributes}>
${isBack && html`<p class="sign waiting" aria-hidden="true"></p>`}
<h1>${tell.title(name)}</h1>
${amountLine(words, view)}
<p class="merchant">${content.merchantName}</p>
<p role="status">${isBack ? words.wallet.checking(name) : tell.text}</p>
${there && html`<p><a class="go" ${onward && html`data-onward `}href="${there.url}">${tell.go(name)}</a></p>`}
<div class="receipt">
${orderLines(words, content)}
${timeToPay(words, view.checkout!.expiresAt - now)}
</div>
${site.cancels && html`<form method="post" action="${addressOf(place, '/cancel')}"><button class="quiet">${words.cancel}</button></form>`}
</section>`,
  });
};
