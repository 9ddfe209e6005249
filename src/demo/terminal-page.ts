import { priceOf, signs } from './amount.ts';
import { asset } from './assets.ts';
import { exchangePanel } from './exchange-panel.ts';
import { type Html, html } from './html.ts';
import { shell } from './shell.ts';
import { spiralWords } from './spiral-till.ts';
import { badge } from './standing-words.ts';
import { type Entry, heldCards, type Terminal } from './terminal.ts';

const toneOf = (status: string | null): 'good' | 'bad' | 'waiting' =>
  status === null ? 'waiting' : status === 'Approved' ? 'good' : 'bad';

const undoForm = ({ traceNo }: Entry, cmd: string, verb: string): Html =>
  html`<form method="post" action="/demo/terminal/undo"><input type="hidden" name="cmd" value="${cmd}"><input type="hidden" name="trace" value="${traceNo}"><button class="second" type="submit">${verb}<span class="unseen"> ${traceNo}</span></button></form>`;

const entryItem = (entry: Entry): Html => {
  const { cmd, traceNo, amountMinor, status, resp, undone } = entry;
  const charges = cmd === 'SALE' || cmd === 'REFUND';
  return html`<li><span><code>${traceNo}</code> ${cmd} ${priceOf(amountMinor, 'HKD')}</span>
${badge({ text: status ?? 'No answer', tone: toneOf(status) })} ${resp && html`<code>${resp}</code>`}${undone && html` <span class="why">taken back</span>`}
${charges && status === 'Approved' && !undone && undoForm(entry, 'VOID', 'Void')}
${charges && status === null && !undone && undoForm(entry, 'REVERSAL', 'Take back')}</li>`;
};

/** The shop's counter, where cards are held to its terminal. `problem`: why a form was not taken. */
export const terminalPage = (terminal: Terminal, problem: string | null): string => {
  const { entries, batchId, news, exchanges } = terminal;
  return shell(
    'At the counter',
    html`<nav class="crumbs" aria-label="You are here"><a href="/demo">Shop</a> <span aria-hidden="true">›</span> <span>Counter</span></nav>
<div class="title"><h1>At the counter</h1></div>
<p>Hold a card to the shop's terminal. What it reads goes to the acquirer; the gateway keeps first six and last four digits.</p>
${problem && html`<p class="alert" role="alert">${problem}</p>`}
${news && html`<p class="hint" role="status">${news}</p>`}
<div class="order">
<section class="panel" aria-labelledby="take-title">
<h2 id="take-title">Terminal</h2>
<form class="action" method="post" action="/demo/terminal/take">
<fieldset><legend>Card</legend>
${heldCards.map(
  ({ name, title, pan }, i) =>
    html`<label class="choice"><input type="radio" name="card" value="${name}"${i === 0 && html` checked`}> <span>${title} <small>${pan}</small></span></label>`,
)}
</fieldset>
<label for="amount">Amount</label>
<span class="row"><span class="money"><span aria-hidden="true">${signs.HKD}</span><input id="amount" name="amount" inputmode="decimal" autocomplete="off" required pattern="[0-9,]{1,11}([.][0-9]{1,2})?" title="An amount such as 68.50" value="38.80"></span></span>
<span class="row"><button class="main" type="submit" name="cmd" value="SALE">Sale</button> <button class="second" type="submit" name="cmd" value="REFUND">Refund</button></span>
</form>
</section>
<section class="panel" aria-labelledby="batch-title">
<h2 id="batch-title">Batch <code>${batchId}</code></h2>
${entries.length === 0 ? html`<p class="hint">Nothing yet.</p>` : html`<ol class="steps">${entries.map(entryItem)}</ol>`}
<form class="action" method="post" action="/demo/terminal/settle"><button class="second" type="submit">Settle the batch</button></form>
</section>
</div>
<section class="panel" aria-labelledby="exchanges-title">
<h2 id="exchanges-title">What just happened</h2>
<div id="exchanges">${exchangePanel({ exchanges, words: spiralWords })}</div>
</section>`,
    { styles: [asset('shop.css'), asset('order.css')] },
  );
};
