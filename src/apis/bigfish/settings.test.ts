import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeSettings, isListed, providerOf, settingsOf } from './settings.ts';

test('switches are checked when they are stored, and completed', () => {
  assert.deepEqual(completeSettings({}).providers, { OTPSimple: {} });
  for (const [raw, why] of [
    [{ other: 1 }, /has no setting "other"/],
    [{ ips: ['192.0.2.300'] }, /IP addresses/],
    [{ lifeMinutes: 0 }, /1 to 86400/],
    [{ payoutMax: 0 }, /above zero/],
    [{ providers: { NoSuchBank: {} } }, /map names of providers/],
    [{ providers: { SMS: {} } }, /map names of providers/],
    [{ providers: { KHB: { szep: true } } }, /map names of providers/],
    [{ providers: { KHB: { refund: 'half' } } }, /map names of providers/],
  ] as const) {
    assert.throws(() => completeSettings(raw), why);
  }
});

test('4.2: a provider is what its row says, unless the store says otherwise; switched off it is none', () => {
  const settings = { providers: { KHB: { twoStep: false }, CIB: { active: false } } };
  assert.deepEqual(
    [providerOf({ settings }, 'KHB')!.twoStep, providerOf({ settings }, 'KHB')!.registration],
    [false, true],
  );
  for (const name of ['CIB', 'GP', 'toString']) assert.equal(providerOf({ settings }, name), undefined, name);
  assert.equal(settingsOf({ settings: {} }).lifeMinutes, 30);
});

test('3.5: only K&H ends a registration with what gives its payment back on the same day', () => {
  const settings = { providers: { KHB: {}, OTPSimple: {}, GP: { voidEndsRegistration: true } } };
  const ends = ['KHB', 'OTPSimple', 'GP'].map((name) => providerOf({ settings }, name)!.voidEndsRegistration);
  assert.deepEqual(ends, [true, false, true]);
});

test('2.4: addresses and blocks of both kinds; a mapped one is the address that it maps', () => {
  const ips = ['192.0.2.7', '198.51.100.0/24', '2001:db8::/32'];
  for (const caller of ['192.0.2.7', '::ffff:192.0.2.7', '198.51.100.255', '2001:db8::1']) {
    assert.ok(isListed(ips, caller), caller);
  }
  for (const caller of ['192.0.2.8', '198.51.101.0', '2001:db9::1', '', 'localhost']) {
    assert.ok(!isListed(ips, caller), caller);
  }
});
