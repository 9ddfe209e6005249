import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Order } from '../../gateway/ports.ts';
import { readAnswer } from './answer.ts';

const order = (patch: Partial<Order> = {}): Order => ({
  kind: 'sale',
  action: 'inquire',
  operation: 1,
  attempt: 1,
  acquirer: 'sandbox',
  account: 'M1',
  sentReference: 'R-1',
  acquirerReference: null,
  amountMinor: 10_000n,
  currency: 'HKD',
  card: null,
  wallet: 'payme',
  bankAccount: null,
  original: null,
  firstNetworkReference: null,
  payerInfo: null,
  initiator: 'payer',
  returnUrl: null,
  demandsChallenge: false,
  description: null,
  ...patch,
});
const collect = order({ kind: 'collect', wallet: 'fps' });
const byCard = order({ wallet: null, card: { brand: 'visa', first6: '444000', last4: '0010', expiry: '2039-01' } });

const time = '2026-11-26T10:00:00.000Z';
const qr = { text: 'https://pay.example/1', appUrl: 'https://pay.example/1' };
const form = { url: 'https://bank.example', fields: {}, echoField: 'session' };
const head = {
  reference: 'R-1',
  account: 'M1',
  amount: '100.00',
  currency: 'HKD',
  card: null,
  wallet: 'payme',
  status: 'declined',
  hostReference: 'SB1',
  time,
  code: null,
  text: null,
};
const transfer = (reference: string, amount: string) => ({ reference, amount, time, payer: null });
const received = {
  ...head,
  wallet: 'fps',
  status: 'received',
  transfers: [transfer('T1', '60.00'), transfer('T2', '0.01')],
  closed: false,
  qr,
};
const approved = { ...head, status: 'approved', approvalCode: '123456' };
const reads = (answer: object, asked: Order) => readAnswer(JSON.stringify(answer), asked) !== undefined;

test('an answer names the wallet that was asked for, or is about something else', () => {
  assert.ok(reads(head, order()));
  for (const wallet of ['octopus', null]) assert.ok(!reads({ ...head, wallet }, order()), `${wallet}`);
  assert.ok(!reads({ ...head, card: '444000xxxxxx0010', wallet: null }, order()));
  assert.ok(!reads(head, byCard));
  const { wallet: _, ...without } = head;
  assert.ok(!reads(without, order()));
});

test('what the host does not know has no wallet to name', () => {
  for (const status of ['not_found', 'reversed']) assert.ok(reads({ ...head, wallet: null, status }, order()));
  const original = { sentReference: 'R-0', acquirerReference: null };
  assert.ok(reads({ ...head, wallet: null }, order({ kind: 'refund', original })));
  assert.ok(!reads({ ...head, wallet: 'octopus' }, order({ kind: 'refund', original })));
});

test('a wallet waits for a code, a card never does', () => {
  const open = { ...head, status: 'challenge' };
  assert.ok(reads({ ...open, qr }, order()));
  assert.ok(reads({ ...open, qr: { ...qr, appUrl: null } }, order()));
  for (const asks of [{}, { challenge: form }, { otp: { phone: '9**', digitCount: 6 } }]) {
    assert.ok(!reads({ ...open, ...asks }, order()));
  }
  for (const faulty of [{ text: '', appUrl: null }, { text: 'x' }, { text: 'x', appUrl: 'javascript:1' }]) {
    assert.ok(!reads({ ...open, qr: faulty }, order()));
  }
  const card = { card: '444000xxxxxx0010', wallet: null };
  assert.ok(reads({ ...open, ...card, challenge: form }, byCard));
  assert.ok(!reads({ ...open, ...card, qr }, byCard));
});

test('pushed money is received, nothing else is, and it is never approved', () => {
  assert.ok(reads(received, collect));
  assert.ok(reads({ ...received, transfers: [] }, collect));
  assert.ok(reads({ ...received, closed: true, qr: undefined }, collect));
  assert.ok(!reads({ ...received, wallet: 'payme' }, order()));
  assert.ok(reads(approved, order()));
  assert.ok(!reads({ ...approved, wallet: 'fps' }, collect));
});

test('transfers are told with whether more are asked for, and the code only while they are', () => {
  for (const patch of [{ transfers: undefined }, { closed: undefined }, { closed: true }, { qr: undefined }]) {
    assert.ok(!reads({ ...received, ...patch }, collect), JSON.stringify(patch));
  }
});

test('every transfer has a name of its own and an amount above zero in the currency of the order', () => {
  for (const [name, amount] of [
    ['T1', '60.00'],
    ['T2', '0.00'],
    ['T2', '-1.00'],
    ['T2', '1.001'],
    ['T2', 'x'],
    ['T2', ''],
    ['', '1.00'],
  ] as const) {
    const transfers = [transfer('T1', '60.00'), transfer(name, amount)];
    assert.ok(!reads({ ...received, transfers }, collect), `${name} ${amount}`);
  }
});
