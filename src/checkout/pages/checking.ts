import type { View } from '../../core/model.ts';
import type { PageContent } from '../../gateway/api.ts';
import { destinationOf } from '../destination.ts';
import { html } from '../html.ts';
import type { Place } from '../place.ts';
import { walletNameIn } from '../wallet-names.ts';
import type { Words } from '../words/words.ts';
import { amountLine } from './order.ts';
import { page } from './page.ts';
import { polling } from './polling.ts';

/** The acquirer has it: nothing to do but wait. */
export const checkingPage = (words: Words, view: View, content: PageContent, place: Place): string => {
  const { attributes, refresh } = polling('checking', view, place);
  const wallet = view.checkout?.wallet;
  const back = destinationOf(content.backUrl ?? null);
  return page({
    words,
    test: content.test,
    title: words.checking.title,
    head: refresh,
    main: html`<section class="notice" ${attributes}>
<p class="sign waiting" aria-hidden="true"></p>
<h1>${words.checking.title}</h1>
${amountLine(words, view)}
<p>${content.merchantName}</p>
<p>${wallet ? words.wallet.checking(walletNameIn(words.lang, wallet)) : words.checking.text}</p>
<p>${words.checking.keepOpen}</p>
${back && html`<p><a href="${back.url}">${words.leave(content.merchantName)}</a></p>`}
</section>`,
  });
};
