import { type Brand, codeLengthOf } from '../../core/cards.ts';
import type { StoredCard, View } from '../../core/model.ts';
import type { PageContent } from '../../gateway/api.ts';
import { amountIn } from '../amount.ts';
import { assetPath } from '../assets.ts';
import { brandNames, hasMark } from '../brands.ts';
import { type Fault, type Field, faults, type Kept } from '../card-form.ts';
import { type Html, html } from '../html.ts';
import { addressOf, type Place } from '../place.ts';
import type { Words } from '../words/words.ts';
import { timeToPay } from './countdown.ts';
import { amountLine, orderLines } from './order.ts';
import { page } from './page.ts';

export interface FormParts {
  readonly words: Words;
  readonly view: View;
  readonly content: PageContent;
  /** In place of the fields. */
  readonly storedCard: StoredCard | null;
  readonly place: Place;
  /** ms on the business clock. */
  readonly now: number;
  readonly faults: readonly Fault[];
  readonly kept: Kept;
  /** A word above the form that is about no field: what went wrong, or what became of the card before. */
  readonly alert: string | null;
  readonly note: string | null;
  /** Whether the page offers to give up. */
  readonly cancels: boolean;
}

const faultTexts = (words: Words, brands: readonly Brand[]): Readonly<Record<Fault, string>> => {
  const names = new Intl.ListFormat(words.lang, { type: 'disjunction' }).format(
    brands.map((brand) => brandNames[brand]),
  );
  return { ...words.faults, number_brand: words.faults.number_brand(names) };
};

const codeHintOf = (words: Words, brands: readonly Brand[]): string => {
  const lengths = new Set(brands.map(codeLengthOf));
  const hint = !lengths.has(4) ? words.codeHint3 : lengths.has(3) ? words.codeHintEither : words.codeHint4;
  return lengths.has(0) ? words.codeHintSome(hint) : hint;
};

/** The card form beside what it pays for. */
export const formPage = (parts: FormParts): string => {
  const { words, view, content, place, now, kept } = parts;
  const { brands, expiresAt } = view.checkout!;
  const texts = faultTexts(words, brands);
  const faultAt = (name: Field) => parts.faults.find((fault) => faults[fault] === name);
  const amount = amountIn(words.lang, view.payment.amountMinor, view.payment.currency).whole;

  const field = (name: Field, label: Html, hint: string | null, input: Html): Html => {
    const fault = faultAt(name);
    const described = [hint !== null && `${name}-hint`, `${name}-fault`].filter(Boolean).join(' ');
    return html`<div class="field ${name}">
<label for="${name}">${label}</label>
${hint !== null && html`<p class="hint" id="${name}-hint">${hint}</p>`}
<div class="box"><input id="${name}" name="${name}" aria-describedby="${described}"${
      fault && html` aria-invalid="true"`
    } ${input}></div>
<p class="fault" id="${name}-fault">${fault && texts[fault]}</p>
</div>`;
  };

  const summary = html`<div class="summary" id="summary" tabindex="-1" role="group" aria-labelledby="summary-title"${
    parts.faults.length > 0 ? html` autofocus` : html` hidden`
  }>
<h2 id="summary-title">${words.errorSummary}</h2>
<ul>${parts.faults.map((fault) => html`<li><a href="#${faults[fault]}">${texts[fault]}</a></li>`)}</ul>
</div>`;

  const marks = brands.map(
    (brand) =>
      html`<li data-brand="${brand}">${
        hasMark(brand)
          ? html`<img src="${assetPath(`${brand}.svg`)}" alt="${brandNames[brand]}" width="38" height="24">`
          : html`<span class="mark">${brandNames[brand]}</span>`
      }</li>`,
  );
  const asksCode = brands.some((brand) => codeLengthOf(brand) > 0);

  // Where some dates may be past, only the server can tell which.
  const earliestMonth = content.test ? '' : new Date(now).toISOString().slice(0, 7);

  const fields = html`<ul class="brands" aria-label="${words.acceptedCards}">${marks}</ul>
${field(
  'number',
  html`${words.number}`,
  null,
  html`type="text" inputmode="numeric" autocomplete="cc-number" autocapitalize="off" spellcheck="false" maxlength="30" required`,
)}
<div class="pair">
${field(
  'expiry',
  html`${words.expiry}`,
  words.expiryHint,
  html`type="text" inputmode="numeric" autocomplete="cc-exp" spellcheck="false" maxlength="9" value="${kept.expiry}" required`,
)}
${
  asksCode &&
  field(
    'code',
    html`${words.code}`,
    codeHintOf(words, brands),
    html`type="text" inputmode="numeric" autocomplete="cc-csc" autocapitalize="off" spellcheck="false" maxlength="4"${
      brands.every((brand) => codeLengthOf(brand) > 0) && html` required`
    }`,
  )
}
</div>
${field(
  'holder',
  html`${words.holder} <span class="optional">(${words.optional})</span>`,
  null,
  html`type="text" autocomplete="cc-name" autocapitalize="words" spellcheck="false" maxlength="60" value="${kept.holder}"`,
)}`;
  // The box is empty until the payer ticks it: what is stored unasked was not agreed to.
  const keeping = view.checkout!.asksToKeep
    ? html`<p class="keep"><input type="checkbox" id="keep" name="keep" value="yes"${kept.keep && html` checked`}>
<label for="keep">${words.keepCard(content.merchantName)}</label></p>`
    : content.tellsOfKeeping && html`<p class="hint">${words.cardIsKept(content.merchantName)}</p>`;
  const stored = parts.storedCard?.face;
  const button = html`<button class="go" data-paying="${words.paying}">${words.pay(amount)}</button>
<p class="unseen" role="status" id="progress"></p>`;
  const form = stored
    ? html`<form method="post" action="${addressOf(place)}">
<p class="stored">${words.paidWith(brandNames[stored.brand], stored.last4)}</p>
${button}
</form>`
    : html`<form method="post" action="${addressOf(place)}" id="card" data-brands="${brands.join(' ')}" data-month="${earliestMonth}" data-faults="${JSON.stringify(texts)}" data-error="${words.error}" data-code-hints="${JSON.stringify(
        {
          3: words.codeHint3,
          4: words.codeHint4,
          either: codeHintOf(words, brands),
        },
      )}">
${fields}
${keeping}
${button}
</form>`;

  return page({
    words,
    test: content.test,
    title: `${parts.faults.length > 0 || parts.alert ? `${words.error}: ` : ''}${words.payTo(content.merchantName)}`,
    wide: true,
    footnote: words.privacy(content.merchantName),
    main: html`<section class="order" aria-labelledby="pay-to">
<h1 id="pay-to">${words.payTo(content.merchantName)}</h1>
${amountLine(words, view)}
${orderLines(words, content)}
${timeToPay(words, expiresAt - now)}
</section>
<section class="card" aria-labelledby="card-details">
${parts.alert && html`<p class="alert" role="alert">${parts.alert}</p>`}
${parts.note && html`<p class="note" role="alert">${parts.note}</p>`}
${summary}
<h2 id="card-details">${words.cardDetails}</h2>
${form}
${parts.cancels && html`<form method="post" action="${addressOf(place, '/cancel')}"><button class="quiet">${words.cancel}</button></form>`}
</section>`,
  });
};
