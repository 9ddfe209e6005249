import type { BankAccountFace } from '../../core/bank-accounts.ts';
import type { View } from '../../core/model.ts';
import type { PageContent } from '../../gateway/api.ts';
import { assetPath } from '../assets.ts';
import { brandNames } from '../brands.ts';
import { type Destination, destinationOf } from '../destination.ts';
import { html } from '../html.ts';
import type { Outcome } from '../scene.ts';
import { walletNameIn } from '../wallet-names.ts';
import type { Words } from '../words/words.ts';
import { amountLine, orderLines, receivedText } from './order.ts';
import { page } from './page.ts';

const noMeans = { card: null, bankAccount: null };

/** A bank account as its holder knows it. */
export const accountName = ({ account }: Words, { scheme, last4 }: BankAccountFace): string =>
  `${account.names[scheme]} …${last4}`;

/**
 * How the payment ended. With a destination the page leaves for it at once, by script or by refresh, and has a link for
 * browsers that will do neither; without one it is the end of the way.
 */
export const endedPage = (
  words: Words,
  view: View,
  content: PageContent,
  outcome: Outcome,
  destination: Destination | null,
): string => {
  const { title, text } = words.outcomes[outcome];
  const received = receivedText(words, view);
  const { card, bankAccount } =
    (outcome === 'approved' && view.attempts.findLast((a) => a.state === 'approved')) || noMeans;
  const wallet = outcome === 'approved' ? view.checkout?.wallet : null;
  const receipt = outcome === 'approved' ? destinationOf(content.receiptUrl) : null;
  const fiscal = receipt?.redirects ? receipt : null;
  const again = outcome === 'approved' || destination ? null : content.againUrl;
  const leaving =
    destination &&
    html`<p role="status">${words.leaving(content.merchantName)}</p>
<p><a class="go" data-leave href="${destination.url}">${words.leave(content.merchantName)}</a></p>`;
  return page({
    words,
    test: content.test,
    title: `${title} – ${content.merchantName}`,
    head: destination && html`<noscript><meta http-equiv="refresh" content="0;url=${destination.url}"></noscript>`,
    main: html`<section class="notice ${outcome}">
<p class="sign"><img src="${assetPath(outcome === 'approved' ? 'done.svg' : 'stopped.svg')}" alt="" width="56" height="56"></p>
<h1>${title}</h1>
${amountLine(words, view)}
<p class="merchant">${content.merchantName}</p>
<p>${text}</p>
${received && html`<p>${received}</p>`}
${leaving}
<div class="receipt">
${orderLines(words, content)}
${card && html`<p>${words.paidWith(brandNames[card.brand], card.last4)}</p>`}
${bankAccount && html`<p>${accountName(words, bankAccount)}</p>`}
${wallet && html`<p>${walletNameIn(words.lang, wallet)}</p>`}
${fiscal && html`<p><a class="fiscal" href="${fiscal.url}">${words.fiscalReceipt}</a></p>`}
</div>
${again && html`<p><a class="go" href="${again}">${words.link.again}</a></p>`}
${!destination && !again && html`<p>${words.mayClose}</p>`}
</section>`,
  });
};
