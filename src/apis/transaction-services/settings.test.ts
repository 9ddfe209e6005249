import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasons } from '../../core/reasons.ts';
import { codeOfDecline, codeOfRefusal, descriptions, resultOf } from './codes.ts';
import { memberKeyName, partnerKeyName, readCredential } from './credential.ts';
import { completeSettings, isListed } from './settings.ts';

const key = 'S3cureKeyForTests0123456789abcdEF';

test('3.1: a member by its number, key and login, and the partner that it belongs to', () => {
  const options = {
    'member-id': '10042',
    'secret-key': key,
    username: 'acme.shop',
    'partner-id': '77',
    'partner-key': `${key}p`,
    'partner-username': 'acme.partner',
    totype: 'AcmePay',
  };
  const { wireName, login, settings, secrets } = readCredential(options, true);
  assert.deepEqual([wireName, login!.name], ['10042', 'acme.shop']);
  assert.ok(!login!.hash.includes(key));
  assert.deepEqual(settings, { username: 'acme.shop', partnerId: '77', totype: 'AcmePay' });
  assert.equal(secrets[memberKeyName('10042')]!.reveal(), key);
  assert.deepEqual(JSON.parse(secrets[partnerKeyName('77')]!.reveal()), { key: `${key}p`, userName: 'acme.partner' });
  assert.equal(readCredential({ 'member-id': '1', 'secret-key': key }, true).login!.name, '1');
});

test('3.1: what is no credential is refused, without repeating the key', () => {
  const wrong: readonly Record<string, string>[] = [
    {},
    { 'member-id': '0', 'secret-key': key },
    { 'member-id': '12345678901', 'secret-key': key },
    { 'member-id': '1', 'secret-key': 'short' },
    { 'member-id': '1', 'secret-key': `${key}|` },
    { 'member-id': '1', 'secret-key': key, username: 'a b' },
    { 'member-id': '1', 'secret-key': key, 'partner-key': key },
    { 'member-id': '1', 'secret-key': key, 'partner-id': '123456' },
    { 'member-id': '1', 'secret-key': key, 'partner-id': '1', 'partner-key': 'short' },
  ];
  for (const options of wrong) {
    assert.throws(
      () => readCredential(options, true),
      (error: Error) => !error.message.includes(key),
    );
  }
});

test('3.1: a key that is published with the vectors is none for live money', () => {
  const options = { 'member-id': '1', 'secret-key': key };
  assert.throws(() => readCredential(options, false), /published/);
  assert.doesNotThrow(() => readCredential({ ...options, 'secret-key': `${key}0` }, false));
});

test('switches are checked and completed', () => {
  const whole = completeSettings({ refundDays: 30, terminals: [{ id: '1', mode: 'CC', brand: 'VISA' }] });
  assert.deepEqual([whole.refundDays, whole.uniqueOrderId, whole.inquiryResultStyle], [30, true, 'record']);
  assert.equal(whole.overCapturePercent, 0);
  for (const [name, value] of Object.entries({
    partnerId: 'x',
    username: 5,
    terminals: [{ id: '1' }],
    autoSelect: 1,
    refundDays: 0,
    overCapturePercent: 101,
    ips: ['x'],
    amountMax: '1',
    notificationUrl: 'x',
    inquiryResultStyle: 'x',
    authFailureHttpStatus: 403,
    installments: '1;2',
    payoutBalance: 'x',
    gone: true,
  })) {
    assert.throws(() => completeSettings({ [name]: value }), name);
  }
  for (const overCapturePercent of [-1, 1.5, '10', null]) assert.throws(() => completeSettings({ overCapturePercent }));
  assert.deepEqual(
    [0, 100].map((n) => completeSettings({ overCapturePercent: n }).overCapturePercent),
    [0, 100],
  );
  const twice = { id: '1', mode: 'CC', brand: 'VISA' };
  assert.throws(() => completeSettings({ terminals: [twice, twice] }));
  for (const odd of [{ currency: 'X' }, { min: '1' }, { wallet: 'x' }, { threeD: 'yes' }, { gone: 1 }]) {
    assert.throws(() => completeSettings({ terminals: [{ ...twice, ...odd }] }));
  }
});

test('20015: addresses and blocks that may call', () => {
  assert.ok(isListed([], 'anything'));
  assert.ok(isListed(['192.0.2.0/24'], '192.0.2.9') && isListed(['192.0.2.9'], '::ffff:192.0.2.9'));
  assert.ok(
    !isListed(['192.0.2.0/24'], '192.0.3.1') && !isListed(['2001:db8::/32'], '192.0.2.1') && !isListed(['::1'], 'x'),
  );
});

test("9: every reason of core has a code that is described, and an acquirer's own code counts where the API has it", () => {
  for (const reason of Object.keys(reasons) as (keyof typeof reasons)[]) {
    assert.ok(codeOfRefusal({ reason }) in descriptions, reason);
    assert.ok(codeOfDecline(reason, null) in descriptions, reason);
    assert.ok(codeOfDecline(reason, '05') in descriptions, reason);
  }
  assert.deepEqual(
    [
      codeOfDecline('declined', '05'),
      codeOfDecline('declined', '43'),
      codeOfDecline('expired_card', '54'),
      codeOfDecline('insufficient_funds', '51'),
      codeOfDecline('authentication_failed', '05'),
    ],
    ['11005', '11043', '11033', '10001', '10001'],
  );
  assert.deepEqual(resultOf('30031', '30019'), {
    code: '30031 | 30019',
    description: 'Invalid currency | Invalid card number',
  });
});
