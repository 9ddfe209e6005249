import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksOf, infoTyped, isEmail } from './info-form.ts';

const payer = { 'given-name': 'Anna', 'family-name': 'Kis', email: 'anna@shop.example', tel: '' };

test('5.17: of a service a link asks who it is for, of a product also where it goes to; otherwise nothing', () => {
  assert.deepEqual(asksOf(undefined), []);
  assert.deepEqual(asksOf('service'), ['given-name', 'family-name', 'email', 'tel']);
  assert.equal(asksOf('product').length, 7);
});

test('7.1: what was typed goes into Info, beside what the merchant told', () => {
  const typed = { amount: null, payer };
  const who = { FirstName: 'Anna', LastName: 'Kis', Email: 'anna@shop.example' };
  assert.deepEqual(infoTyped('service', typed, undefined), { Customer: { General: who } });
  assert.deepEqual(infoTyped('service', typed, { Customer: { General: { Ip: '::1', Email: 'x' } }, Order: 1 }), {
    Customer: { General: { Ip: '::1', ...who } },
    Order: 1,
  });
  assert.deepEqual(infoTyped(undefined, typed, { a: 1 }), { a: 1 });
});

test('5.17: what is missing, or no address for e-mail, is wrong', () => {
  for (const more of [
    { email: 'anna' },
    { 'given-name': ' \t' },
    { 'family-name': '\u0000' },
    { 'given-name': '\ud800' },
  ]) {
    assert.equal(infoTyped('service', { amount: null, payer: { ...payer, ...more } }, undefined), 'wrong');
  }
  assert.equal(infoTyped('product', { amount: null, payer }, undefined), 'wrong');
  assert.ok(isEmail('a@b.hu') && !isEmail('a@b') && !isEmail(`${'a'.repeat(250)}@b.hu`));
});
