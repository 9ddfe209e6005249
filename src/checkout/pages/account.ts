import type { Scheme } from '../../core/bank-accounts.ts';
import { type AccountFault, type AccountField, type AccountKept, accountFaults, uses } from '../account-form.ts';
import { amountIn } from '../amount.ts';
import { type Html, html } from '../html.ts';
import { addressOf } from '../place.ts';
import type { Visit } from '../visit.ts';
import { timeToPay } from './countdown.ts';
import { amountLine, orderLines } from './order.ts';
import { page } from './page.ts';

export interface AccountParts {
  readonly visit: Visit;
  readonly scheme: Scheme;
  /** ms on the business clock. */
  readonly now: number;
  readonly faults: readonly AccountFault[];
  readonly kept: AccountKept;
  /** A word above the form that is about no field. */
  readonly alert: string | null;
}

/** The form for a bank account beside what it pays for, with what its holder agrees to. */
export const accountPage = ({ visit, scheme, now, faults, kept, alert }: AccountParts): string => {
  const { words, view, content, place, site } = visit;
  const tell = words.account;
  const amount = amountIn(words.lang, view.payment.amountMinor, view.payment.currency).whole;

  const field = (name: AccountField, label: string, hint: string | null, input: Html): Html => {
    const fault = faults.find((one) => accountFaults[one] === name);
    const described = [hint !== null && `${name}-hint`, fault && `${name}-fault`].filter(Boolean).join(' ');
    return html`<div class="field ${name}">
<label for="${name}">${label}</label>
${hint !== null && html`<p class="hint" id="${name}-hint">${hint}</p>`}
<div class="box"><input id="${name}" name="${name}" type="text"${described !== '' && html` aria-describedby="${described}"`}${
      fault && html` aria-invalid="true"`
    } ${input}></div>
${fault && html`<p class="fault" id="${name}-fault">${tell.faults[fault]}</p>`}
</div>`;
  };

  const summary =
    faults.length > 0 &&
    html`<div class="summary" id="summary" tabindex="-1" role="group" aria-labelledby="summary-title" autofocus>
<h2 id="summary-title">${tell.errorSummary}</h2>
<ul>${faults.map((fault) => html`<li><a href="#${accountFaults[fault]}">${tell.faults[fault]}</a></li>`)}</ul>
</div>`;

  const number = html`inputmode="numeric" autocomplete="off" spellcheck="false" maxlength="30" required`;
  const ofScheme =
    scheme === 'sepa'
      ? field(
          'iban',
          'IBAN',
          tell.ibanHint,
          html`autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="44" required`,
        )
      : html`${field('routing', tell.routing, tell.routingHint, number)}
${field('account', tell.number, null, number)}
<div class="field">
<label for="use">${tell.use}</label>
<div class="box"><select id="use" name="use">${uses.map((use) => html`<option value="${use}"${use === kept.use && html` selected`}>${tell.uses[use]}</option>`)}</select></div>
</div>
${scheme === 'check' && field('check', `${tell.check} (${words.optional})`, null, html`inputmode="numeric" autocomplete="off" maxlength="20"`)}`;

  return page({
    words,
    test: content.test,
    title: `${faults.length > 0 || alert ? `${words.error}: ` : ''}${words.payTo(content.merchantName)}`,
    wide: true,
    footnote: tell.privacy(content.merchantName),
    main: html`<section class="order" aria-labelledby="pay-to">
<h1 id="pay-to">${words.payTo(content.merchantName)}</h1>
${amountLine(words, view)}
${orderLines(words, content)}
${timeToPay(words, view.checkout!.expiresAt - now)}
</section>
<section class="card" aria-labelledby="account-details">
${alert && html`<p class="alert" role="alert">${alert}</p>`}
${summary}
<h2 id="account-details">${tell.names[scheme]}</h2>
<form method="post" action="${addressOf(place)}" id="bank-account">
${field('holder', tell.holder, null, html`autocomplete="name" autocapitalize="words" spellcheck="false" maxlength="70" value="${kept.holder}" required`)}
${ofScheme}
<p class="hint">${scheme === 'sepa' ? tell.mandate(content.merchantName) : tell.consent(content.merchantName, amount)}</p>
<button class="go" data-paying="${words.paying}">${words.pay(amount)}</button>
</form>
${site.cancels && html`<form method="post" action="${addressOf(place, '/cancel')}"><button class="quiet">${words.cancel}</button></form>`}
</section>`,
  });
};
