import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apis } from '../src/apis/index.ts';
import {
  appleContent,
  applePayload,
  googleContent,
  googlePayload,
  newPair,
  pemOf as privatePemOf,
  rootList,
} from '../src/apis/spiral/testing/phones.ts';
import { booksAgree, dossierOf } from './books.ts';
import { startTollgate } from './installation.ts';
import { type Answer, addSpiralMerchant, newKeys, pemOf, type SpiralMerchant } from './spiral-merchant.ts';

// Payloads of Apple Pay and Google Pay (sections 5.5, 17): what the phone sealed is what is charged, and once.

const tollgate = await startTollgate();
const { store, vault } = tollgate.installation;
const { book } = tollgate.assembly.sandbox!;
const spiral = apis.find(({ name }) => name === 'spiral')!;

const appleMerchant = 'merchant.hk.example.lamps';
const recipient = 'merchant:12345678901234567890';
const [appleKey, googleKey, root] = [newPair(), newPair(), newPair()];
const { publicKey } = newKeys();

/** A merchant that opens payloads, set up with the options of its credential. */
const addOpener = async (options: Record<string, string>): Promise<SpiralMerchant> => {
  const merchant = await addSpiralMerchant(tollgate);
  const always = { 'client-id': merchant.clientId, 'public-key': pemOf(publicKey) };
  const { settings, secrets } = await spiral.credential({ ...always, ...options }, true);
  await store.administration.changeShop(merchant.shopId, { settings: spiral.settings(settings) });
  for (const [name, secret] of Object.entries(secrets)) await vault.drawer.put(name, secret);
  return merchant;
};

const appleOptions = { 'apple-pay-merchant': appleMerchant, 'apple-pay-secret': privatePemOf(appleKey) };
const googleOptions = {
  'google-pay-recipient': recipient,
  'google-pay-roots': rootList(root),
  'google-pay-secret': privatePemOf(googleKey),
};
const merchant = await addOpener({ ...appleOptions, ...googleOptions });
const appleOnly = await addOpener({ ...appleOptions, 'apple-pay-secret': privatePemOf(newPair()) });

const apple = async (content?: object) =>
  JSON.stringify(await applePayload({ key: appleKey, merchant: appleMerchant, ...(content && { content }) }));
const google = async (content?: object) =>
  JSON.stringify(await googlePayload({ key: googleKey, root, recipient, ...(content && { content }) }));

const charge = (cardTokenSrc: string, cardToken: string, more: Record<string, unknown> = {}, by = merchant) => {
  const { reference = by.newReference(), ...body } = more;
  const sale = { cmd: 'SALE', type: 'VM', amt: 55, goodsName: 'Refill', cardToken, cardTokenSrc };
  return by.put(reference as string, { ...sale, ...body });
};

const cardOf = ({ status, body }: Answer) => [status, body.status, body.resp, body.card, body.pan, body.expDate];
const wordsOf = ({ status, body }: Answer) => [status, body.status, body.resp];
const refused = [200, 'Declined', 'INVALID_TOKEN'];
const testCard = [200, 'Approved', 'APPROVED', 'VISA', '444000xxxxxx0010', '0139'];

test('5.5: the card that the phone sealed is charged, by either wallet', async () => {
  const visa = [200, 'Approved', 'APPROVED', 'VISA', '450875xxxxxx1019', '1139'];
  const mastercard = [200, 'Approved', 'APPROVED', 'MASTERCARD', '512345xxxxxx0008', '0339'];
  assert.deepEqual(cardOf(await charge('APPLE_PAY', await apple())), visa);
  assert.deepEqual(cardOf(await charge('GOOGLE_PAY', await google())), mastercard);
  assert.deepEqual(cardOf(await charge('APPLE_PAY', Buffer.from(await apple()).toString('base64'))), visa);
});

test('5.5, 5.6: it may be authorized, captured and refunded like any card', async () => {
  const { orderId } = (await charge('GOOGLE_PAY', await google(), { cmd: 'AUTH' })).body;
  for (const cmd of ['CAPTURE', 'REFUND']) {
    const answer = await merchant.put(merchant.newReference(), { cmd, orderId, amt: 55 });
    assert.deepEqual(wordsOf(answer), [200, 'Approved', 'APPROVED']);
  }
});

test('17: the answer repeats the payload, and no later record does', async () => {
  const payload = await apple();
  const { body } = await charge('APPLE_PAY', payload);
  assert.deepEqual([body.cardToken, body.cardTokenSrc], [payload, 'APPLE_PAY']);
  const { cardToken, cardTokenSrc } = (await merchant.query(body.merchantRef)).body;
  assert.deepEqual([cardToken, cardTokenSrc], [undefined, 'APPLE_PAY']);
});

test('17: a payload is good for one payment, however it is written the second time', async () => {
  const before = (await book.entries()).length;
  for (const [source, payload] of [
    ['APPLE_PAY', await apple()],
    ['GOOGLE_PAY', await google()],
  ] as const) {
    const first = await charge(source, payload);
    assert.equal(first.body.status, 'Approved');
    const { signature, ...rest } = JSON.parse(payload);
    for (const again of [
      payload,
      JSON.stringify({ ...rest, signature }, null, 1),
      Buffer.from(payload).toString('base64'),
    ]) {
      const answer = await charge(source, again);
      assert.deepEqual(wordsOf(answer), refused);
      assert.deepEqual(wordsOf(await merchant.query(answer.body.merchantRef)), refused);
    }
    const repeated = await charge(source, payload, { reference: first.body.merchantRef });
    assert.deepEqual([repeated.status, repeated.body.error], [400, 'Duplicate merchantRef']);
  }
  assert.equal((await book.entries()).length, before + 2);
});

test('17: of many that come with one payload at once, one is charged', async () => {
  const payload = await google();
  const before = (await book.entries()).length;
  const answers = await Promise.all(Array.from({ length: 12 }, () => charge('GOOGLE_PAY', payload)));
  const words = answers.map((answer) => wordsOf(answer).join(' ')).sort();
  assert.deepEqual(words, ['200 Approved APPROVED', ...Array.from({ length: 11 }, () => refused.join(' '))]);
  assert.equal((await book.entries()).length, before + 1);
});

test('5.5: a payload of a wallet that does not open is INVALID_TOKEN, and uses up its reference', async () => {
  const old = googleContent({ messageExpiration: String(Date.now() - 1) });
  const [genuine, other] = [JSON.parse(await google()), JSON.parse(await google())];
  const before = (await book.entries()).length;
  for (const [source, payload, more] of [
    ['APPLE_PAY', await apple(), { by: appleOnly }],
    ['APPLE_PAY', await apple(), { type: 'AMEX' }],
    ['APPLE_PAY', await apple(appleContent({ applicationPrimaryAccountNumber: '4508750015741018' })), {}],
    ['APPLE_PAY', await apple(appleContent({ applicationPrimaryAccountNumber: '9999' })), {}],
    ['GOOGLE_PAY', await google(old), {}],
    ['GOOGLE_PAY', JSON.stringify({ ...genuine, signature: other.signature }), {}],
  ] as [string, string, { by?: SpiralMerchant; type?: string }][]) {
    const { by = merchant, ...body } = more;
    const answer = await charge(source, payload, body, by);
    assert.deepEqual(wordsOf(answer), refused, JSON.stringify(body));
    const again = await charge(source, payload, { ...body, reference: answer.body.merchantRef }, by);
    assert.deepEqual([again.status, again.body.error], [400, 'Duplicate merchantRef']);
  }
  assert.equal((await book.entries()).length, before);
});

test('5.5: in the sandbox whatever is not opened approves as the test card does', async () => {
  assert.deepEqual(cardOf(await charge('GOOGLE_PAY', await google(), {}, appleOnly)), testCard);
  assert.deepEqual(cardOf(await charge('APPLE_PAY', '{"data":"x"}')), testCard);
  // What one wallet sealed is no payload of the other.
  assert.deepEqual(cardOf(await charge('APPLE_PAY', await google())), testCard);
});

test('17: nothing of what the phone sent is kept or logged', async () => {
  const number = '4440010000000009';
  const cryptogram = 'Y3J5cHRvZ3JhbSBvZiBhIHBob25l';
  const payload = await apple(
    appleContent({
      applicationPrimaryAccountNumber: number,
      paymentData: { onlinePaymentCryptogram: cryptogram, eciIndicator: '5' },
    }),
  );
  const { body } = await charge('APPLE_PAY', payload);
  assert.deepEqual([body.status, body.pan], ['Approved', '444001xxxxxx0009']);
  const { data, header } = JSON.parse(payload);
  const rows = JSON.stringify(await dossierOf(tollgate, body.merchantRef), (_, value) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  for (const secret of [number, cryptogram, data.slice(0, 24), header.ephemeralPublicKey.slice(48, 72)]) {
    assert.equal(rows.includes(secret), false);
    assert.equal(
      tollgate.logLines.some((line) => line.includes(secret)),
      false,
    );
    for (const table of ['operations', 'attempts', 'events', 'claims', 'notices', 'payments']) {
      const found = await tollgate.installation.sql.unsafe(
        `select 1 from tollgate.${table} x where strpos(x::text, $1) > 0`,
        [secret],
      );
      assert.deepEqual([...found], [], `${table} holds ${secret}`);
    }
  }
});

test('the books agree', () => booksAgree(tollgate));
