import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import type { Scheme } from '../core/bank-accounts.ts';
import { type Play, startStage } from './stage.ts';

const stage = await startStage();
after(() => stage.close());
beforeEach(() => {
  stage.acquirer.answer = 'approved';
});

let count = 0;
const open = (debit: Scheme = 'sepa', { checkout, ...play }: Play = {}) =>
  stage.open(`B${++count}`, { ...play, checkout: { brands: [], debit, ...checkout } });
const viewAt = (url: string) => stage.viewOf(/B\d+/.exec(url)![0]);
const see = async (url: string) => (await (await fetch(url)).text()).replaceAll('\u00a0', ' ');
const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields), headers });

const sepa = { holder: 'Ada Lovelace', iban: 'DE89 3704 0044 0532 0130 00' };
const us = { holder: 'Ada Lovelace', routing: '011000028', account: '9876543210', use: 'checking' };

test('the form of each scheme asks for what its debit needs, and says what its payer agrees to', async () => {
  const page = await see(open());
  for (const part of ['SEPA direct debit', 'IBAN', 'Account holder', 'Pay HKD 268.50', 'within eight weeks'])
    assert.ok(page.includes(part), part);
  assert.match(page, /Your account details go to the payment service and your bank only/);
  assert.doesNotMatch(page, /Routing number|Card number|card details|name="number"/);
  const ach = await see(open('ach'));
  for (const part of ['Routing number', 'Account number', 'Personal checking', 'HKD 268.50 from your account once'])
    assert.ok(ach.includes(part), part);
  assert.doesNotMatch(ach, /Check number/);
  assert.match(await see(open('check')), /Check number \(optional\)/);
  assert.match(await see(`${open()}?locale=de_DE`), /SEPA-Lastschrift[\s\S]*mittels Lastschrift einzuziehen/);
});

test('an account that is right pays, and nothing of its number is shown afterwards', async () => {
  const url = open();
  const answer = await post(url, sepa);
  assert.equal(answer.status, 303);
  assert.equal(viewAt(url).payment.state, 'approved');
  assert.equal(viewAt(url).attempts[0]!.bankAccount!.last4, '3000');
  const page = await see(url);
  assert.match(page, /Payment complete/);
  assert.match(page, /SEPA direct debit …3000/);
  assert.doesNotMatch(page, /DE89|532013/);
});

test('what is wrong is told at its field and in a summary; numbers do not come back', async () => {
  const url = open();
  const answer = await post(url, { holder: 'Ada Lovelace', iban: 'DE88370400440532013000' });
  assert.equal(answer.status, 422);
  const page = await answer.text();
  assert.match(page, /<title>Error: /);
  assert.match(page, /href="#iban">This IBAN is not right/);
  assert.match(page, /id="iban"[^>]*aria-describedby="iban-hint iban-fault" aria-invalid="true"/);
  assert.match(page, /value="Ada Lovelace"/);
  assert.doesNotMatch(page, /DE88/);
  assert.equal(viewAt(url).payment.state, 'open');
});

test('refused, it may be tried with another account where the payment allows that; busy, in a moment', async () => {
  const url = open('ach', { checkout: { retriesDeclined: true, submitCountMax: 2 } });
  stage.acquirer.answer = 'busy';
  const busy = await post(url, us);
  assert.equal(busy.status, 503);
  assert.match(await busy.text(), /busy just now/);
  stage.acquirer.answer = 'declined';
  await post(url, us);
  assert.match(await see(url), /role="alert">This account cannot be used/);
  await post(url, us);
  assert.equal(viewAt(url).payment.state, 'declined');
});

test('a card is not taken in its place, nor a form of another site; an account not in the place of a card', async () => {
  const url = open();
  await post(url, { number: '4111111111111111', expiry: '12/39', code: '123' });
  await post(url, sepa, { 'sec-fetch-site': 'cross-site' });
  assert.equal(viewAt(url).attempts.length, 0);
  const card = stage.open(`B${++count}`, {});
  await post(card, sepa);
  assert.equal(viewAt(card).attempts.length, 0);
});
