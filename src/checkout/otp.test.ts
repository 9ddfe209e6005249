import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { type Play, rightCode, type Stage, startStage } from './stage.ts';

const stage = await startStage();
after(() => stage.close());
beforeEach(() => {
  stage.acquirer.answer = 'otp';
  stage.acquirer.onCode = null;
});

const uzcard = { number: '8600310000000018', expiry: '01/39' };
const humo = { number: '9860180000000018', expiry: '01/39' };
const wrongCode = '222222';
let count = 0;

const ask = (url: string, headers: Record<string, string> = {}) => fetch(url, { redirect: 'manual', headers });
const read = async (url: string) => (await ask(url)).text();
const post = (url: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields), headers });
const sessionOf = (url: string) => /O\d+/.exec(url)![0];
const viewAt = (url: string, on: Stage = stage) => on.viewOf(sessionOf(url));
const attemptAt = (url: string) => viewAt(url).attempts.at(-1)!;
const callsOf = (name: string) => stage.calls.filter((call) => call.name === name).length;
const turnIn = (text: string) => /name="turn" value="([^"]*)"/.exec(text)![1]!;

const play: Play = { amountMinor: 45_000_000n, currency: 'UZS', checkout: { brands: ['uzcard', 'humo'] } };

/** A payment whose code is awaited. */
const awaiting = async (change: Play = {}, on: Stage = stage) => {
  on.acquirer.answer = 'otp';
  const url = on.open(`O${++count}`, { ...play, ...change });
  await post(url, uzcard);
  return url;
};

test('the page says where the code went and asks for it in a field that phones fill in', async () => {
  const text = await read(await awaiting());
  assert.match(text, /We sent it to 99890\*\*\*\*\*67\./);
  assert.match(text, /Uzcard ending in 0018/);
  assert.match(text, /<button class="go"[^>]*>Confirm payment of UZS\u00a0450,000\.00</);
  const [input] = /<input id="code"[^>]*>/.exec(text)!;
  for (const part of [
    'name="code"',
    'inputmode="numeric"',
    'autocomplete="one-time-code"',
    'maxlength="6"',
    'aria-describedby="otp-sent code-fault"',
    'autofocus',
  ])
    assert.ok(input.includes(part), part);
  assert.doesNotMatch(input, /aria-invalid|value=/);
  assert.match(text, /data-left-ms="300000" data-warn-ms="60000" role="timer">5 minutes</);
  assert.match(text, /data-wait-ms="60000"/);
});

test('the right code pays', async () => {
  const url = `${await awaiting()}?lang=en`;
  const answer = await post(url.replace('?', '/otp?'), { code: ' 111 111' });
  assert.equal(answer.status, 303);
  assert.equal(stage.url + answer.headers.get('location'), url);
  assert.deepEqual(stage.calls.at(-1)!.challenge, {
    sentReference: attemptAt(url).sentReference,
    answer: { code: rightCode },
    oneTimeKey: null,
  });
  assert.match(await read(url), /Payment complete/);
});

test('a wrong code is told at its field after the way back to the page, with the tries that are left', async () => {
  const url = await awaiting();
  for (const left of ['2 tries left', '1 try left']) {
    const answer = await post(`${url}/otp`, { code: wrongCode });
    assert.equal(answer.status, 303);
    assert.equal(stage.url + answer.headers.get('location'), url);
    const text = await read(url);
    assert.match(text, new RegExp(`id="code-fault">That code was not right\\. ${left}\\.`));
    assert.match(text, /aria-describedby="otp-sent code-fault" aria-invalid="true" autofocus/);
    assert.match(text, /<title>Error: /);
    assert.doesNotMatch(text, new RegExp(wrongCode));
  }
  await post(`${url}/otp`, { code: wrongCode });
  assert.match(await read(url), /Payment declined/);
});

test('what cannot be the code is no try', async () => {
  const url = await awaiting();
  for (const code of ['', '12345', '1234567', 'abcdef', '１２３']) {
    const answer = await post(`${url}/otp`, { code });
    assert.equal(answer.status, 422, code);
    const text = await answer.text();
    assert.match(text, /id="code-fault">Enter the 6-digit code/);
    assert.match(text, /aria-invalid="true"/);
  }
  assert.equal((await post(`${url}/otp`)).status, 422);
  assert.equal(viewAt(url).operations[0]!.state, 'challenged');
  assert.doesNotMatch(await read(url), /tries left/);
  await post(`${url}/otp`, { code: '１１１-１１１' });
  assert.equal(viewAt(url).payment.state, 'approved');
});

test('a form that is sent twice, or from a page that is out of date, costs no try', async () => {
  const url = await awaiting();
  const turn = turnIn(await read(url));
  await post(`${url}/otp`, { code: wrongCode, turn });
  const before = callsOf('resume');
  assert.equal((await post(`${url}/otp`, { code: wrongCode, turn })).status, 303);
  assert.equal(callsOf('resume'), before);
  assert.match(await read(url), /2 tries left/);

  const next = turnIn(await read(url));
  const answers = await Promise.all([1, 2, 3].map(() => post(`${url}/otp`, { code: rightCode, turn: next })));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [303, 303, 303],
  );
  assert.equal(callsOf('resume'), before + 1);
  assert.equal((await post(`${url}/otp`, { code: rightCode, turn: next })).status, 303);
  assert.equal(callsOf('resume'), before + 1);
});

test('a code that did not get through is no try, and the page says so', async () => {
  const url = await awaiting();
  stage.acquirer.onCode = 'not_sent';
  const answer = await post(`${url}/otp`, { code: rightCode });
  assert.equal(answer.status, 503);
  const text = await answer.text();
  assert.match(text, /role="alert">Your code could not be sent on/);
  assert.doesNotMatch(text, /tries left|111111/);
  stage.acquirer.onCode = null;
  await post(`${url}/otp`, { code: rightCode });
  assert.match(await read(url), /Payment complete/);
});

test('while the acquirer is silent about a code it is being checked, and then the field is there again', async () => {
  const url = await awaiting();
  stage.acquirer.onCode = 'silence';
  await post(`${url}/otp`, { code: wrongCode });
  assert.match(await read(url), /being checked/);
  stage.conclude(sessionOf(url), { kind: 'wrong_code' });
  const { pathname } = new URL(url);
  assert.deepEqual(await (await ask(`${url}/status`)).json(), { state: 'otp', next: pathname });
  assert.match(await read(url), /2 tries left/);
});

test('another code is texted after a minute; sooner the page says how long to wait', async () => {
  const url = await awaiting();
  stage.time.now += 18_000;
  const answer = await post(`${url}/otp/resend`);
  assert.equal(answer.status, 422);
  assert.match(await answer.text(), /role="alert">You can ask for a new code in 42 seconds\./);
  stage.time.now += 41_500;
  assert.match(await (await post(`${url}/otp/resend`)).text(), /in 1 second\./);
  stage.time.now += 500;
  const turn = turnIn(await read(url));
  await post(`${url}/otp`, { code: wrongCode });
  assert.equal((await post(`${url}/otp/resend`, { turn: turnIn(await read(url)) })).status, 303);
  const text = await read(url);
  assert.match(text, /We sent a new code to 99890\*\*\*\*\*67/);
  assert.doesNotMatch(text, /tries left/);
  assert.match(text, /data-left-ms="300000"/);
  // The same form once more: the first of the two has already been heard.
  const before = callsOf('resend');
  assert.equal((await post(`${url}/otp/resend`, { turn })).status, 303);
  assert.equal(callsOf('resend'), before);
});

test('after three more texts there is no button for another, and who asks all the same is told', async () => {
  const url = await awaiting({ checkout: { ...play.checkout, expiresAt: stage.time.now + 3_600_000 } });
  for (let i = 0; i < 3; i++) {
    assert.match(await read(url), /otp\/resend/);
    stage.time.now += 60_000;
    await post(`${url}/otp/resend`);
  }
  assert.doesNotMatch(await read(url), /otp\/resend/);
  stage.time.now += 60_000;
  const answer = await post(`${url}/otp/resend`);
  assert.equal(answer.status, 422);
  assert.match(await answer.text(), /No further code can be sent/);
});

test('once the checkout is over the last code may still be typed, and nothing else', async () => {
  const url = await awaiting({ checkout: { ...play.checkout, expiresAt: stage.time.now + 90_000 } });
  stage.time.now += 100_000;
  const text = await read(url);
  assert.doesNotMatch(text, /otp\/resend|\/again/);
  assert.match(await (await post(`${url}/otp/resend`)).text(), /No further code can be sent/);
  await post(`${url}/otp`, { code: rightCode });
  assert.match(await read(url), /Payment complete/);
});

test('a code that ran out gives the card form back, which says so', async () => {
  const url = await awaiting();
  stage.time.now += 300_000;
  assert.equal((await post(`${url}/otp`, { code: rightCode })).status, 303);
  const text = await read(url);
  assert.match(text, /role="alert">Your earlier card can no longer be confirmed, and nothing was charged/);
  assert.match(text, /name="number"/);
  assert.equal(viewAt(url).payment.state, 'open');
});

test('another card: by its own button, or as a form from another tab; the same card twice is one text', async () => {
  const url = await awaiting();
  assert.match(await read(url), /action="[^"]*\/again"/);
  assert.equal((await post(`${url}/again`)).status, 303);
  assert.match(await read(url), /name="number"/);
  await post(url, humo);
  assert.match(await read(url), /Humo ending in 0018/);
  const before = callsOf('submit');
  assert.equal((await post(url, humo)).status, 303);
  assert.equal((await post(url, { ...humo, expiry: '13/39' })).status, 303);
  assert.equal(callsOf('submit'), before);
  await post(url, uzcard);
  assert.equal(callsOf('submit'), before + 1);
  assert.match(await read(url), /Uzcard ending in 0018/);
  // The code of the first card, from a page that was left open.
  const resumed = callsOf('resume');
  await post(`${url}/otp`, { code: rightCode, turn: '1.0.0' });
  assert.equal(callsOf('resume'), resumed);
});

test('another site can post none of it, and where no code is awaited all of it leads to the page', async () => {
  const url = await awaiting();
  stage.time.now += 60_000;
  const before = stage.calls.length;
  for (const below of ['/otp', '/otp/resend', '/again']) {
    const answer = await post(url + below, { code: rightCode }, { 'sec-fetch-site': 'cross-site' });
    assert.equal(answer.status, 303);
  }
  const waiting = stage.open(`O${++count}`, play);
  for (const below of ['/otp', '/otp/resend', '/again']) {
    const answer = await post(waiting + below, { code: rightCode });
    assert.equal(stage.url + answer.headers.get('location'), waiting);
  }
  assert.equal(stage.calls.length, before);
  for (const below of ['/otp', '/otp/resend', '/again'])
    assert.equal((await post(`${stage.url}/pay/none${below}`)).status, 404);
});

test('codes and texts are limited by address, as the card form is', async (t) => {
  const strict = await startStage({ postsPerMinuteMax: 2 });
  t.after(() => strict.close());
  const url = await awaiting({}, strict);
  for (const below of ['/otp', '/otp/resend', '/again']) {
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await post(url + below)).status);
    assert.equal(statuses[2], 429, below);
  }
});

test('where the site does not let payers give up, no page offers it and no post does it', async (t) => {
  const firm = await startStage({ cancels: false });
  t.after(() => firm.close());
  const url = firm.open(`O${++count}`, play);
  assert.doesNotMatch(await read(url), /\/cancel/);
  for (const answer of ['challenge', 'otp'] as const) {
    firm.acquirer.answer = answer;
    const page = firm.open(`O${++count}`, play);
    await post(page, uzcard);
    assert.doesNotMatch(await read(page), /\/cancel/);
    await post(`${page}/cancel`);
    assert.equal(viewAt(page, firm).payment.state, 'acting');
  }
  assert.match(await read(await awaiting()), /\/cancel"/);
});

test('the site’s own language is for browsers that name none we speak', async (t) => {
  const russian = await startStage({ language: 'ru' });
  t.after(() => russian.close());
  const url = await awaiting({}, russian);
  const inLanguage = async (address: string, headers: Record<string, string> = {}) =>
    /<html lang="([^"]+)"/.exec(await (await ask(address, headers)).text())![1];
  assert.equal(await inLanguage(url), 'ru');
  assert.equal(await inLanguage(url, { 'accept-language': 'it, fr;q=0.5' }), 'ru');
  assert.equal(await inLanguage(url, { 'accept-language': 'it, uz-Latn-UZ;q=0.5' }), 'uz');
  assert.equal(await inLanguage(`${url}?lang=en`, { 'accept-language': 'uz' }), 'en');
  assert.equal(await inLanguage(`${url}?lang=fr`), 'ru');
  assert.equal(await inLanguage(`${russian.url}/pay/none`), 'ru');
  const large = await post(url, { number: 'x'.repeat(5_000) });
  assert.match(await large.text(), /<html lang="ru"/);
});

test('an approval waits for the tax office, and then links to the fiscal receipt', async () => {
  const receiptUrl = 'https://receipts.example/check?t=1&r=2';
  const url = await awaiting({ fiscal: true, content: { receiptUrl } });
  await post(`${url}/otp`, { code: rightCode });
  assert.equal(viewAt(url).payment.state, 'approved');
  assert.match(await read(url), /being checked/);
  stage.fiscalize(sessionOf(url), { kind: 'failed', message: 'closed' });
  assert.match(await read(url), /href="https:\/\/receipts\.example\/check\?t=1&amp;r=2">Fiscal receipt</);

  const declined = await awaiting({ content: { receiptUrl } });
  for (let i = 0; i < 3; i++) await post(`${declined}/otp`, { code: wrongCode });
  assert.doesNotMatch(await read(declined), /Fiscal receipt/);
  const evil = await awaiting({ content: { receiptUrl: 'javascript:alert(1)' } });
  await post(`${evil}/otp`, { code: rightCode });
  assert.doesNotMatch(await read(evil), /Fiscal receipt|javascript:/);
});
