import { decimalOf, priceOf, signs } from './amount.ts';
import { asset } from './assets.ts';
import { exchangePanel } from './exchange-panel.ts';
import { priceIn } from './goods.ts';
import { type Html, html } from './html.ts';
import { noticePanel } from './notice-panel.ts';
import type { Order, Step } from './orders.ts';
import { shell } from './shell.ts';
import { badge, headlineOf, takenOf } from './standing-words.ts';

const stepForm = (order: Order, kind: Step['kind'], content: Html): Html =>
  html`<form class="action" method="post" action="/demo/orders/${order.number}/steps">
<input type="hidden" name="kind" value="${kind}">
<input type="hidden" name="step" value="${order.steps.length}">
${content}
</form>`;

const amountForm = (order: Order, kind: 'capture' | 'refund', verb: string, leftMinor: bigint): Html =>
  stepForm(
    order,
    kind,
    html`<label for="amount-${kind}">${verb} <small>up to ${priceOf(leftMinor, order.currency)}</small></label>
<span class="row"><span class="money"><span aria-hidden="true">${signs[order.currency]}</span><input id="amount-${kind}" name="amount" inputmode="decimal" autocomplete="off" required pattern="[0-9,]{1,11}([.][0-9]{1,2})?" title="An amount such as 68.50" value="${decimalOf(leftMinor)}"></span>
<button class="second" type="submit">${verb}</button></span>`,
  );

const actions = (order: Order): Html => {
  const { standing } = order;
  if (standing ? standing.tone === 'waiting' : !order.refused) {
    return html`<p class="row">${order.checkout && html`<a class="main" href="/demo/orders/${order.number}/pay">Go to the payment page</a>`}
<a class="second" href="/demo/orders/${order.number}">Ask again</a></p>`;
  }
  if (standing?.tone !== 'good') {
    return stepForm(order, 'retry', html`<button class="main" type="submit">Try again with a new order</button>`);
  }
  const toCaptureMinor = order.mode === 'reserve' ? order.amountMinor - standing.capturedMinor : 0n;
  const toRefundMinor = takenOf(order) - standing.refundedMinor;
  return html`<div class="actions">
${toCaptureMinor > 0n && amountForm(order, 'capture', 'Capture', toCaptureMinor)}
${toRefundMinor > 0n && amountForm(order, 'refund', 'Refund', toRefundMinor)}
${
  standing.cardToken &&
  stepForm(
    order,
    'again',
    html`<p class="label">Buy again <small>charges the kept card, no payment page</small></p>
<button class="second" type="submit">Buy again with the same card</button>`,
  )
}
</div>`;
};

const stepNames: Readonly<Record<Step['kind'], string>> = {
  capture: 'Capture',
  refund: 'Refund',
  again: 'Bought again',
  retry: 'Tried again',
};

const stepItem = (order: Order, step: Step): Html => {
  const own = step.kind === 'again' || step.kind === 'retry';
  return html`<li>
<span>${stepNames[step.kind]} ${own ? html`as <a href="/demo/orders/${step.reference}">${step.reference}</a>` : priceOf(step.amountMinor, order.currency)}</span>
${!own && step.standing && badge({ text: step.standing.status, tone: step.standing.tone })}
${!own && step.standing?.tone === 'bad' && step.standing.reason && html`<span class="why">${step.standing.reason}</span>`}
${step.problem && html`<span class="why" role="alert">${step.problem}</span>`}
</li>`;
};

const fact = (name: string, value: string | null | undefined | false): Html | false =>
  typeof value === 'string' && html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

const statusPanel = (order: Order): Html => {
  const { standing } = order;
  return html`<p class="headline">${badge(headlineOf(order))} <span class="amount">${priceOf(order.amountMinor, order.currency)}</span></p>
${order.problem && html`<p class="alert" role="alert">${order.problem}</p>`}
<dl class="facts">
${fact('Status in the API', standing?.status)}
${fact('Answer of the acquirer', standing?.reason)}
${fact('Card', standing?.card)}
${fact('Approval code', standing?.approvalCode)}
${fact('Captured', !!standing && standing.capturedMinor > 0n && priceOf(standing.capturedMinor, order.currency))}
${fact('Refunded', !!standing && standing.refundedMinor > 0n && priceOf(standing.refundedMinor, order.currency))}
${standing?.receiptUrl && html`<div><dt>Fiscal receipt</dt><dd><a href="${standing.receiptUrl}">at the tax office</a></dd></div>`}
</dl>
${actions(order)}
${order.steps.length > 0 && html`<ol class="steps">${order.steps.map((step) => stepItem(order, step))}</ol>`}`;
};

/** The parts of an order's page that change while one looks at it, by the id of the element that holds them. */
export const livingParts = (order: Order): Readonly<Record<string, string>> => ({
  status: statusPanel(order).text,
  notices: noticePanel(order).text,
  exchanges: exchangePanel(order).text,
});

/** `back`: which of the return addresses brought the browser here; `problem`: why a form was not taken. */
export const orderPage = (order: Order, back: string | null, problem: string | null): string => {
  const { returnNames } = order.words;
  const came = back === 'success' || back === 'failure' ? returnNames[back] : null;
  return shell(
    `Order ${order.number}`,
    html`<nav class="crumbs" aria-label="You are here"><a href="/demo">Shop</a> <span aria-hidden="true">›</span> <span>Order</span></nav>
<div class="title"><h1>Order <code>${order.number}</code></h1>
<p class="listening" id="listening" hidden>Listening for news</p>
<noscript><p><a href="/demo/orders/${order.number}">Reload to look for news</a></p></noscript></div>
<p class="unseen" id="news" role="status"></p>
${problem && html`<p class="alert" role="alert">${problem}</p>`}
<div class="order" id="order" data-events="/demo/orders/${order.number}/events" data-version="${order.version}">
<section class="panel" aria-labelledby="status-title">
<h2 id="status-title">Payment</h2>
${came && html`<p class="hint">Your browser came back to ${came}. That proves nothing, so the shop asked the gateway itself.</p>`}
<div id="status">${statusPanel(order)}</div>
<ul class="bought">${order.lines.map(
      ({ good, quantity }) =>
        html`<li><img src="${asset(good.picture)}" alt="" width="64" height="48"> <span>${quantity} × ${good.name}</span> <span>${priceOf(priceIn(good, order.currency) * BigInt(quantity), order.currency)}</span></li>`,
    )}</ul>
</section>
<section class="panel" aria-labelledby="notices-title">
<h2 id="notices-title">Notices from the gateway</h2>
<div id="notices">${noticePanel(order)}</div>
</section>
</div>
<section class="panel" aria-labelledby="exchanges-title">
<h2 id="exchanges-title">What just happened</h2>
<div id="exchanges">${exchangePanel(order)}</div>
</section>`,
    { styles: [asset('order.css')], scripts: [asset('order.js')] },
  );
};

/** For an order that nobody knows, any more or at all. */
export const unknownOrderPage = (): string =>
  shell(
    'Unknown order',
    html`<section class="panel leaving"><h1>This order is not known here</h1>
<p>The demo shop keeps its newest 500 orders in memory and forgets them when it restarts. The gateway has not forgotten the payment.</p>
<p><a class="main" href="/demo">To the shop</a></p></section>`,
  );

/** For whatever else went wrong. */
export const troublePage = (title: string, text: string): string =>
  shell(
    title,
    html`<section class="panel leaving"><h1>${title}</h1><p>${text}</p><p><a class="main" href="/demo">To the shop</a></p></section>`,
  );
