import type { Redirect, View } from '../../core/model.ts';
import type { PageContent } from '../../gateway/api.ts';
import { html } from '../html.ts';
import { addressOf, type Place } from '../place.ts';
import type { Words } from '../words/words.ts';
import { amountLine } from './order.ts';
import { page } from './page.ts';

/** Sends the browser on to the issuer with the challenge's fields and the echo: by script at once, else by button. */
export const challengePage = (
  words: Words,
  view: View,
  content: PageContent,
  place: Place,
  challenge: Redirect,
  echo: string,
  cancels: boolean,
): string =>
  page({
    words,
    test: content.test,
    title: words.challenge.title,
    main: html`<section class="notice">
<h1>${words.challenge.title}</h1>
${amountLine(words, view)}
<p>${content.merchantName}</p>
<p>${words.challenge.text}</p>
<form method="post" action="${challenge.url}" id="challenge">
${Object.entries({ ...challenge.fields, [challenge.echoField]: echo }).map(
  ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">
`,
)}<button class="go">${words.challenge.go}</button>
</form>
${cancels && html`<form method="post" action="${addressOf(place, '/cancel')}"><button class="quiet">${words.cancel}</button></form>`}
</section>`,
  });
