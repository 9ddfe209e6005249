import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addGlobalpayMerchant } from './globalpay-merchant.ts';
import { startTollgate } from './installation.ts';

// GLOBAL PAY: whatever stands in whichever field, the answer is one of section 11 and never a 500.

const tollgate = await startTollgate();
const merchant = await addGlobalpayMerchant(tollgate);

const odd = fc.oneof(
  fc.constantFrom(
    null,
    true,
    '',
    ' ',
    '\0',
    '\ud800',
    '0',
    '-1',
    '1e9',
    '1.5',
    'NaN',
    '9'.repeat(40),
    'x'.repeat(3_000),
  ),
  fc.constantFrom(0, -1, 1e308, 1.5, 9_007_199_254_740_992, [], {}, [[[[[]]]]], { a: { b: [null] } }, '__proto__'),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 4 }),
);

const bodies: Readonly<Record<string, () => Record<string, unknown>>> = {
  '/checkout/v1/user-service-tokens': () => ({
    ...merchant.tokenBody({ description: 'Books', account: 'a', tokenLifespan: 900 }),
    items: [{ title: 'Atlas', price: 1, count: 1, code: '1', units: 1, vatPercent: 12, packageCode: '1', labels: [] }],
  }),
  '/payments/v1/payment/init': () => ({
    externalId: merchant.newName(),
    serviceId: merchant.serviceId,
    paymentFields: [
      { requestFieldId: 1, name: 'amount', value: '500000' },
      { requestFieldId: 2, name: 'currency', value: 'UZS' },
    ],
  }),
  '/payments/v2/payment/init': () => ({
    externalId: merchant.newName(),
    serviceId: merchant.serviceId,
    amount: 500_000,
    currency: 'UZS',
    account: 'a',
    description: 'd',
    merchantVMRedirectSuccessUrl: 'https://kitob.example/ok',
    items: [],
  }),
  '/payments/v1/payment/perform': () => ({ id: 'x', externalId: 'x', cardToken: 'x', cardSecurityCode: '123' }),
  '/payments/v2/payment/revert': () => ({ id: 'x', externalId: 'x', amount: 1 }),
  '/cards/v1/card': () => ({ cardNumber: '4111220000000010', expiryDate: '2907', cardHolderName: 'D K' }),
  '/cards/v1/card/token': () => ({ ids: [] }),
  '/cards/v1/card/confirm/11111111-2222-4333-8444-555555555555': () => ({ code: '111111' }),
};

/** Every place in a body, also within lists. */
const pathsOf = (value: unknown, path: readonly string[] = []): string[][] =>
  typeof value === 'object' && value !== null
    ? [[...path], ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))]
    : [[...path]];

const replaced = (value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown => {
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
};

for (const [path, bodyOf] of Object.entries(bodies)) {
  test(`11: any value in any field of ${path}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), odd, fc.boolean(), async (which, value, leftOut) => {
        const body = bodyOf();
        const paths = pathsOf(body).filter((steps) => steps.length > 0);
        const changed = replaced(body, paths[which % paths.length]!, leftOut ? undefined : value);
        const answer = await merchant.call(path, { body: changed as object });
        assert.ok([200, 400, 404].includes(answer.status), `${answer.status} for ${JSON.stringify(changed)}`);
        if (answer.status === 200) return;
        const { detail, code, path: where, timestamp, trace } = answer.body;
        for (const text of [detail, code, timestamp, trace]) assert.equal(typeof text, 'string');
        assert.equal(where, path);
      }),
      { numRuns: 60 },
    );
  });
}

test('11: a body that is no object', async () => {
  for (const body of ['', '[]', 'null', '"x"', '1', '{', `${'['.repeat(100_000)}`, '\ufeff{}']) {
    const answer = await merchant.call('/checkout/v1/user-service-tokens', { body });
    assert.deepEqual([answer.status, answer.body.code], [400, 'VALIDATION_ERROR']);
  }
});

test('14.3.1: a card number of nothing but what may stand between digits', async () => {
  for (const cardNumber of [' ', '-', ' - ', '\u00a0']) {
    const answer = await merchant.call('/cards/v1/card', { body: { cardNumber, expiryDate: '2907' } });
    assert.deepEqual([answer.status, answer.body.code], [400, 'VALIDATION_ERROR'], JSON.stringify(cardNumber));
    assert.match(String(answer.body.detail), /^cardNumber: must be a card number$/);
  }
});

test('nothing of it was an unexpected fault', () => {
  assert.deepEqual(
    tollgate.logLines.filter((line) => line.includes('a request failed')),
    [],
  );
});
