import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { apis } from '../src/apis/index.ts';
import {
  applePayload,
  googlePayload,
  newPair,
  pemOf as privatePemOf,
  rootList,
} from '../src/apis/spiral/testing/phones.ts';
import { startTollgate } from './installation.ts';
import { bodyText, broken, change, number, oddText, oddTexts } from './odd-values.ts';
import { isFit } from './spiral-answers.ts';
import { addSpiralMerchant, dateText, newKeys, pemOf } from './spiral-merchant.ts';

// Whatever stands in whichever field, the answer is signed, one of section 4, and holds no card number; never a 500.

const tollgate = await startTollgate();
const merchant = await addSpiralMerchant(tollgate);
const { clientId } = merchant;

const appleMerchant = 'merchant.hk.example.lamps';
const recipient = 'merchant:12345678901234567890';
const [key, root] = [newPair(), newPair()];
const spiral = apis.find(({ name }) => name === 'spiral')!;
const { settings, secrets } = await spiral.credential(
  {
    'client-id': clientId,
    'public-key': pemOf(newKeys().publicKey),
    'apple-pay-merchant': appleMerchant,
    'apple-pay-secret': privatePemOf(key),
    'google-pay-recipient': recipient,
    'google-pay-roots': rootList(root),
    'google-pay-secret': privatePemOf(key),
  },
  true,
);
const { store, vault } = tollgate.installation;
await store.administration.changeShop(merchant.shopId, {
  settings: spiral.settings({ ...settings, fpsId: '9990001' }),
});
for (const [name, secret] of Object.entries(secrets)) await vault.drawer.put(name, secret);
const payloads = {
  APPLE_PAY: await applePayload({ key, merchant: appleMerchant }),
  GOOGLE_PAY: await googlePayload({ key, root, recipient }),
};

/** Members of every message, so that each meets each command. */
const names =
  'clientId merchantRef cmd type amt goodsName goodsDesc channel cardToken cardTokenSrc successUrl failureUrl webhookUrl metadata duration currency orderId terminalId batchId __proto__ toString'.split(
    ' ',
  );

const goods = { goodsName: 'Desk lamp', goodsDesc: 'LED', channel: 'WEB', metadata: { cart: 'c-1' }, currency: 'HKD' };
const pages = {
  successUrl: 'https://shop.example/done',
  failureUrl: 'https://shop.example/retry',
  webhookUrl: 'http://127.0.0.1:9/nobody',
};
const byToken = { type: 'VM', amt: 5, ...goods, cardToken: 'TKSIM00000000001', cardTokenSrc: 'SPIRAL' };
const { orderId } = (await merchant.put(merchant.newReference(), { cmd: 'AUTH', ...byToken, amt: 1_000 })).body;
const walletTypes = 'PAYME FPS ALIPAYHK ALIPAYCN ALIPAY WECHAT OCTOPUS'.split(' ');

const bodies: Readonly<Record<string, object>> = {
  'SALESESSION by card': { cmd: 'SALESESSION', type: 'VM', amt: 268.5, ...goods, ...pages },
  'AUTHSESSION by card': { cmd: 'AUTHSESSION', type: 'AMEX', amt: 1, ...goods, ...pages },
  ...Object.fromEntries(
    walletTypes.map((type) => [
      `SALESESSION by ${type}`,
      { cmd: 'SALESESSION', type, amt: 1, ...goods, ...pages, duration: 3 },
    ]),
  ),
  'SALE by token': { cmd: 'SALE', ...byToken },
  'AUTH by token': { cmd: 'AUTH', ...byToken, failureUrl: pages.failureUrl, webhookUrl: pages.webhookUrl },
  'SALE by PAYME': { cmd: 'SALE', type: 'PAYME', amt: 1, ...goods },
  'SALE by FPS': { cmd: 'SALE', type: 'FPS', amt: 1, ...goods, duration: 1 },
  'SALE by a payload of Apple Pay': {
    cmd: 'SALE',
    ...byToken,
    cardToken: JSON.stringify(payloads.APPLE_PAY),
    cardTokenSrc: 'APPLE_PAY',
  },
  'SALE by a payload of Google Pay': {
    cmd: 'SALE',
    ...byToken,
    cardToken: JSON.stringify(payloads.GOOGLE_PAY),
    cardTokenSrc: 'GOOGLE_PAY',
  },
  CAPTURE: { cmd: 'CAPTURE', orderId, amt: 0.01, type: 'VM', ...goods },
  REFUND: { cmd: 'REFUND', orderId, amt: 0.01, webhookUrl: pages.webhookUrl },
};

for (const [what, body] of Object.entries(bodies)) {
  test(`4, 5: any value in any field of a ${what}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const reference = merchant.newReference();
        const text = bodyText({ clientId, merchantRef: reference, ...body }, changes, names);
        const answer = await merchant.send({ method: 'PUT', reference, body: text });
        isFit(answer, text);
        // What was taken can be asked for, and nothing else.
        const asked = await merchant.query(reference);
        assert.equal(asked.status, answer.status === 200 ? 200 : 404, text.slice(0, 500));
        isFit(asked, reference);
      }),
      { numRuns: 60 },
    );
  });
}

test('2.1: a value in which values are nested ever deeper, in any field', async () => {
  const body = bodies['SALE by token']!;
  for (const name of names) {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      for (const depth of [1_000, Math.floor(60_000 / (open.length + 1))]) {
        const reference = merchant.newReference();
        const text = bodyText(body, [], []).replace(/}$/, `,"${name}":${open.repeat(depth)}1${close.repeat(depth)}}`);
        isFit(await merchant.send({ method: 'PUT', reference, body: text }), `${name} ${open} ${depth}`);
      }
    }
  }
});

/** Every place in a payload, also within lists. */
const pathsOf = (value: unknown, path: readonly string[] = []): string[][] =>
  typeof value === 'object' && value !== null
    ? [[...path], ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...path, name]))]
    : [[...path]];

const replaced = (value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown => {
  if (name === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[name] = replaced(copy[name], rest, by);
  return copy;
};

const oddValues = oddTexts.filter((text) => text.length < 2_000).map((text) => JSON.parse(text) as unknown);

for (const [cardTokenSrc, payload] of Object.entries(payloads)) {
  test(`5.5: any value in any place of a payload of ${cardTokenSrc}`, async () => {
    const inner = fc.oneof(fc.constantFrom(...oddValues), fc.base64String({ maxLength: 200 }), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pathsOf(payload)), inner, fc.boolean(), async (path, value, isBase64) => {
        const text = JSON.stringify(replaced(payload, path, value)) ?? 'undefined';
        const cardToken = isBase64 ? Buffer.from(text).toString('base64') : text;
        const answer = await merchant.put(merchant.newReference(), {
          cmd: 'SALE',
          ...byToken,
          cardToken,
          cardTokenSrc,
        });
        isFit(answer, isBase64 ? '' : text);
      }),
      { numRuns: 120 },
    );
  });
}

const listFields = 'dateTimeStart dateTimeEnd limit nextToken clientId cmd type amt __proto__'.split(' ');
const listBody = () => ({
  dateTimeStart: dateText(Date.now() - 3_600_000),
  dateTimeEnd: dateText(Date.now() + 3_600_000),
  limit: 3,
  nextToken: JSON.stringify({ merchantRef: 'A', clientId, dateTime: dateText(Date.now() - 1_000_000) }),
});

test('15.1: any value in any field of a payment link', async () => {
  const link = { amt: 1_280, ...goods, webhookUrl: pages.webhookUrl, durationHr: 24 };
  const linkNames = [...names, 'durationHr'];
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const reference = `L${merchant.newReference()}`.replace(/-x$/, '').slice(0, 22);
      const text = bodyText({ clientId, merchantRef: reference, ...link }, changes, linkNames);
      const answer = await merchant.send({ method: 'PUT', noun: 'paymentlink', reference, body: text });
      isFit(answer, text);
      const asked = await merchant.send({ method: 'GET', noun: 'paymentlink', reference });
      assert.equal(asked.status, answer.status === 200 ? 200 : 404, text.slice(0, 500));
    }),
    { numRuns: 150 },
  );
});

test('16: any value in any field of a list, in its token too', async () => {
  const token = fc
    .tuple(fc.constantFrom('merchantRef', 'clientId', 'dateTime', 'other'), oddText)
    .map(([name, text]) =>
      JSON.stringify(
        `{"merchantRef":"A","clientId":"${clientId}","dateTime":"2026-01-01T00:00:00Z","${name}":${text}}`,
      ),
    );
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.option(token),
      fc.constantFrom('POST', 'PUT'),
      async (changes, nextToken, method) => {
        const { nextToken: own, ...rest } = listBody();
        const body = { ...rest, nextToken: nextToken === null ? own : (JSON.parse(nextToken) as string) };
        const text = bodyText(body, changes, listFields);
        isFit(await merchant.send({ method, reference: '', body: text }), text);
      },
    ),
    { numRuns: 150 },
  );
});

test('16: any text in any field of the query of a list', async () => {
  const text = fc.oneof(fc.constantFrom(...oddValues.map(String)), fc.string({ unit: 'binary', maxLength: 40 }));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...listFields), text, async (name, value) => {
      const parameters = new URLSearchParams({ ...listBody(), limit: '3' } as Record<string, string>);
      parameters.set(name, value);
      const path = `/v1/merchants/${clientId}/transactions?${parameters}`;
      isFit(await merchant.send({ method: 'GET', reference: '', path }), path);
    }),
    { numRuns: 80 },
  );
});

/** What a path may hold when it is written as it must be: no dots alone, which are folders. */
const pathText = fc
  .oneof(
    fc.constantFrom('\0', '\u202e', '%', '%00', 'a/b', 'a?b', '#', number, 'x'.repeat(300), "'; --", 'A_1'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  )
  .map((text) => text.toWellFormed())
  .filter((text) => !/^\.{1,2}$/.test(text));

test('2.5, 6: any text as reference and as client', async () => {
  await fc.assert(
    fc.asyncProperty(pathText, fc.boolean(), fc.constantFrom('GET', 'PUT'), async (text, asClient, method) => {
      const ids = asClient ? { clientId: text, reference: merchant.newReference() } : { reference: text };
      const body = method === 'PUT' ? bodies.CAPTURE! : undefined;
      const answer = await merchant.send({ method, ...ids, ...(body && { body }) });
      if (asClient) assert.equal(answer.status, 401, JSON.stringify(text));
      isFit(answer, JSON.stringify([method, text]));
    }),
    { numRuns: 120 },
  );
});

test('3.4: any text in the headers', async () => {
  const header = fc
    .string({ unit: 'binary', maxLength: 60 })
    .map((text) => text.replace(/[^\u0020-\u00ff]|\u007f/g, '~').trim());
  await fc.assert(
    fc.asyncProperty(header, fc.constantFrom('date', 'signature', 'contentType'), async (text, name) => {
      const answer = await merchant.send({ method: 'GET', reference: 'NOBODY-1', [name]: text });
      assert.equal(answer.status, name === 'contentType' ? 404 : 401, JSON.stringify([name, text]));
      isFit(answer, JSON.stringify([name, text]));
    }),
    { numRuns: 60 },
  );
});

test('2.1: a body that is no object of JSON', async () => {
  const bytes = [Buffer.from([0xff, 0xfe]), Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d])];
  const texts = ['', '[]', 'null', '"x"', '1', '{', '{}{}', '{"a":1,}', "{'a':1}", '\ufeff{', '['.repeat(30_000)];
  for (const body of [...bytes, ...texts, ...broken, ' '.repeat(70_000)]) {
    for (const [method, reference] of [
      ['PUT', merchant.newReference()],
      ['POST', ''],
    ] as const) {
      const answer = await merchant.send({ method, reference, body });
      assert.deepEqual([answer.status, answer.body.error], [400, 'Invalid JSON'], String(body).slice(0, 40));
    }
  }
});

test('7: any text as session', async () => {
  const { sessionId } = await merchant.openSession();
  const near = fc.tuple(fc.nat(sessionId.length), pathText).map(([at, text]) => sessionId.slice(0, at) + text);
  await fc.assert(
    fc.asyncProperty(fc.oneof(pathText, near), pathText, async (session, device) => {
      const query = new URLSearchParams({ deviceType: device });
      const response = await fetch(`${tollgate.url}/v1/sessions/${encodeURIComponent(session)}?${query}`);
      const { status, error } = (await response.json()) as Record<string, unknown>;
      assert.deepEqual([response.status, status, error], [404, 'NotValid', 'Unknown session'], session);
    }),
    { numRuns: 80 },
  );
});

test('nothing of it was an unexpected fault', () => {
  assert.deepEqual(
    tollgate.logLines.filter((line) => line.includes('a request failed')),
    [],
  );
});
