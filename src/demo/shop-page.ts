import { priceOf, signs } from './amount.ts';
import { asset } from './assets.ts';
import { type Good, quantityMax, rates } from './goods.ts';
import { type Html, html } from './html.ts';
import type { Order } from './orders.ts';
import { shell } from './shell.ts';
import { badge, headlineOf } from './standing-words.ts';
import { testCards } from './test-cards.ts';
import type { Till } from './till.ts';

export const locales = [
  { code: 'en_US', lang: 'en', name: 'English' },
  { code: 'zh_HK', lang: 'zh-Hant-HK', name: '繁體中文' },
  { code: 'zh_CN', lang: 'zh-Hans-CN', name: '简体中文' },
  { code: 'uz', lang: 'uz', name: 'O‘zbekcha' },
  { code: 'ru', lang: 'ru', name: 'Русский' },
  { code: 'hu', lang: 'hu', name: 'Magyar' },
  { code: 'de', lang: 'de', name: 'Deutsch' },
] as const;

const goodCard = (good: Good, quantity: number): Html => html`<li class="ware">
<img src="${asset(good.picture)}" alt="" width="320" height="240">
<div class="about">
<h3>${good.name}</h3>
<p class="detail">${good.detail}</p>
<p class="price">${priceOf(good.priceMinor, 'HKD')}</p>
</div>
<div class="quantity">
<label for="quantity-${good.id}">How many<span class="unseen"> of ${good.name}</span></label>
<span class="stepper">
<button type="button" class="step" data-add="-1" hidden aria-label="One ${good.name} less">−</button>
<input id="quantity-${good.id}" name="quantity-${good.id}" type="number" inputmode="numeric" min="0" max="${quantityMax}" value="${quantity}" required data-price="${good.priceMinor.toString()}">
<button type="button" class="step" data-add="1" hidden aria-label="One ${good.name} more">+</button>
</span>
</div>
</li>`;

const choice = (about: {
  readonly name: string;
  readonly value: string;
  readonly checked: boolean;
  readonly label: Html;
  readonly lang?: string;
  /** More attributes of the button, and of its label. */
  readonly more?: Html;
  readonly tills?: Html;
}): Html =>
  html`<label class="choice" lang="${about.lang ?? 'en'}"${about.tills}><input type="radio" name="${about.name}" value="${about.value}"${about.checked && html` checked`}${about.more}> <span>${about.label}</span></label>`;

/** A choice that only `some` of all tills offer says so; a script hides it while another till is picked. */
const choiceAt = (some: readonly Till[], all: readonly Till[], about: Parameters<typeof choice>[0]): Html =>
  some.length === all.length
    ? choice(about)
    : choice({
        ...about,
        label: html`${about.label} <small lang="en">${some.map(({ title }) => title).join(', ')} only</small>`,
        tills: html` data-tills="${some.map(({ name }) => name).join(' ')}"`,
      });

const copyButton = (number: string): Html =>
  html`<button type="button" class="copy" data-copy="${number.replaceAll(' ', '')}" hidden>Copy<span class="unseen"> card number ${number}</span></button>`;

/** The card to try first at a till; a script hides it while another till is picked. */
const firstCardOf = ({ name, title, firstCard }: Till): Html | false => {
  const card = testCards.find(({ number }) => number === firstCard);
  return (
    card !== undefined &&
    html`<p class="number" data-tills="${name}"><span><small>Test card for ${title}</small><br><code>${card.number}</code><br><small>${card.date}, security code: ${card.code}. <a href="#cards">More cards</a></small></span>
${copyButton(card.number)}</p>`
  );
};

const cards = html`<section class="panel" id="cards" aria-labelledby="cards-title">
<h2 id="cards-title">Test cards</h2>
<p class="hint">Copy a number, pay, and type it on the payment page. The holder's name can be anything. Codes by text arrive on the <a href="/sandbox/phone" target="_blank" rel="noopener">sandbox phone<span class="unseen"> (in a new tab)</span></a>.</p>
<ul class="cards">
${testCards.map(
  (card) => html`<li class="card">
<h3>${card.title}</h3>
<p class="number"><code>${card.number}</code>
${copyButton(card.number)}</p>
<p class="terms"><span>Expiry <strong>${card.date}</strong></span> <span>Code <strong>${card.code}</strong></span></p>
<p class="outcome">${card.outcome}</p>
</li>`,
)}
</ul>
<p class="unseen" id="copied" role="status"></p>
</section>`;

const orderList = (orders: readonly Order[]): Html => html`<section class="panel" aria-labelledby="orders-title">
<h2 id="orders-title">Your orders</h2>
<ul class="orders">
${orders.map(
  (order) =>
    html`<li><a href="/demo/orders/${order.number}"><span class="what"><code>${order.number}</code> <span>${priceOf(order.amountMinor, order.currency)}</span></span> ${badge(headlineOf(order))}</a></li>`,
)}
</ul>
</section>`;

/** The front page. `quantities` by id of the good; `problem` when the form could not be taken. */
export const shopPage = (about: {
  readonly goods: readonly Good[];
  readonly quantities: ReadonlyMap<string, number>;
  readonly problem: string | null;
  readonly orders: readonly Order[];
  readonly tills: readonly Till[];
  /** Cards can be held to a terminal as well. */
  readonly hasCounter: boolean;
}): string =>
  shell(
    'Lantern & Leaf – a demo shop on Tollgate',
    html`<div class="intro">
<h1>Tea, light and something sweet</h1>
<p>Buy something with a test card, in the app of a wallet, on the page of a bank, or from an account. You will see the gateway's payment page, and then, message by message, what this shop and the gateway said to each other.</p>
${about.hasCounter && html`<p>Or hold a card to the terminal <a href="/demo/terminal">at the counter</a>.</p>`}
</div>
<form class="shop" method="post" action="/demo/orders">
<section aria-labelledby="goods-title">
<h2 id="goods-title" class="unseen">Goods</h2>
<ul class="goods">${about.goods.map((good) => goodCard(good, about.quantities.get(good.id) ?? 0))}</ul>
</section>
<section class="panel basket" aria-labelledby="basket-title">
<h2 id="basket-title">Your basket</h2>
${about.problem && html`<p class="alert" role="alert" id="problem">${about.problem}</p>`}
<p class="total" hidden><span>Total</span> <output id="total" aria-live="polite"></output></p>
${
  about.tills.length > 1 &&
  html`<fieldset>
<legend>Pay through</legend>
${about.tills.map(({ name, title, currency, hint }, i) =>
  choice({
    ...{ name: 'till', value: name, checked: i === 0 },
    label: html`${title} <small>${hint}</small>`,
    more: html` data-sign="${signs[currency]}" data-rate="${rates[currency].toString()}"`,
  }),
)}
</fieldset>`
}
${
  about.tills.some(({ wallets }) => wallets.length > 0) &&
  html`<fieldset>
<legend>Pay with</legend>
${choice({ ...{ name: 'means', value: 'card', checked: true }, label: html`A card` })}
${about.tills.flatMap((till) =>
  till.wallets.map(({ code, title, hint }) =>
    choiceAt([till], about.tills, {
      ...{ name: 'means', value: code, checked: false },
      label: html`${title} <small>${hint}</small>`,
    }),
  ),
)}
</fieldset>`
}
<fieldset>
<legend>How to pay</legend>
${choice({
  ...{ name: 'mode', value: 'now', checked: true },
  label: html`Pay now <small>It is charged at once.</small>`,
})}
${choiceAt(
  about.tills.filter(({ reserves }) => reserves),
  about.tills,
  {
    ...{ name: 'mode', value: 'reserve', checked: false },
    label: html`Reserve, capture later <small>The amount is held on the card until the shop takes it.</small>`,
  },
)}
${choiceAt(
  about.tills.filter(({ links }) => links),
  about.tills,
  {
    ...{ name: 'mode', value: 'link', checked: false },
    label: html`Send a link <small>The payer chooses on its page what to pay with.</small>`,
  },
)}
</fieldset>
<fieldset class="languages">
<legend>Language of the payment page</legend>
${locales.map(({ code, lang, name }, i) => {
  const some = about.tills.filter((till) => till.locales.includes(code));
  const language = { name: 'locale', value: code, checked: i === 0, label: html`${name}`, lang };
  return some.length > 0 && choiceAt(some, about.tills, language);
})}
</fieldset>
${about.tills.map(firstCardOf)}
<button class="main" type="submit">Go to payment</button>
</section>
</form>
${cards}
${about.orders.length > 0 && orderList(about.orders)}`,
    { styles: [asset('shop.css')], scripts: [asset('shop.js')] },
  );
