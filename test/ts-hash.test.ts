import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { apis } from '../src/apis/index.ts';
import { startTollgate, until } from './installation.ts';
import { Payer } from './payer.ts';
import { startReceiver } from './receiver.ts';
import { type Answer, addTsMerchant, type Fields, md5, tsClient } from './ts-merchant.ts';

// Members whose operator has switched the older hash off: HMAC-SHA-256 with the key, over what is joined but for the key.

const tollgate = await startTollgate();
const receiver = await startReceiver();
const strict = await addTsMerchant(tollgate, { checksumHash: 'hmac-sha256', legacyWrites: true });
const day = (ms: number) => new Date(tollgate.installation.clock.now() + ms).toISOString().slice(0, 10);
const moving = await addTsMerchant(tollgate, { checksumHash: 'hmac-sha256', md5Until: day(0) });
const { administration } = tollgate.installation.store;

const hmac = (key: string, ...parts: readonly string[]): string =>
  createHmac('sha256', key).update(parts.join('|')).digest('hex');

type Member = typeof strict;

const pay = (member: Member, checksum: (fields: Fields) => string, more: Fields = {}): Promise<Answer> => {
  const fields = member.paymentFields({ notificationUrl: receiver.url, ...more });
  return member.call('payments', { ...fields, 'authentication.checksum': checksum(fields) });
};
const byHmac =
  ({ memberId, key }: Member) =>
  ({ merchantTransactionId: order, amount }: Fields) =>
    hmac(key, memberId, order!, amount!);
const byMd5 =
  ({ memberId, key }: Member) =>
  ({ merchantTransactionId: order, amount }: Fields) =>
    md5(memberId, key, order!, amount!);

const noticeOf = (id: string): Promise<Answer> =>
  until(`a notice of ${id}`, () => {
    const found = receiver.received.find(({ text }) => JSON.parse(text).paymentId === id);
    return found && JSON.parse(found.text);
  });

test('a member without the older hash: MD5 is refused, HMAC pays, follows and is answered', async () => {
  assert.equal((await pay(strict, byMd5(strict))).result.code, '20017');
  const { memberId, key } = strict;
  const order = strict.newOrder();
  const suffixed = () => hmac(key, memberId, key, order, '50.00');
  assert.equal((await pay(strict, suffixed, { merchantTransactionId: order })).result.code, '20017');
  const paid = await pay(strict, byHmac(strict));
  assert.equal(paid.result.code, '00001');
  const refund = (checksum: string) =>
    strict.follow('RF', paid.paymentId, '10.00', { 'authentication.checksum': checksum });
  assert.equal((await refund(md5(memberId, key, paid.paymentId, '10.00'))).result.code, '20017');
  assert.equal((await refund(hmac(key, memberId, paid.paymentId, '10.00').toUpperCase())).result.code, '00005');
  const told = await noticeOf(paid.paymentId);
  assert.equal(told.checksum, hmac(key, paid.paymentId, paid.merchantTransactionId, '50.00', 'Y'));
  assert.equal(told.checksumHmac, undefined);
});

test('the hosted page, its way back, the landing page of apps and the older API go by the same hash', async () => {
  const { memberId, key } = strict;
  const landing = `${tollgate.url}/transaction/InvoiceAppFrontEndServlet?deviceType=android`;
  const order = strict.newOrder();
  const fields = {
    memberId,
    totype: 'Tollgate',
    amount: '50.00',
    currency: 'EUR',
    merchantTransactionId: order,
    merchantRedirectUrl: landing,
    paymentMode: 'CC',
    paymentBrand: 'VISA',
  };
  const page = `${tollgate.url}/transaction/Checkout`;
  const open = (checksum: string) => new Payer(page).go(page, { ...fields, checksum });
  const signed = [memberId, 'Tollgate', '50.00', order, landing] as const;
  assert.match((await open(md5(...signed, key))).page.html, /20017/);
  const payer = await open(hmac(key, ...signed));
  await payer.pay({ number: '4111111111111111', code: '123' });
  const [form] = payer.page.forms;
  const { paymentId, checksum } = form!.fields;
  assert.equal(checksum, hmac(key, paymentId!, order, '50.00', 'Y'));
  await payer.go(form!.action, form!.fields);
  assert.match(payer.page.html, new RegExp(`"trackingid":"${paymentId}"`));
  await payer.go(form!.action, { ...form!.fields, checksum: md5(paymentId!, order, '50.00', 'Y', key) });
  assert.equal(payer.page.status, 400);

  const older = async (action: string, checkSum: string) => {
    const asked = { toId: memberId, description: order, trackingId: paymentId, amount: '50.00', checkSum };
    const url = `${tollgate.url}/transactionServices/RESTful/DirectTransaction/${action}`;
    return (await (await fetch(url, { method: 'POST', body: JSON.stringify(asked) })).json()) as Answer;
  };
  assert.equal((await older('status', md5(memberId, order, paymentId!, key))).status, 'N');
  assert.equal((await older('status', hmac(key, memberId, order, paymentId!))).status, 'capturesuccess');
  assert.equal((await older('refund', hmac(key, memberId, order, paymentId!))).status, 'Y');
});

test('on its way from one to the other a member may send both, and is sent both; from the day after MD5 is over', async () => {
  const { key } = moving;
  const old = await pay(moving, byMd5(moving));
  const renewed = await pay(moving, byHmac(moving));
  assert.deepEqual([old.result.code, renewed.result.code], ['00001', '00001']);
  const told = await noticeOf(old.paymentId);
  const signed = [old.paymentId, old.merchantTransactionId, '50.00', 'Y'] as const;
  assert.deepEqual([told.checksum, told.checksumHmac], [md5(...signed, key), hmac(key, ...signed)]);
  await tollgate.advance(86_400_000);
  assert.equal((await pay(moving, byMd5(moving))).result.code, '20017');
  const after = await pay(moving, byHmac(moving));
  const last = await noticeOf(after.paymentId);
  assert.equal(last.checksum, hmac(key, after.paymentId, after.merchantTransactionId, '50.00', 'Y'));
});

test('a partner has a hash of its own, which the members that it signs up begin with', async () => {
  const { credential, settings } = apis.find(({ name }) => name === 'transaction-services')!;
  const keys = {
    ...strict,
    memberId: '20042',
    username: 'hash.shop',
    partnerId: '88',
    partnerKey: 'P4rtnerKeyForTests9876543210zyxwVU',
    partnerUserName: 'hash.partner',
  };
  const made = await credential(
    {
      'member-id': keys.memberId,
      'secret-key': keys.key,
      username: keys.username,
      'partner-id': keys.partnerId,
      'partner-key': keys.partnerKey,
      'partner-username': keys.partnerUserName,
      'partner-checksum-hash': 'hmac-sha256',
    },
    true,
  );
  const now = tollgate.installation.clock.now();
  const { id: merchantId } = await administration.addMerchant('Hash', now);
  const about = { api: 'transaction-services', merchantId };
  await administration.ensureShop({
    ...about,
    wireName: keys.memberId,
    settings: settings(made.settings),
    routes: [],
    now,
  });
  await administration.setLogin({ ...about, ...made.login!, now });
  for (const [name, secret] of Object.entries(made.secrets)) await tollgate.installation.vault.drawer.put(name, secret);
  const member = tsClient(tollgate.url, keys);
  const list = (checksum: string) =>
    member.call('getCardsAndAccounts', {
      'authentication.partnerId': keys.partnerId,
      'authentication.checksum': checksum,
    });
  assert.equal((await list(md5(keys.partnerId, keys.partnerKey))).result.code, '20017');
  assert.equal((await list(hmac(keys.partnerKey, keys.partnerId))).result.code, '30064');

  const { AuthToken }: Answer = await (
    await member.send(
      'partnerAuthToken',
      new URLSearchParams({
        'authentication.partnerId': keys.partnerId,
        'partner.userName': keys.partnerUserName,
        'authentication.sKey': keys.partnerKey,
      }).toString(),
      { 'content-type': 'application/x-www-form-urlencoded' },
    )
  ).json();
  const login = 'hash.new';
  const password = 'Passw0rd!23';
  const signUp = async (checksum: string): Promise<Answer> =>
    (
      await fetch(`${tollgate.url}/merchantServices/api/v1/merchantSignup`, {
        method: 'POST',
        headers: { authtoken: AuthToken },
        body: new URLSearchParams({
          'authentication.partnerId': keys.partnerId,
          'authentication.checksum': checksum,
          'merchant.username': login,
          'merchant.password': password,
          'merchant.conPassword': password,
          'merchant.email': 'owner@newshop.example',
          'merchant.contactName': 'Ada Lovelace',
          'merchant.country': 'DE',
        }),
      })
    ).json();
  assert.equal((await signUp(md5(login, keys.partnerKey, password, keys.partnerId))).result.code, '20017');
  const { memberId, result } = await signUp(hmac(keys.partnerKey, login, password, keys.partnerId));
  assert.equal(result.code, '00009');
  const shop = (await administration.shops()).find(({ wireName }) => wireName === memberId)!;
  assert.equal(shop.settings.checksumHash, 'hmac-sha256');
});

test('an operator who mistypes a hash or a day is told so', async () => {
  const { credential } = apis.find(({ name }) => name === 'transaction-services')!;
  const right = { 'member-id': '10042', 'secret-key': 'x'.repeat(32) };
  const mistakes: Record<string, string>[] = [
    { 'checksum-hash': 'sha1' },
    { 'md5-until': '2027-02-30' },
    { 'partner-md5-until': 'soon' },
  ];
  for (const wrong of mistakes) {
    await assert.rejects(
      async () => credential({ ...right, 'partner-id': '7', 'partner-key': 'y'.repeat(32), ...wrong }, true),
      /must be/,
    );
  }
});
