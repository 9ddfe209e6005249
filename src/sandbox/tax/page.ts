import { escaped } from '../escaped.ts';
import type { Registered } from './receipts.ts';
import { type Line, minorOf, shown, totalOf, vatOf } from './vat.ts';

const tashkent = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Tashkent',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** `yyyy-MM-dd HH:mm:ss` in Tashkent. */
const dateOf = (at: number): string => tashkent.format(at);

/** `yyyyMMddHHmmss`, as the address of a receipt has it. */
export const stampOf = (at: number): string => dateOf(at).replace(/\D/g, '');

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Sandbox tax office</title>
<link rel="stylesheet" href="/sandbox/tax/tax.css">
</head>
<body>
<header>Sandbox tax office <small>no real receipt</small></header>
<main>
${body}
</main>
</body>
</html>
`;

/** The title has a row of its own: beside three sums there is no room for it on a phone. */
const rowsIn = (currency: string) => {
  const cell = (minor: bigint) => shown(minor, currency);
  return (line: Line, index: number): string => `<tbody>
<tr><th scope="rowgroup" colspan="3">${index + 1}. ${escaped(line.title)}<small>${Object.entries(line.codes)
    .map(([name, code]) => escaped(`${name} ${code}`))
    .join(' · ')}</small></th></tr>
<tr>
<td>${escaped(line.count)} × ${cell(minorOf(line.price, currency))}</td>
<td>${cell(vatOf(line, currency))} (${line.vatPercent}%)</td>
<td>${cell(totalOf(line, currency))}</td>
</tr>
</tbody>`;
};

const vatInAll = (lines: readonly Line[], currency: string): bigint =>
  lines.reduce((total, line) => total + vatOf(line, currency), 0n);

/** A receipt as whoever follows its address sees it. Of a refund there is the amount and the receipt that it is about. */
export const receiptPage = (receipt: Registered): string => {
  const { number, kind, original, seller, amount, currency, lines, terminal, sign, registeredAt } = receipt;
  const goods =
    lines.length === 0
      ? ''
      : `<table>
<caption>Goods</caption>
<thead><tr><th scope="col">Price</th><th scope="col">VAT</th><th scope="col">Sum</th></tr></thead>
${lines.map(rowsIn(currency)).join('\n')}
</table>
<p class="total">VAT in all <strong>${escaped(currency)} ${shown(vatInAll(lines, currency), currency)}</strong></p>
`;
  return page(
    `Receipt ${number}`,
    `<h1>${kind === 'sale' ? 'Receipt' : 'Refund receipt'} ${number}</h1>
<p>${escaped(seller)}</p>
${original === null ? '' : `<p>About receipt ${original}</p>\n`}${goods}<p class="total">Total <strong>${escaped(currency)} ${shown(minorOf(amount, currency), currency)}</strong></p>
<dl>
<div><dt>Registered</dt><dd>${dateOf(registeredAt)} (Tashkent)</dd></div>
<div><dt>Terminal</dt><dd>${escaped(terminal)}</dd></div>
<div><dt>Fiscal sign</dt><dd>${escaped(sign)}</dd></div>
</dl>`,
  );
};

export const unknownPage = (): string =>
  page('No such receipt', '<h1>No such receipt</h1>\n<p>The tax office knows of no receipt with this address.</p>');
