import type { Payment, View } from '../../core/model.ts';
import type { PageContent } from '../../gateway/api.ts';
import { amountIn } from '../amount.ts';
import { type Html, html } from '../html.ts';
import type { Words } from '../words/words.ts';

/** What fits in large type beside the card form and on a narrow phone. */
const figureLengthLarge = 10;

/** The amount in large figures. */
export const amountLine = (
  words: Words,
  { payment }: { readonly payment: Pick<Payment, 'amountMinor' | 'currency'> },
): Html => {
  const { currency, figure, whole } = amountIn(words.lang, payment.amountMinor, payment.currency);
  const [before, after] = whole.startsWith(currency) ? [currency, ''] : ['', currency];
  const sign = (text: string) => text && html`<span class="currency">${text}</span>`;
  const long = figure.length > figureLengthLarge;
  return html`<p class="amount${long && ' long'}">${sign(before)} <span class="figure">${figure}</span> ${sign(after)}</p>`;
};

/** The amount inside a sentence. */
export const amountText = (words: Words, { payment }: View): string =>
  amountIn(words.lang, payment.amountMinor, payment.currency).whole;

/** How much of the amount has come where that is neither nothing nor all; null otherwise. */
export const receivedText = (words: Words, view: View): string | null => {
  const { capturedMinor, amountMinor, currency, takesMore } = view.payment;
  if (!takesMore || capturedMinor === 0n || capturedMinor === amountMinor) return null;
  const text = (minor: bigint) => amountIn(words.lang, minor, currency).whole;
  if (capturedMinor > amountMinor) return words.wallet.receivedMore(text(capturedMinor), text(amountMinor));
  return words.wallet.received(text(capturedMinor), text(amountMinor), text(amountMinor - capturedMinor));
};

/** What is bought. */
export const orderLines = (words: Words, content: Pick<PageContent, 'title' | 'description' | 'reference'>): Html =>
  html`<p class="goods">${content.title}</p>
${content.description && html`<p class="description">${content.description}</p>`}
${content.reference && html`<p class="reference">${words.reference}<span>${content.reference}</span></p>`}`;
