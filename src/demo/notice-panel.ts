import { type Html, html } from './html.ts';
import type { Order } from './orders.ts';
import { seal, timeOf, wireText } from './wire-text.ts';

/** The notices of an order, newest first. */
export const noticePanel = (order: Order): Html => {
  if (order.notices.length === 0) {
    return html`<p class="hint">None so far. As soon as the payment comes to an end, the gateway posts a signed notice to the shop; it shows up here by itself.</p>`;
  }
  const items = order.notices.map((notice, i) => {
    const newest = i === order.notices.length - 1;
    return html`<li class="notice ${notice.genuine ? 'good' : 'bad'}">
<p class="said">${timeOf(notice.at)} ${seal(notice.genuine, 'Signature verified', 'Signature wrong – refused with 401')}</p>
<details id="notice-${notice.at}-${i}"${newest && html` open`}>
<summary>Headers and body</summary>
${wireText(`POST /demo/hooks/${order.till}`, notice.headers, notice.body, 'Notice')}
${notice.genuine && html`<p class="signed">The signature covers <code>${notice.signed}</code>. ${order.words.notice}</p>`}
</details>
</li>`;
  });
  return html`<ol class="notices" reversed>${items.reverse()}</ol>`;
};
