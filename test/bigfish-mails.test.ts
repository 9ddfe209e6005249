import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addBigfishMerchant } from './bigfish-merchant.ts';
import { startTollgate, until } from './installation.ts';
import { mailsTo } from './mailbox.ts';
import { Payer } from './payer.ts';

// BIG FISH: mails about payment links (sections 5.17 and 6.4).

const tollgate = await startTollgate();
const shop = await addBigfishMerchant(tollgate);
const good = { number: '4000000000000051', code: '123' };
const declined = { number: '4000000000000036', code: '123' };

const linkFor = async (NotificationEmail: string, more: object = {}): Promise<string> => {
  const asked = { ProviderName: 'OTPSimple', Amount: 99, Currency: 'HUF', NotificationEmail, ...more };
  const answer = await shop.ofStore('PaymentLinkCreate', asked);
  assert.equal(answer.ResultCode, 'SUCCESSFUL', JSON.stringify(answer));
  return answer.PaymentLinkUrl;
};

const pay = async (url: string, card: { number: string; code: string }): Promise<void> => {
  const payer = await new Payer(url).go();
  await payer.go(payer.page.forms.at(-1)!.action, { type: 'OTPSimple' });
  await payer.pay(card);
};

const arrived = (address: string, count: number) =>
  until(`mail to ${address}`, async () => {
    const mails = await mailsTo(tollgate, address);
    return mails.length >= count && mails;
  });

test('6.4: each final attempt at a link is mailed, in the language of the link', async () => {
  const url = await linkFor('each@shop.example', { OrderId: 'O<1>', Language: 'EN' });
  await pay(url, declined);
  await arrived('each@shop.example', 1);
  await pay(url, good);
  const [failed, paid, ...more] = await arrived('each@shop.example', 2);
  assert.equal(more.length, 0);
  assert.equal(failed!.subject, 'Payment not made: 99 HUF (O<1>)');
  assert.equal(paid!.subject, 'Payment received: 99 HUF (O<1>)');
  assert.match(paid!.text, new RegExp(`Payment link: ${url.split('/').at(-1)}`));
  assert.match(paid!.text, /Result: \S/);
  assert.match(paid!.html, /O&lt;1&gt;/);
  for (const { text, html } of [failed!, paid!]) {
    for (const { number } of [good, declined]) assert.ok(!`${text}${html}`.includes(number.slice(-4)));
  }
});

test('5.17: EmailNotificationOnlySuccess leaves out what was not paid; HU unless asked otherwise', async () => {
  const url = await linkFor('only@shop.example', { EmailNotificationOnlySuccess: true });
  await pay(url, declined);
  await pay(url, good);
  const mails = await arrived('only@shop.example', 1);
  assert.deepEqual(
    mails.map(({ subject }) => subject),
    ['Sikeres fizetés: 99 HUF'],
  );
  const german = await linkFor('de@shop.example', { Language: 'DE' });
  await pay(german, good);
  const [mail] = await arrived('de@shop.example', 1);
  assert.equal(mail!.subject, 'Zahlung eingegangen: 99 HUF');
});

test('a mail that is refused is given up, one that is put off is tried again, and both leave payments alone', async () => {
  for (const host of ['refused.example', 'later.example']) await pay(await linkFor(`till@${host}`), good);
  const { sql } = tollgate.installation;
  const stateOf = async (host: string) => {
    const rows = await sql.unsafe('select state, tries, last_status from tollgate.notices where url = $1', [
      `mailto:till%40${host}`,
    ]);
    return rows[0]?.tries > 0 && { ...rows[0] };
  };
  assert.deepEqual(await until('the refusal', () => stateOf('refused.example')), {
    state: 'abandoned',
    tries: 1,
    last_status: 550,
  });
  assert.deepEqual(await until('the first try', () => stateOf('later.example')), {
    state: 'due',
    tries: 1,
    last_status: 450,
  });
});

test('the mailbox shows what came, and its HTML can do nothing', async () => {
  const list = await fetch(`${tollgate.url}/sandbox/mailbox`);
  assert.match(await list.text(), /Payment received: 99 HUF \(O&#60;1&#62;\)/);
  const [mail] = await mailsTo(tollgate, 'each@shop.example');
  const page = await fetch(`${tollgate.url}/sandbox/mailbox/${mail!.number}`);
  assert.match(await page.text(), /<iframe [^>]*sandbox="/);
  const html = await fetch(`${tollgate.url}/sandbox/mailbox/${mail!.number}/html`);
  const policy = html.headers.get('content-security-policy')!;
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /sandbox allow-popups$/);
  for (const odd of ['0', '999999', 'x', '1e3']) {
    assert.equal((await fetch(`${tollgate.url}/sandbox/mailbox/${odd}`)).status, 404, odd);
  }
});
