import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksAgree } from './books.ts';
import { startTollgate } from './installation.ts';
import { Payer } from './payer.ts';
import { card, codeOf, invoiceClient, nextName } from './ts-invoice-client.ts';
import { type Answer, addTsMerchant } from './ts-merchant.ts';
import { friend, splitClient, statesOf, three } from './ts-split.ts';

// transaction-services: invoices that are split among customers, at two gateways on one database at once.

const tollgate = await startTollgate();
const { DATABASE_URL, TOLLGATE_DATA } = tollgate.environment;
const second = await startTollgate({ DATABASE_URL: DATABASE_URL!, TOLLGATE_DATA: TOLLGATE_DATA! });
const { sql } = tollgate.installation;
const shop = await addTsMerchant(tollgate);
const { call, byId, regenerate, inquire, bodyOf, bill, stand } = splitClient(tollgate.url, shop);

const pageOf = async (url: string) => (await new Payer(url).go()).page;

/** How many links and mails there are of a bill. */
const rowsOf = async (name: string) => {
  const [row] = await sql.unsafe<{ links: number; mails: number }[]>(
    `select count(distinct l.id)::int links, count(n.seq)::int mails from tollgate.links l
      left join tollgate.notices n on n.merchant_id = l.merchant_id and n.payment_id = l.id
      where l.shop_id = $1 and l.memo::jsonb ->> 'name' = $2`,
    [shop.shopId, name],
  );
  return row!;
};

test('6.22: of many who ask for a bill at once, at two gateways, one has it, with all its shares', async () => {
  const there = invoiceClient(second.url, shop);
  for (let round = 0; round < 3; round++) {
    const name = nextName();
    // Of different sizes, so that shares of two of them would show.
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => {
        const count = n % 3 === 0 ? 1 : 15 * (n % 3);
        const each = (75 / count).toFixed(2);
        const body = bodyOf(
          Array.from({ length: count }, () => friend(each)),
          { merchantInvoiceId: name },
        );
        return (n % 2 === 0 ? call : there.call)('generate', body);
      }),
    );
    const [made, ...others] = answers.filter((answer) => codeOf(answer) === '00010');
    assert.ok(made && others.length === 0, JSON.stringify(answers.map(codeOf)));
    assert.equal(answers.filter((answer) => codeOf(answer) === '20093').length, 11);
    const { customerDetail } = made.invoiceDetails;
    assert.deepEqual(await rowsOf(name), { links: customerDetail.length, mails: customerDetail.length });
    const emails = (shares: Answer[]) => shares.map(({ customerEmail }) => customerEmail);
    assert.deepEqual(emails((await inquire(name)).invoiceDetails.customerDetail), emails(customerDetail));
  }
});

test('6.23, 6.24: who was paying when the bill was cancelled or renewed may finish, and that counts', async () => {
  for (const isCancelled of [true, false]) {
    const { merchantInvoiceId: name, systemInvoiceId, customerDetail } = await bill(three(), { isemail: 'N' });
    const payer = await new Payer(customerDetail[1].transactionUrl).go();
    await payer.go(payer.page.forms.at(-1)!.action, { type: 'Card' });
    assert.ok(payer.seesCardForm);
    const left = isCancelled ? 'cancelled' : 'generated';
    assert.match(
      codeOf(await (isCancelled ? byId('cancel', systemInvoiceId) : regenerate(systemInvoiceId))),
      /^0001[13]$/,
    );
    assert.deepEqual(await stand(name), [left, [left, left, left]]);
    await payer.pay(card);
    assert.deepEqual(await stand(name), [left, [left, 'processed', left]]);
    const { customerDetail: now } = (await inquire(name)).invoiceDetails;
    assert.deepEqual((await pageOf(now[1].transactionUrl)).forms, []);
    assert.equal(codeOf(await byId('cancel', customerDetail[1].systemInvoiceId)), '20089');
  }
});

test('7.6: whatever a member does while shares are paid, each is paid once at most, and the bill says so', async () => {
  // Only the links stand between a share and a second payment: the order's id does not.
  const easy = await addTsMerchant(tollgate, { uniqueOrderId: false });
  const own = invoiceClient(tollgate.url, easy);
  const approved = async () =>
    (await tollgate.assembly.sandbox!.book.entries()).filter(({ status }) => status === 'approved').length;
  for (let round = 0; round < 6; round++) {
    const made = await own.call('generate', bodyOf(three(), { isemail: 'N' }, easy));
    const { merchantInvoiceId: name, systemInvoiceId, customerDetail } = made.invoiceDetails;
    const before = await approved();
    const crowd = customerDetail.flatMap(({ transactionUrl }: Answer) =>
      Array.from({ length: 4 }, async (_, n) => {
        const url = n % 2 === 0 ? transactionUrl : transactionUrl.replace(tollgate.url, second.url);
        const payer = await new Payer(url).go();
        const form = payer.page.forms.at(-1);
        if (!form) return;
        await payer.go(form.action, { type: 'Card' });
        if (payer.seesCardForm) await payer.pay(card);
      }),
    );
    const meddle = [
      () => own.byId('cancel', systemInvoiceId),
      () => own.regenerate(systemInvoiceId),
      () => own.byId('cancel', customerDetail[1].systemInvoiceId),
    ][round % 3]!;
    await Promise.all([meddle(), ...crowd]);
    const { invoiceDetails: now } = await own.inquire(name);
    const paid = statesOf(now).filter((state) => state === 'processed').length;
    assert.equal((await approved()) - before, paid, 'what the acquirer was paid is what is told');
    assert.equal(now.invoiceStatus === 'processed', paid === 3);
    if (round % 3 === 0) assert.match(statesOf(now).join(), /^(processed|cancelled)(,(processed|cancelled)){2}$/);
  }
});

test('the books agree', () => booksAgree(tollgate));
