import { priceOf } from './amount.ts';
import { asset } from './assets.ts';
import { summaryOf } from './goods.ts';
import { html } from './html.ts';
import type { Order } from './orders.ts';
import { shell } from './shell.ts';
import type { Checkout } from './till.ts';

/** The page between shop and gateway: the gateway's library takes the payer on; without JavaScript the link does. */
export const payPage = (order: Order, { href, library }: Checkout): string =>
  shell(
    `Pay for ${order.number}`,
    html`<section class="panel leaving">
<h1>${order.mode === 'link' ? 'The payment link' : 'To the payment page'}</h1>
<p>${summaryOf(order.lines)}</p>
<p class="amount">${priceOf(order.amountMinor, order.currency)}</p>
<p class="hint">${order.mode === 'link' ? html`A shop would send this address by mail or chat: <a class="wrap" href="${href}">${href}</a>` : "The card is typed on the gateway's page. This shop never sees its number."}</p>
<p><a class="main" id="pay" href="${href}" data-session="${library?.session ?? ''}" data-locale="${order.locale}">Pay ${priceOf(order.amountMinor, order.currency)}</a></p>
<p><a href="/demo/orders/${order.number}">See the order instead</a></p>
</section>`,
    { scripts: order.mode === 'link' ? [] : [...(library ? [library.src] : []), asset('pay.js')] },
  );
