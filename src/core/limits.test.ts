import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Blocked, blockedBy, type Limit, nothingYet, overLimit, type Standing, windows } from './limits.ts';

const limit = (more: Partial<Limit>): Limit => ({
  of: 'shop',
  window: 'day',
  amountMinor: null,
  currency: null,
  count: null,
  ...more,
});
const spent = (amountMinor: bigint, count: number): Standing => {
  const all = Object.fromEntries(windows.map((name) => [name, { amountMinor, count }])) as Standing['shop'];
  return { shop: all, card: all };
};

test('a limit is reached but not passed, by sum or by number, of the shop or of a card', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 100n), fc.bigInt(1n, 100n), fc.bigInt(1n, 100n), (before, wish, most) => {
      const about = { amountMinor: wish, currency: 'EUR', hasCard: true };
      for (const whose of ['shop', 'card'] as const) {
        const bySum = overLimit([limit({ of: whose, amountMinor: most, currency: 'EUR' })], spent(before, 0), about);
        assert.equal(bySum === undefined, before + wish <= most);
        const byCount = overLimit([limit({ of: whose, count: Number(most) })], spent(0n, Number(before)), about);
        assert.equal(byCount === undefined, before + 1n <= most);
      }
    }),
    { numRuns: 100 },
  );
});

test('the first limit that is passed is named; other currencies, and cards that nobody knows yet, are left alone', () => {
  const limits = [
    limit({ window: 'month', amountMinor: 5n, currency: 'USD' }),
    limit({ of: 'card', count: 1, window: 'week' }),
    limit({ window: 'month', amountMinor: 5n, currency: 'EUR' }),
  ];
  const asked = { amountMinor: 6n, currency: 'EUR' };
  const rule = (hasCard: boolean) => overLimit(limits, spent(0n, 1), { ...asked, hasCard })?.rule;
  assert.equal(rule(true), 'card_count_week');
  assert.equal(rule(false), 'amount_month');
  assert.equal(overLimit(limits, nothingYet, { ...asked, amountMinor: 5n, hasCard: true }), undefined);
});

test('people and cards that are not served, whatever the letter case', () => {
  const blocked: Blocked = {
    cards: ['41', '555500xxxxxx0001'],
    emails: ['a@b.example', '@c.example'],
    ips: [],
    countries: ['KP'],
  };
  const rule = (payer: Parameters<typeof blockedBy>[1]) => blockedBy(blocked, payer)?.rule;
  assert.equal(rule({ email: 'A@B.example' }), 'blocked_email');
  assert.equal(rule({ email: 'x@C.example' }), 'blocked_email');
  assert.equal(rule({ email: 'x@b.example', country: 'DE' }), undefined);
  assert.equal(rule({ country: 'kp' }), 'blocked_country');
  assert.equal(rule({ card: { first6: '411111', last4: '9999' } }), 'blocked_card');
  assert.equal(rule({ card: { first6: '555500', last4: '0001' } }), 'blocked_card');
  assert.equal(rule({ card: { first6: '555500', last4: '0002' } }), undefined);
});
