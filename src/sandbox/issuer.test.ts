import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startSandboxWorld } from '../../test/sandbox-world.ts';

const world = await startSandboxWorld();

const echo = 'a "sealed" <text> & more';

/** A sale that its payer must confirm, and what the issuer's page is posted. */
const challenged = async (number = '4012001037141112', description: string | null = 'Tea <u>cups</u>') => {
  const sale = {
    account: 'H000000H0000001',
    reference: randomUUID(),
    amount: '268.50',
    currency: 'HKD',
    card: { number, expiry: '0139', code: '123' },
    initiator: 'payer',
    returnUrl: 'https://pay.example/return?a=1&b=2',
    description,
  };
  const { body } = await world.post('/sandbox/acquirer/sale', sale);
  assert.equal(body.status, 'challenge');
  const challenge = body.challenge as { url: string; fields: { creq: string }; echoField: string };
  assert.equal(challenge.url, 'http://pay.example/sandbox/issuer/challenge');
  const { initiator, returnUrl, description: _, ...resume } = sale;
  return {
    fields: { ...challenge.fields, [challenge.echoField]: echo },
    resume: async (patch: object = {}) => (await world.post('/sandbox/acquirer/resume', { ...resume, ...patch })).body,
    resumeStatus: async (patch: object) =>
      (await world.post('/sandbox/acquirer/resume', { ...resume, ...patch })).status,
  };
};

const plain = (text: string) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
const fieldIn = (page: string, name: string) => plain(new RegExp(`name="${name}" value="([^"]*)"`).exec(page)![1]!);
const cres = (page: string) => JSON.parse(Buffer.from(fieldIn(page, 'cres'), 'base64url').toString());

test('the page shows who asks for how much of which card, hints at the code and runs nobody’s markup', async () => {
  const { fields } = await challenged();
  const { status, headers, text } = await world.postForm(fields);
  assert.equal(status, 200);
  for (const shown of ['HKD 268.50', '401200xxxxxx1112', 'H000000H0000001', '<strong>111111</strong>']) {
    assert.ok(text.includes(shown), shown);
  }
  assert.ok(!text.includes('<u') && !text.includes('4012001037141112'));
  assert.equal(fieldIn(text, 'threeDSSessionData'), echo);
  const policy = headers.get('content-security-policy')!;
  assert.ok(policy.startsWith("default-src 'none'") && policy.includes("form-action 'self'"));
  assert.ok(policy.includes("frame-ancestors 'none'") && !policy.includes('unsafe'));
  assert.equal(headers.get('cache-control'), 'no-store');
});

test('the right code passes, any other fails, and none at all is asked for again', async () => {
  for (const [otp, transStatus, end] of [
    ['111111', 'Y', 'approved'],
    [' 111 111 ', 'Y', 'approved'],
    ['111112', 'N', 'declined'],
  ]) {
    const { fields, resume } = await challenged();
    const { status, text, headers } = await world.postForm({ ...fields, otp: otp!, outcome: 'confirm' });
    assert.equal(status, 200);
    assert.ok(plain(text).includes('action="https://pay.example/return?a=1&b=2"'));
    assert.ok(headers.get('content-security-policy')!.includes('form-action https://pay.example'));
    assert.equal(fieldIn(text, 'threeDSSessionData'), echo);
    assert.equal(cres(text).transStatus, transStatus);
    assert.equal((await resume()).status, end);
  }
  const { fields, resume } = await challenged();
  const { status, text } = await world.postForm({ ...fields, otp: '', outcome: 'confirm' });
  assert.equal(status, 422);
  assert.ok(text.includes('aria-invalid="true"') && text.includes('Enter the one-time code.'));
  assert.equal((await resume()).code, '1A');
});

test('a script plays the payer: approve, decline, cancel, or open for one who leaves', async () => {
  for (const [outcome, transStatus, code] of [
    ['approve', 'Y', '00'],
    ['decline', 'N', '1A'],
    ['cancel', 'N', '17'],
    ['open', 'U', '1A'],
  ]) {
    const { fields, resume } = await challenged();
    const { text } = await world.postForm({ ...fields, outcome: outcome! });
    assert.equal(cres(text).transStatus, transStatus);
    assert.equal((await resume()).code, code);
  }
});

test('the first word counts: going back and confirming after a decline changes nothing', async () => {
  const { fields, resume } = await challenged();
  await world.postForm({ ...fields, outcome: 'decline' });
  const { text } = await world.postForm({ ...fields, outcome: 'approve' });
  assert.equal(cres(text).transStatus, 'N');
  assert.equal((await resume()).status, 'declined');
});

test('two answers at once are one, and both browsers hear the same', async () => {
  for (let round = 0; round < 10; round++) {
    const { fields, resume } = await challenged();
    const pages = await Promise.all(
      ['approve', 'decline'].map((outcome) => world.postForm({ ...fields, outcome }).then(({ text }) => cres(text))),
    );
    assert.deepEqual(pages[0], pages[1]);
    assert.equal((await resume()).status, pages[0].transStatus === 'Y' ? 'approved' : 'declined');
  }
});

test('a challenge that was resumed before its answer stays declined, whatever the payer does then', async () => {
  const { fields, resume } = await challenged();
  assert.deepEqual([(await resume()).code, (await resume()).code], ['1A', '1A']);
  await world.postForm({ ...fields, outcome: 'approve' });
  assert.equal((await resume()).code, '1A');
});

test('a challenge counts for its own payment: another amount, card or reference does not resume', async () => {
  const { fields, resume, resumeStatus } = await challenged();
  await world.postForm({ ...fields, outcome: 'approve' });
  assert.equal(await resumeStatus({ amount: '1.00' }), 409);
  assert.equal(await resumeStatus({ currency: 'USD' }), 409);
  assert.equal(await resumeStatus({ card: { number: '4242424242424242', expiry: '0139' } }), 409);
  assert.equal((await resume({ reference: randomUUID() })).code, '25');
  assert.equal((await resume({ account: 'another' })).code, '25');
  assert.equal((await resume()).status, 'approved');
});

test('3DS-FAIL is never authenticated; a class behind the challenge has its say after it', async () => {
  for (const [number, code] of [
    ['4111220000000028', '1A'],
    ['4111220000000036', '51'],
    ['4111220000000010', '00'],
    ['5200440000000013', '00'],
  ]) {
    const { fields, resume } = await challenged(number);
    await world.postForm({ ...fields, otp: '111111' });
    assert.equal((await resume()).code, code);
  }
});

test('an unknown challenge is a page that says so', async () => {
  for (const creq of ['', 'x', '0'.repeat(32), "' or true --"]) {
    const { status, text } = await world.postForm({ creq, outcome: 'approve' });
    assert.equal(status, 404);
    assert.ok(text.includes('Nothing to confirm'));
  }
});

test('style and script come from the world itself', async () => {
  for (const [name, type] of [
    ['bank.css', 'text/css'],
    ['return.js', 'text/javascript'],
  ]) {
    const response = await fetch(`${world.url}/sandbox/issuer/${name}`);
    assert.equal(response.status, 200);
    assert.ok(response.headers.get('content-type')!.startsWith(type!));
  }
});
