import type { View } from '../../core/model.ts';
import type { PageContent } from '../../gateway/api.ts';
import { html } from '../html.ts';
import { addressOf, type Place } from '../place.ts';
import type { Words } from '../words/words.ts';
import { amountLine } from './order.ts';
import { page } from './page.ts';

const pollSeconds = 3;

/** The acquirer has it: nothing to do but wait. */
export const checkingPage = (words: Words, view: View, content: PageContent, place: Place): string =>
  page({
    words,
    test: content.test,
    title: words.checking.title,
    head: html`<noscript><meta http-equiv="refresh" content="${pollSeconds}"></noscript>`,
    main: html`<section class="notice" data-poll="${addressOf(place, '/status')}" data-poll-ms="${pollSeconds * 1000}">
<p class="sign waiting" aria-hidden="true"></p>
<h1>${words.checking.title}</h1>
${amountLine(words, view)}
<p>${content.merchantName}</p>
<p>${words.checking.text}</p>
<p>${words.checking.keepOpen}</p>
</section>`,
  });
