import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readShopRules } from './shop-rules.ts';

test('rules as an operator writes them', () => {
  const { limits, blocked } = readShopRules({
    limits: [
      { of: 'shop', window: 'day', amount: '1000.00', currency: 'EUR' },
      { of: 'card', window: 'week', count: 3 },
    ],
    blocked: { emails: ['A@b.example'], countries: ['kp'] },
  });
  assert.deepEqual(limits, [
    { of: 'shop', window: 'day', amountMinor: 100_000n, currency: 'EUR', count: null },
    { of: 'card', window: 'week', amountMinor: null, currency: null, count: 3 },
  ]);
  assert.deepEqual(blocked, { cards: [], emails: ['a@b.example'], ips: [], countries: ['KP'] });
  assert.deepEqual(readShopRules({}).limits, []);
});

test('what makes no sense is refused with a text, so that no limit is silently none', () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [[], /an object/],
    [{ limit: [] }, /has no "limit"/],
    [{ limits: [{ of: 'card', window: 'year', count: 1 }] }, /"window"/],
    [{ limits: [{ of: 'all', window: 'day', count: 1 }] }, /"of"/],
    [{ limits: [{ of: 'card', window: 'day' }] }, /amount or a count/],
    [{ limits: [{ of: 'card', window: 'day', count: 0 }] }, /"count"/],
    [{ limits: [{ of: 'card', window: 'day', amount: 10, currency: 'EUR' }] }, /"amount"/],
    [{ limits: [{ of: 'card', window: 'day', amount: '10.00' }] }, /"currency"/],
    [{ blocked: { ips: ['1.2.3'] } }, /"ips"/],
    [{ blocked: { ips: ['192.0.2.0/33'] } }, /"ips"/],
    [{ blocked: { cards: ['4111111111111111'] } }, /"cards"/],
    [{ blocked: { emails: ['nobody'] } }, /"emails"/],
    [{ blocked: { names: [] } }, /has no "names"/],
  ];
  for (const [raw, text] of wrong) assert.throws(() => readShopRules(raw), text, JSON.stringify(raw));
});
