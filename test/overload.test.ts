import assert from 'node:assert/strict';
import { createSign } from 'node:crypto';
import { test } from 'node:test';
import { booksAgree } from './books.ts';
import { startTollgate } from './installation.ts';
import { addSpiralMerchant, dateText } from './spiral-merchant.ts';

// More requests than this installation works on at once: what is too much is refused unread, and leaves no trace.

const tollgate = await startTollgate({ TOLLGATE_REQUESTS_MAX: '3' });
const merchant = await addSpiralMerchant(tollgate);

const sale = { cmd: 'SALE', type: 'VM', amt: 12.5, goodsName: 'Refill', webhookUrl: 'http://127.0.0.1:9/nobody' };

/** A sale as it goes over the wire; the answer is taken as it comes, signed or not. */
const sell = async (reference: string) => {
  const { clientId, account } = merchant;
  const date = dateText(Date.now());
  const response = await fetch(`${tollgate.url}/v1/merchants/${clientId}/transactions/${reference}`, {
    method: 'PUT',
    headers: {
      'spiral-request-datetime': date,
      'spiral-client-signature': createSign('RSA-SHA256')
        .update(`${clientId}${reference}${date}`)
        .sign(account.privateKey, 'base64'),
    },
    body: JSON.stringify({
      clientId,
      merchantRef: reference,
      ...sale,
      cardToken: 'TKSIM00000000001',
      cardTokenSrc: 'SPIRAL',
    }),
  });
  return {
    reference,
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
};

test('what is too much is answered 503 with Retry-After in the words of its API, and can be asked again', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, () => sell(merchant.newReference())));
  const refused = answers.filter(({ status }) => status === 503);
  assert.ok(refused.length > 5 && refused.length < 60, `${refused.length} of 60 were refused`);
  assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [200, 503]);
  for (const { reference, headers, body } of refused) {
    assert.equal(headers.get('retry-after'), '1');
    const { dateTime, ...rest } = body;
    assert.match(String(dateTime), /^\d{4}-\d\d-\d\d \d\d:/);
    assert.deepEqual(rest, { clientId: merchant.clientId, merchantRef: reference, status: 'NotValid', error: 'Busy' });
    assert.equal((await merchant.query(reference)).status, 404);
    assert.equal((await sell(reference)).body.status, 'Approved');
  }
  await booksAgree(tollgate);
});

test('every way in is answered in its own words, and health is always told', async () => {
  const load = Array.from({ length: 40 }, () => sell(merchant.newReference()));
  const [health, ...others] = await Promise.all([
    fetch(`${tollgate.url}/health`),
    ...Array.from({ length: 30 }, () => fetch(`${tollgate.url}/payments/v1/merchant/auth`, { method: 'POST' })),
    ...Array.from({ length: 30 }, () => fetch(`${tollgate.url}/payment?sessionid=none`)),
    ...Array.from({ length: 30 }, () => fetch(`${tollgate.url}/nothing`)),
  ]);
  await Promise.all(load);
  assert.equal(health!.status, 200);
  const busy = others.filter(({ status }) => status === 503);
  assert.ok(busy.length > 0);
  for (const response of busy) {
    assert.equal(response.headers.get('retry-after'), '1');
    const text = await response.text();
    assert.match(text, /[Bb]usy/);
    assert.doesNotMatch(text, /overload|stack/i);
  }
});

test('when the load is over, nothing is refused any more', async () => {
  for (let i = 0; i < 5; i++) assert.equal((await sell(merchant.newReference())).body.status, 'Approved');
});
