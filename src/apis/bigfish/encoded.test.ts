import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectFrom } from './encoded.ts';

test('2.6: objects come in base64 for addresses, with dots for its padding', () => {
  const recurring = { ExpireDate: '2030-02-05', Frequency: '0', AmountIndicator: '02' };
  for (const [text, object] of [
    ['eyJLaGJDYXJkUG9ja2V0SWQiOiIxIn0.', { KhbCardPocketId: '1' }],
    ['eyJzdG9ybm8iOnRydWV9', { storno: true }],
    ['eyJrIjoifn5-Pz8_Pj4-In0.', { k: '~~~???>>>' }],
    [
      'eyJPcmRlciI6eyJSZWN1cnJpbmdQYXltZW50Ijp7IkV4cGlyZURhdGUiOiIyMDMwLTAyLTA1IiwiRnJlcXVlbmN5IjoiMCIsIkFtb3VudEluZGljYXRvciI6IjAyIn19fQ..',
      { Order: { RecurringPayment: recurring } },
    ],
  ] as const) {
    assert.deepEqual(objectFrom(text), object);
    // The same in ordinary base64, without padding, and as it is.
    const ordinary = text.replaceAll('-', '+').replaceAll('_', '/').replaceAll('.', '=');
    assert.deepEqual(objectFrom(ordinary), object);
    assert.deepEqual(objectFrom(ordinary.replaceAll('=', '')), object);
    assert.deepEqual(objectFrom(object), object);
  }
});

test('2.6: what decodes to no object is none', () => {
  for (const value of ['W10.', 'MQ..', 'bnVsbA..', '%%%', 'eyJ', [], 5, true]) {
    assert.equal(objectFrom(value), undefined, String(value));
  }
});
