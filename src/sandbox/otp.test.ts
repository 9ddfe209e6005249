import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startSandboxWorld } from '../../test/sandbox-world.ts';

const world = await startSandboxWorld();

type Fields = Readonly<Record<string, unknown>>;

const charge = (number: string, patch: Fields = {}) => ({
  account: `M${randomUUID().slice(0, 8)}`,
  reference: randomUUID(),
  amount: '185000.00',
  currency: 'UZS',
  card: { number, expiry: '1128' },
  initiator: 'payer',
  returnUrl: null as string | null,
  description: null,
  ...patch,
});
type Charge = ReturnType<typeof charge>;

const send = (message: string, body: object) => world.post(`/sandbox/acquirer/${message}`, body);
const headOf = ({ account, reference, amount, currency }: Charge) => ({ account, reference, amount, currency });
const type = async (asked: Charge, otp: string) =>
  (await send('resume', { ...headOf(asked), card: asked.card, otp })).body;
const inquire = async (asked: Charge) => (await send('inquire', headOf(asked))).body;
const takeBack = (asked: Charge) =>
  send('reverse', { ...headOf(asked), reference: randomUUID(), original: asked.reference });
const newestText = async () => {
  const texts = (await (await fetch(`${world.url}/sandbox/phone/texts`)).json()) as { number: number }[];
  return texts[0]?.number ?? 0;
};

test('15: a code is texted first; a wrong one decides nothing, and the right one has the class say its word', async () => {
  for (const [number, end] of [
    ['8600310000000018', '00'],
    ['5614680000000014', '00'],
    ['9860180000000018', '00'],
    ['8600310000000026', '51'],
    ['9860180000000026', '51'],
    ['9860180000000034', '96'],
  ] as const) {
    const asked = charge(number);
    const { body } = await send('sale', asked);
    assert.deepEqual([body.status, body.code], ['challenge', null]);
    assert.deepEqual(body.otp, { phone: '99890*****67', digitCount: 6 });
    const wrong = await type(asked, '222222');
    assert.deepEqual([wrong.status, wrong.code], ['wrong_code', null]);
    assert.equal((await world.book.entry(asked.reference))!.status, 'challenged');
    assert.equal((await type(asked, '111111')).code, end, number);
    assert.equal((await type(asked, '222222')).code, end, 'what is decided stays so');
  }
});

test('15: a blocked card and one without a phone are told so before any text', async () => {
  const before = await newestText();
  for (const [number, code] of [
    ['8600310000000034', '62'],
    ['8600310000000042', 'P1'],
  ] as const) {
    for (const message of ['sale', 'authorize', 'verify']) {
      const { body } = await send(message, charge(number, message === 'verify' ? { amount: '0.00' } : {}));
      assert.deepEqual([body.status, body.code], ['declined', code]);
    }
  }
  assert.equal(
    (await send('sale', charge('4000000000000028'))).body.code,
    '57',
    'elsewhere the class is a plain decline',
  );
  assert.equal(await newestText(), before);
});

test('a card is proven by the code alone, whatever funds it has, and no money is asked for or moves', async () => {
  const asked = charge('8600310000000026', { amount: '0.00' });
  assert.equal((await send('verify', asked)).body.status, 'challenge');
  assert.equal((await type(asked, '222222')).status, 'wrong_code');
  assert.equal((await type(asked, '111111')).status, 'approved');
  assert.equal((await world.book.entry(asked.reference))!.kind, 'verify');
  assert.deepEqual(await world.book.totals(asked.account), []);
  const refund = { ...headOf(asked), reference: randomUUID(), original: asked.reference };
  assert.equal((await send('refund', refund)).body.code, '12');
  const { body } = await send('verify', charge('8600310000000018', { amount: '1.00' }));
  assert.deepEqual([body.status, body.code], ['declined', '13']);
});

test('what was taken back while a code was awaited is over for every code', async () => {
  const asked = charge('9860180000000018');
  await send('sale', asked);
  await takeBack(asked);
  const before = await newestText();
  for (const otp of ['222222', '111111']) assert.equal((await type(asked, otp)).status, 'reversed');
  assert.equal((await send('resend', headOf(asked))).body.status, 'reversed');
  assert.equal(await newestText(), before);
  assert.deepEqual(await world.book.totals(asked.account), []);
});

test('another text goes to the payer of that account only', async () => {
  const asked = charge('9860180000000018');
  await send('sale', asked);
  const before = await newestText();
  assert.equal((await send('resend', { ...headOf(asked), account: 'another' })).body.status, 'not_found');
  assert.equal(await newestText(), before);
  assert.equal((await send('resend', headOf(asked))).body.status, 'challenge');
  assert.equal(await newestText(), before + 1);
});

/** A Visa whose form is demanded and passed. */
const passed = async (number: string, expiry: string) => {
  const card = { number, expiry, code: '123' };
  const asked = charge(number, { card, returnUrl: 'https://pay.example/return', demandsChallenge: true });
  const { body } = await send('sale', asked);
  assert.equal(body.status, 'challenge', number);
  const { fields } = body.challenge as { fields: Record<string, string> };
  await world.postForm({ ...fields, outcome: 'approve' });
  return { asked, resume: { ...headOf(asked), card } };
};

test('15: answers that are lost after a form are told by inquiries 4.5 s later', async () => {
  for (const [number, expiry, end] of [
    ['4000000000000077', '0139', '00'],
    ['4000000000000085', '0139', '57'],
    ['4440000009900010', '0828', '00'],
  ] as const) {
    const { asked, resume } = await passed(number, expiry);
    await assert.rejects(send('resume', resume));
    assert.equal((await inquire(asked)).status, 'pending');
    assert.deepEqual(await world.book.totals(asked.account), []);
    world.advance(4_500);
    assert.equal((await inquire(asked)).code, end, number);
  }
});

test('15: silence and a host error after a form took nothing, and inquiries say so 4.5 s later', async () => {
  const broken = await passed('4440000009900010', '0137');
  assert.equal((await send('resume', broken.resume)).status, 500);
  const silent = await passed('4000000000000127', '0139');
  const line = fetch(`${world.url}/sandbox/acquirer/resume`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(silent.resume),
    signal: AbortSignal.timeout(300),
  });
  await assert.rejects(line, { name: 'TimeoutError' });
  for (const { asked } of [broken, silent]) assert.equal((await inquire(asked)).status, 'pending');
  world.advance(4_500);
  for (const { asked } of [broken, silent]) {
    assert.equal((await inquire(asked)).code, '96');
    assert.deepEqual(await world.book.totals(asked.account), []);
  }
});

test('15: a form that failed is the end, whatever way the class would have answered', async () => {
  const card = { number: '4000000000000077', expiry: '0139', code: '123' };
  const asked = charge(card.number, { card, returnUrl: 'https://pay.example/return', demandsChallenge: true });
  await send('sale', asked);
  const { status, body } = await send('resume', { ...headOf(asked), card });
  assert.deepEqual([status, body.status, body.code], [200, 'declined', '1A']);
});
