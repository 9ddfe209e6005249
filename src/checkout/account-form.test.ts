import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAccountForm, uses } from './account-form.ts';

const faultsOf = (body: object, scheme: 'sepa' | 'ach' | 'check', isTest = false) => {
  const read = readAccountForm(body, scheme, isTest);
  return read.kind === 'faulty' ? read.faults : [];
};

test('an IBAN is taken as people write it; its check digits count where it is no test', () => {
  const holder = 'Ada Lovelace';
  for (const iban of ['DE89370400440532013000', 'de89 3704 0044 0532 0130 00', 'ＤＥ８９370400440532013000']) {
    const read = readAccountForm({ holder, iban }, 'sepa', false);
    assert.ok(read.kind === 'account', iban);
    assert.deepEqual(read.account.face, { scheme: 'sepa', last4: '3000', bank: '', country: 'DE', use: null });
    assert.equal(read.account.number.reveal(), 'DE89370400440532013000');
    assert.deepEqual(JSON.parse(read.account.told.reveal()), { iban: 'DE89370400440532013000', holder });
  }
  assert.deepEqual(faultsOf({ holder, iban: 'DE88370400440532013000' }, 'sepa'), ['iban_wrong']);
  assert.deepEqual(faultsOf({ holder, iban: 'DE09100100101234567893' }, 'sepa'), ['iban_wrong']);
  assert.deepEqual(faultsOf({ holder, iban: 'DE09100100101234567893' }, 'sepa', true), []);
  assert.deepEqual(faultsOf({ holder, iban: 'DE8937040044' }, 'sepa', true), ['iban_wrong']);
  for (const known of ['GB29NWBK60161331926819', 'HU42117730161111101800000000', 'NO9386011117947']) {
    assert.deepEqual(faultsOf({ holder, iban: known }, 'sepa'), [], known);
  }
});

test('two signs of an IBAN changed places, or one is another: it is not taken', () => {
  const right = 'DE89370400440532013000';
  fc.assert(
    fc.property(fc.integer({ min: 4, max: right.length - 1 }), fc.integer({ min: 1, max: 9 }), (at, more) => {
      const other = String((Number(right[at]) + more) % 10);
      const wrong = right.slice(0, at) + other + right.slice(at + 1);
      assert.deepEqual(faultsOf({ holder: 'Ada', iban: wrong }, 'sepa'), ['iban_wrong']);
    }),
  );
});

test('routing number, account and check number of a US account', () => {
  const right = { holder: 'Ada', routing: '011000028', account: '9876543210', use: 'savings', check: '' };
  const read = readAccountForm(right, 'ach', false);
  assert.ok(read.kind === 'account');
  const face = { scheme: 'ach', last4: '3210', bank: '011000028', country: null, use: 'savings' };
  assert.deepEqual(read.account.face, face);
  assert.deepEqual(faultsOf({ ...right, routing: '011000029' }, 'ach'), ['routing_wrong']);
  assert.deepEqual(faultsOf({ ...right, routing: '', account: '123' }, 'ach'), ['routing_missing', 'account_wrong']);
  assert.deepEqual(faultsOf({ ...right, check: '12a' }, 'check'), ['check_wrong']);
  assert.deepEqual(faultsOf({ ...right, check: '12a' }, 'ach'), []);
  assert.deepEqual(faultsOf({}, 'check'), ['account_holder_missing', 'routing_missing', 'account_missing']);
  const checked = readAccountForm({ ...right, check: '101' }, 'check', false);
  assert.ok(checked.kind === 'account' && JSON.parse(checked.account.told.reveal()).checkNumber === '101');
});

test('whatever is posted, no number comes back into the form, and nothing throws', () => {
  const anything = fc.oneof(fc.string(), fc.constant('DE89370400440532013000'), fc.array(fc.string()), fc.nat());
  const body = fc.record(
    { holder: anything, iban: anything, routing: anything, account: anything, check: anything, use: anything },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(body, fc.anything()), fc.constantFrom('sepa', 'ach', 'check'), (posted, scheme) => {
      const { kept } = readAccountForm(posted, scheme, true);
      assert.ok(uses.includes(kept.use));
      assert.doesNotMatch(kept.holder, /\d{6}/);
    }),
  );
});
