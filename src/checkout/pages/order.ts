import type { View } from '../../core/model.ts';
import type { PageContent } from '../../gateway/api.ts';
import { amountIn } from '../amount.ts';
import { type Html, html } from '../html.ts';
import type { Words } from '../words/words.ts';

/** What fits in large type beside the card form and on a narrow phone. */
const figureLengthLarge = 10;

/** The amount in large figures. */
export const amountLine = (words: Words, { payment }: View): Html => {
  const { currency, figure, whole } = amountIn(words.lang, payment.amountMinor, payment.currency);
  const [before, after] = whole.startsWith(currency) ? [currency, ''] : ['', currency];
  const sign = (text: string) => text && html`<span class="currency">${text}</span>`;
  const long = figure.length > figureLengthLarge;
  return html`<p class="amount${long && ' long'}">${sign(before)} <span class="figure">${figure}</span> ${sign(after)}</p>`;
};

/** What is bought. */
export const orderLines = (words: Words, content: PageContent): Html =>
  html`<p class="goods">${content.title}</p>
${content.description && html`<p class="description">${content.description}</p>`}
${content.reference && html`<p class="reference">${words.reference}<span>${content.reference}</span></p>`}`;
