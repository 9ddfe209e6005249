import {
  type Consent,
  consents,
  type LinkChoice,
  type LinkContent,
  type LinkTyped,
  type PayerField,
} from '../../gateway/api.ts';
import { amountIn } from '../amount.ts';
import { assetPath } from '../assets.ts';
import { brandNames, hasMark } from '../brands.ts';
import { type Html, html } from '../html.ts';
import { addressOf, type Place } from '../place.ts';
import { sceneOf } from '../scene.ts';
import { walletNameIn } from '../wallet-names.ts';
import type { Notice, Words } from '../words/words.ts';
import { accountName } from './ended.ts';
import { amountLine, orderLines, receivedText } from './order.ts';
import { page } from './page.ts';

export interface LinkParts {
  readonly words: Words;
  readonly content: LinkContent;
  readonly place: Place;
  /** Why a choice was not tried, and what was typed then. */
  readonly alert: string | null;
  readonly typed: LinkTyped;
}

const dateText = (words: Words, { expiresAt, timeZone }: LinkContent): string =>
  new Intl.DateTimeFormat(words.lang, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  }).format(expiresAt);

/** What became of the attempt before; null where there was none. */
const earlierText = ({ link }: Words, { attempt }: LinkContent): string | null => {
  const scene = attempt && sceneOf(attempt);
  if (scene?.kind !== 'ended') return null;
  const texts = {
    approved: null,
    declined: link.declined,
    cancelled: link.cancelled,
    expired: link.expired,
    part_paid: link.partPaid,
  };
  return texts[scene.outcome];
};

const lengthMax: Readonly<Record<PayerField, number>> = {
  'given-name': 45,
  'family-name': 45,
  email: 254,
  tel: 18,
  'postal-code': 16,
  'address-level2': 50,
  'address-line1': 50,
};

/** What the merchant wants to know of the payer. A phone number is nobody's duty. */
const payerField = ({ link, optional }: Words, name: PayerField, typed: LinkTyped): Html => {
  const type = name === 'email' || name === 'tel' ? name : 'text';
  const isOptional = name === 'tel';
  return html`<div class="field">
<label for="${name}">${link.payer[name]}${isOptional && ` (${optional})`}</label>
<div class="box"><input id="${name}" name="${name}" type="${type}" autocomplete="${name}" maxlength="${lengthMax[name]}" value="${typed.payer[name] ?? ''}"${!isOptional && html` required`}></div>
</div>`;
};

/** What payers are to read: its address and its name; undefined where there is none. */
const readingOf = (
  { link }: Words,
  { termsUrl, privacyPolicyUrl }: LinkContent,
  consent: Consent,
): Html | undefined => {
  const [url, name] = consent === 'terms' ? [termsUrl, link.terms] : [privacyPolicyUrl, link.privacyPolicy];
  return url ? html`<a href="${url}">${name}</a>` : undefined;
};

/** A box for what the payer must accept. */
const consentBox = ({ words, content, typed }: LinkParts, consent: Consent): Html | false => {
  const reading = readingOf(words, content, consent);
  const name = `accept-${consent}`;
  return (
    reading !== undefined &&
    html`<p class="keep"><input type="checkbox" id="${name}" name="${name}" value="yes"${typed.accepted.includes(consent) && html` checked`} required>
<label for="${name}">${words.link.accept} ${reading}</label></p>`
  );
};

/** What payers are to read, but for what has a box. */
const readings = (words: Words, content: LinkContent): Html => {
  const { mustAccept = [], acceptsByPaying = false } = content;
  const links = consents.filter((one) => !mustAccept.includes(one)).map((one) => readingOf(words, content, one));
  const shown = links.filter((one) => one !== undefined);
  return html`${acceptsByPaying && shown.length > 0 && html`<p>${words.link.acceptByPaying}</p>`}
${shown.map((one) => html`<p>${one}</p>`)}`;
};

/** A button for each way to pay, all of one form. */
const choiceList = (parts: LinkParts): Html => {
  const { words, content, place, typed } = parts;
  const { choices, chosenUpTo, amountMinor, currency, asks = [], mustAccept = [] } = content;
  const textOf = (minor: bigint) => amountIn(words.lang, minor, currency).whole;
  const limits = words.link.amountBetween(textOf(amountMinor), chosenUpTo == null ? null : textOf(chosenUpTo));
  const field =
    chosenUpTo !== undefined &&
    html`<div class="field">
<label for="amount">${words.link.amount} (${currency})</label>
<p class="hint" id="amount-hint">${limits}</p>
<div class="box"><input id="amount" name="amount" type="text" inputmode="decimal" autocomplete="off" maxlength="20" value="${typed.amount ?? ''}" aria-describedby="amount-hint" required></div>
</div>`;
  const nameOf = ({ label, brands, wallet, debit }: LinkChoice): string =>
    label ??
    (debit
      ? words.account.names[debit]
      : wallet
        ? walletNameIn(words.lang, wallet)
        : brands.map((brand) => brandNames[brand]).join(', '));
  const marksOf = ({ brands }: LinkChoice): readonly Html[] =>
    brands.filter(hasMark).map((brand) => html`<img src="${assetPath(`${brand}.svg`)}" alt="" width="38" height="24">`);
  const row = (choice: LinkChoice): Html =>
    html`<li><button class="type" name="type" value="${choice.name}"><span>${nameOf(choice)}</span> <span class="brands">${marksOf(choice)}</span></button></li>`;
  return html`<form method="post" action="${addressOf(place)}">${field}${asks.map((name) => payerField(words, name, typed))}${mustAccept.map((consent) => consentBox(parts, consent))}<ul class="types">${choices.map(row)}</ul></form>`;
};

/** The lines of a bill. */
const billLines = ({ lines = [] }: LinkContent): Html | null =>
  lines.length === 0
    ? null
    : html`<dl class="lines">${lines.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

/** How the link ended, or why nobody can choose. */
const noticeLinkPage = (
  { words, content }: LinkParts,
  { title, text }: Notice,
  outcome: 'approved' | 'stopped',
  more: Html | null = null,
): string =>
  page({
    words,
    test: content.test,
    title: `${title} – ${content.merchantName}`,
    main: html`<section class="notice ${outcome}">
<p class="sign"><img src="${assetPath(outcome === 'approved' ? 'done.svg' : 'stopped.svg')}" alt="" width="56" height="56"></p>
<h1>${title}</h1>
${amountLine(words, { payment: content })}
<p class="merchant">${content.merchantName}</p>
<p${outcome === 'stopped' && html` class="alert alert-error"`}>${text}</p>
${more}
<div class="receipt">
${orderLines(words, content)}
${billLines(content)}
</div>
</section>`,
  });

/** The receipt: it says what paid. */
const paidPage = (parts: LinkParts): string => {
  const { words, content } = parts;
  const { attempt } = content;
  const { card, bankAccount } = attempt?.attempts.findLast((a) => a.state === 'approved') ?? {};
  const wallet = attempt?.checkout?.wallet;
  const received = attempt && receivedText(words, attempt);
  const more = html`${received && html`<p>${received}</p>`}
${card && html`<p>${words.paidWith(brandNames[card.brand], card.last4)}</p>`}
${bankAccount && html`<p>${accountName(words, bankAccount)}</p>`}
${wallet && html`<p>${walletNameIn(words.lang, wallet)}</p>`}`;
  return noticeLinkPage(parts, words.outcomes.approved, 'approved', more);
};

const choosePage = (parts: LinkParts): string => {
  const { words, content, alert } = parts;
  const { current, merchantName, contact = [] } = content;
  const tell = words.link;
  const earlier = earlierText(words, content);
  return page({
    words,
    test: content.test,
    title: `${alert ? `${words.error}: ` : ''}${words.payTo(merchantName)}`,
    wide: true,
    main: html`<section class="order" aria-labelledby="pay-to">
<h1 id="pay-to">${words.payTo(merchantName)}</h1>
${amountLine(words, { payment: content })}
${orderLines(words, content)}
${billLines(content)}
<p class="countdown">${tell.until(dateText(words, content))}</p>
${readings(words, content)}
${contact.map((way) => html`<p>${way}</p>`)}
</section>
<section class="card" aria-labelledby="choose">
${alert && html`<p class="alert" role="alert">${alert}</p>`}
${!alert && earlier && html`<p class="note" role="alert">${earlier}</p>`}
${
  current &&
  html`<div class="about">
<h2>${tell.open.title}</h2>
<p>${tell.open.text}</p>
</div>
<p><a class="go" href="${current}">${tell.goOn}</a></p>`
}
<h2 id="choose">${current ? tell.chooseAgain : tell.choose}</h2>
${choiceList(parts)}
</section>`,
  });
};

/** The page of a payment link, as it stands now. */
export const linkPage = (parts: LinkParts): string => {
  const { words, content } = parts;
  const tell = words.link;
  if (content.state === 'approved') return paidPage(parts);
  if (content.state === 'expired') return noticeLinkPage(parts, tell.over, 'stopped');
  if (content.state === 'paid') return noticeLinkPage(parts, tell.paid, 'stopped');
  if (content.state === 'cancelled') return noticeLinkPage(parts, tell.taken, 'stopped');
  if (content.state === 'used_up') return noticeLinkPage(parts, tell.usedUp, 'stopped');
  if (content.choices.length > 0) return choosePage(parts);
  if (content.current === null) return noticeLinkPage(parts, tell.none, 'stopped');
  const goOn = html`<p><a class="go" href="${content.current}">${tell.goOn}</a></p>`;
  return noticeLinkPage(parts, tell.open, 'stopped', goOn);
};
