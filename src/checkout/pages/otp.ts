import { triesLeft } from '../../core/otp.ts';
import { amountIn } from '../amount.ts';
import { brandNames } from '../brands.ts';
import { html } from '../html.ts';
import { choicesOf, turnOf } from '../otp-form.ts';
import { addressOf } from '../place.ts';
import type { OtpScene } from '../scene.ts';
import type { Visit } from '../visit.ts';
import { countdown } from './countdown.ts';
import { amountLine } from './order.ts';
import { page } from './page.ts';

export interface OtpParts {
  readonly visit: Visit;
  readonly scene: OtpScene;
  /** ms on the business clock. */
  readonly now: number;
  /** Whether what was posted can be no code of this length. */
  readonly malformed: boolean;
  /** A word above the form that is not about the code. */
  readonly alert: string | null;
}

/** Asks for the code that was texted, beside what it pays for. */
export const otpPage = ({ visit, scene, now, malformed, alert }: OtpParts): string => {
  const { words, view, content, place, site } = visit;
  const { otp, attempt } = scene;
  const { phone, digitCount, wrongCount, resendCount } = otp;
  const { codeLeftMs, resendLeftMs, takesAnotherCard } = choicesOf(view, scene, now);
  const amount = amountIn(words.lang, view.payment.amountMinor, view.payment.currency).whole;
  const tell = words.otp;
  const fault = malformed ? tell.malformed(digitCount) : wrongCount > 0 ? tell.wrong(triesLeft(otp)) : null;
  const sent = resendCount > 0 ? tell.sentAgain(phone) : tell.sent(phone);
  const turn = html`<input type="hidden" name="turn" value="${turnOf(scene)}">`;
  const { card } = attempt;

  return page({
    words,
    test: content.test,
    title: `${fault || alert ? `${words.error}: ` : ''}${tell.title} – ${content.merchantName}`,
    wide: true,
    main: html`<section class="order" aria-labelledby="pay-to">
<h1 id="pay-to">${words.payTo(content.merchantName)}</h1>
${amountLine(words, view)}
<p class="goods">${content.title}</p>
${card && html`<p class="description">${words.paidWith(brandNames[card.brand], card.last4)}</p>`}
</section>
<section class="card" aria-labelledby="otp-title">
${alert && html`<p class="alert" role="alert">${alert}</p>`}
<div class="about">
<h2 id="otp-title">${tell.title}</h2>
<p id="otp-sent">${sent}</p>
</div>
<form method="post" action="${addressOf(place, '/otp')}" id="otp" data-malformed="${tell.malformed(digitCount)}" data-error="${words.error}">
${turn}
<div class="field">
<label for="code">${tell.label} <span class="optional">(${tell.digits(digitCount)})</span></label>
<div class="box"><input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" autocapitalize="off" spellcheck="false" maxlength="${digitCount}" aria-describedby="otp-sent code-fault"${
      fault && html` aria-invalid="true"`
    }${!alert && html` autofocus`} required></div>
<p class="fault" id="code-fault">${fault}</p>
${countdown({ label: tell.timeLeft, leftMs: codeLeftMs, text: words.minutes, warnMs: 60_000, warning: tell.minuteLeft })}
</div>
<button class="go" data-paying="${tell.confirming}">${tell.confirm(amount)}</button>
<p class="hint">${tell.keepSecret}</p>
<p class="unseen" role="status" id="progress"></p>
</form>
<div class="choices">
${
  resendLeftMs !== null &&
  html`<form method="post" action="${addressOf(place, '/otp/resend')}" id="resend" data-wait-ms="${resendLeftMs}" data-wait="${tell.resendIn('#')}">${turn}<button class="quiet">${tell.resend}</button></form>`
}
${takesAnotherCard && html`<form method="post" action="${addressOf(place, '/again')}"><button class="quiet">${tell.anotherCard}</button></form>`}
${site.cancels && html`<form method="post" action="${addressOf(place, '/cancel')}"><button class="quiet">${words.cancel}</button></form>`}
</div>
</section>`,
  });
};
