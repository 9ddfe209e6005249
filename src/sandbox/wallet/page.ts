import { progressOf } from '../amount.ts';
import type { Entry } from '../book/entry.ts';
import type { Transfer } from '../book/transfers.ts';
import { escaped } from '../escaped.ts';
import { traitsOf } from '../wallets.ts';

const page = (title: string, wallet: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · Sandbox wallet</title>
<link rel="stylesheet" href="/sandbox/wallet/wallet.css">
</head>
<body>
<main>
<p class="app">${escaped(wallet)} <small>test app</small></p>
${body}
</main>
</body>
</html>
`;

const row = (name: string, value: string): string => `<div><dt>${name}</dt><dd>${escaped(value)}</dd></div>`;

/** How an order ended, for its payer; undefined while it is open. */
const endOf = ({ status, code, reversedBy }: Entry): string | undefined => {
  if (reversedBy) return 'Taken back';
  if (status === 'challenged') return undefined;
  if (status === 'approved') return 'Paid';
  return code === '05' ? 'Refused' : code === 'C1' ? 'Cancelled' : 'Closed';
};

/** Without a form to fill in: one press ends it. */
const endings = `<div class="others">
<button name="act" value="refuse">Refuse</button>
<button name="act" value="cancel">Cancel</button>
</div>`;

/** `typed`: an amount that is none. */
const transferForm = (left: string | null, count: number, isOpen: boolean, typed: string | undefined): string => {
  const isFaulty = typed !== undefined;
  return `<form method="post">
<input type="hidden" name="after" value="${count}">
<label for="amount">Amount to send</label>
${isFaulty ? '<p id="error" class="error" role="alert">Enter an amount above zero, such as 20 or 20.50.</p>\n' : ''}<input id="amount" name="amount" type="text" inputmode="decimal" autocomplete="off" maxlength="20" value="${escaped(typed ?? left ?? '')}"${isFaulty ? ' aria-invalid="true" aria-describedby="error"' : ''}>
<button class="primary" name="act" value="transfer">Transfer</button>
${isOpen ? endings : ''}
</form>`;
};

const transferPage = (entry: Entry, transfers: readonly Transfer[], typed: string | undefined): string => {
  const { currency, amount, account } = entry;
  const { come, left } = progressOf(
    amount,
    transfers.map((transfer) => transfer.amount),
  );
  const end = endOf(entry);
  const title = `${typed === undefined ? '' : 'Error: '}Bank transfer${end ? `: ${end.toLowerCase()}` : ''}`;
  return page(
    title,
    traitsOf(entry.wallet!).title,
    `<h1>${end ?? 'Bank transfer'}</h1>
${end ? '<p>The merchant asks for no more. Your bank sends all the same.</p>\n' : ''}<dl>
${row('Amount', `${currency} ${amount}`)}
${row('Merchant', account)}
${row('Sent so far', `${currency} ${come}`)}
</dl>
${transfers.length === 0 ? '' : `<ul>\n${transfers.map(({ reference, amount: sent }) => `<li>${escaped(reference)}: ${escaped(currency)} ${escaped(sent)}</li>`).join('\n')}\n</ul>\n`}${transferForm(left, transfers.length, end === undefined, typed)}`,
  );
};

const payPage = (entry: Entry): string => {
  const end = endOf(entry);
  const { title } = traitsOf(entry.wallet!);
  return page(
    end ?? `Pay with ${title}`,
    title,
    `<h1>${end ?? 'Confirm your payment'}</h1>
<dl>
${row('Amount', `${entry.currency} ${entry.amount}`)}
${row('Merchant', entry.account)}
</dl>
${
  end
    ? '<p>Go back to the page of the payment: it knows.</p>'
    : `<form method="post">
<button class="primary" name="act" value="pay">Pay</button>
${endings}
</form>`
}`,
  );
};

/** A site: the payer decides and goes back to whoever sent the browser. `told`: what the merchant told of the payer. */
export const sitePage = (entry: Entry, told: string, returnUrl: string | null): string => {
  const end = endOf(entry);
  const { title } = traitsOf(entry.wallet!);
  const back = returnUrl === null ? '' : `<p><a href="${escaped(returnUrl)}">Back to the shop</a></p>`;
  return page(
    end ?? `Pay at ${title}`,
    title,
    `<h1>${end ?? 'Confirm your payment'}</h1>
<dl>
${row('Amount', `${entry.currency} ${entry.amount}`)}
${row('Merchant', entry.account)}
${told === '' ? '' : row('Told by the merchant', told)}
</dl>
${
  end
    ? back
    : `<form method="post">
<button class="primary" name="outcome" value="approve">Approve</button>
<div class="others">
<button name="outcome" value="decline">Decline</button>
<button name="outcome" value="cancel">Cancel</button>
<button name="outcome" value="open">Leave open</button>
</div>
</form>`
}`,
  );
};

/** An order as its payer sees it in the app. `typed`: the amount of a transfer that was none. */
export const walletPage = (entry: Entry, transfers: readonly Transfer[], typed?: string): string =>
  entry.kind === 'collect' ? transferPage(entry, transfers, typed) : payPage(entry);

export const unknownPage = (): string =>
  page('Nothing to pay', 'Sandbox wallet', '<h1>Nothing to pay</h1>\n<p>This code does not belong to any payment.</p>');
