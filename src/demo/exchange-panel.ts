import { type Html, html } from './html.ts';
import type { Order } from './orders.ts';
import { seal, timeOf, wireText } from './wire-text.ts';

/** Every request that the shop made for an order, with the answer: what a merchant has to build. */
export const exchangePanel = (order: Pick<Order, 'exchanges' | 'words'>): Html => {
  const count = order.exchanges.length;
  const { requests, signsAnswers, answers } = order.words;
  if (count === 0) return html`<p class="hint">Nothing has been said yet.</p>`;
  return html`<details id="talk">
<summary>${count === 1 ? '1 request' : `${count} requests`} of the shop to the gateway, with the answers</summary>
<ol class="exchanges">
${order.exchanges.map(
  (exchange) => html`<li>
<h3>${exchange.title}</h3>
<p class="said">${timeOf(exchange.at)} <span>${exchange.tookMs} ms</span> ${
    exchange.httpStatus === null
      ? html`<span class="seal bad">✗ No answer</span>`
      : signsAnswers && seal(exchange.genuine, 'Signature of the answer verified', 'Signature of the answer wrong')
  }</p>
<div class="talk">
<div><h4>The shop asked</h4>
${wireText(`${exchange.method} ${exchange.path}`, exchange.requestHeaders, exchange.requestBody, 'Request')}
<p class="signed">${requests}${exchange.requestSigned && html` <code>${exchange.requestSigned}</code>`}</p></div>
<div><h4>The gateway answered</h4>
${
  exchange.httpStatus === null
    ? html`<p class="hint">No answer came. The request may have been carried out all the same.</p>`
    : html`${wireText(`HTTP ${exchange.httpStatus}`, exchange.answerHeaders, exchange.answerBody, 'Answer')}
<p class="signed">${answers}${exchange.answerSigned && html` <code>${exchange.answerSigned}</code>`}</p>`
}</div>
</div>
</li>`,
)}
</ol>
</details>`;
};
