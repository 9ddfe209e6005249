import { isPushed } from '../../core/wallets.ts';
import { destinationOf } from '../destination.ts';
import { html } from '../html.ts';
import { addressOf } from '../place.ts';
import { qrCode } from '../qr-code.ts';
import type { QrScene } from '../scene.ts';
import type { Visit } from '../visit.ts';
import { walletNameIn } from '../wallet-names.ts';
import { timeToPay } from './countdown.ts';
import { amountLine, amountText, orderLines, receivedText } from './order.ts';
import { page } from './page.ts';
import { polling } from './polling.ts';

/** The code that the payer scans, beside what it pays for, and the ways to pay where the page itself is on the phone. */
export const qrPage = ({ words, view, content, place, site }: Visit, { qr, wallet }: QrScene, now: number): string => {
  const tell = words.wallet;
  const name = walletNameIn(words.lang, wallet);
  const [scan, open] = isPushed(wallet) ? [tell.scanByBank(name), tell.openBank] : [tell.scan(name), tell.open(name)];
  const text = content.codeText ?? qr.text;
  const app = destinationOf(qr.appUrl);
  const received = receivedText(words, view);
  const { attributes, refresh } = polling('qr', view, place);

  return page({
    words,
    test: content.test,
    title: `${received ?? scan} – ${content.merchantName}`,
    head: refresh,
    wide: true,
    main: html`<section class="order" aria-labelledby="pay-to">
<h1 id="pay-to">${words.payTo(content.merchantName)}</h1>
${amountLine(words, view)}
${orderLines(words, content)}
${timeToPay(words, view.checkout!.expiresAt - now)}
</section>
<section class="card" aria-labelledby="scan" id="qr" ${attributes}>
${received && html`<p class="note">${received}</p>`}
<div class="about">
<h2 id="scan">${scan}</h2>
<p>${tell.how}</p>
</div>
<div class="ways">
${app && html`<a class="go app" href="${app.url}">${open}</a>`}
${qrCode(text, tell.picture(name, amountText(words, view)))}
</div>
<div class="field">
<label for="code-text">${tell.text}</label>
<div class="copy"><input id="code-text" value="${text}" readonly autocomplete="off" spellcheck="false"><button type="button" id="copy" data-copied="${tell.copied}" hidden>${tell.copy}</button></div>
<p class="unseen" role="status" id="progress"></p>
</div>
<p class="patience">${tell.waiting}</p>
${site.cancels && html`<form method="post" action="${addressOf(place, '/cancel')}"><button class="quiet">${words.cancel}</button></form>`}
</section>`,
  });
};
