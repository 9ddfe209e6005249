import { assetPath } from '../assets.ts';
import { html } from '../html.ts';
import { addressOf } from '../place.ts';
import type { Visit } from '../visit.ts';
import { amountLine } from './order.ts';
import { page } from './page.ts';

/** There is no code to scan, since the order for it did not leave: the payer may have it sent once more. `alert`: why not now. */
export const offerPage = ({ words, view, content, place, site }: Visit, alert: string | null): string => {
  const { failed, tryAgain } = words.wallet;
  return page({
    words,
    test: content.test,
    title: `${words.error}: ${failed.title} – ${content.merchantName}`,
    main: html`<section class="notice">
<p class="sign"><img src="${assetPath('stopped.svg')}" alt="" width="56" height="56"></p>
<h1>${failed.title}</h1>
${amountLine(words, view)}
<p class="merchant">${content.merchantName}</p>
${alert ? html`<p role="alert">${alert}</p>` : html`<p>${failed.text}</p>`}
<form method="post" action="${addressOf(place, '/offer')}"><button class="go">${tryAgain}</button></form>
${site.cancels && html`<form method="post" action="${addressOf(place, '/cancel')}"><button class="quiet">${words.cancel}</button></form>`}
</section>`,
  });
};
