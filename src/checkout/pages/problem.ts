import { assetPath } from '../assets.ts';
import { html } from '../html.ts';
import type { Notice, Words } from '../words/words.ts';
import { page } from './page.ts';

/** A page for what leads nowhere. `back`: address of the payment page, where there is one. */
export const problemPage = (words: Words, { title, text }: Notice, back: string | null): string =>
  page({
    words,
    title,
    main: html`<section class="notice">
<p class="sign"><img src="${assetPath('stopped.svg')}" alt="" width="56" height="56"></p>
<h1>${title}</h1>
<p class="alert alert-error" role="alert">${text}</p>
${back !== null && html`<p><a class="go" href="${back}">${words.backToPage}</a></p>`}
</section>`,
  });
