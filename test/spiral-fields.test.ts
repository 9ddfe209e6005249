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
import { type Answer, addSpiralMerchant, dateText, newKeys, pemOf } from './spiral-merchant.ts';

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

const number = '4440000009900010';
const statuses = 'Approved Declined Unconfirmed Cancelled Timeout PartialPaid OverPaid'.split(' ');

/** The error texts of section 4.3 by HTTP status. */
const errors: Readonly<Record<number, RegExp>> = {
  400: /^(?:Invalid JSON|(?:Missing|Invalid) field: [A-Za-z]+|Path and body do not match: (?:clientId|merchantRef)|(?:Invalid|Duplicate) merchantRef)$/,
  401: /^(?:Invalid signature|Request expired|Unknown client)$/,
  404: /^Unknown (?:transaction|order|payment link)$/,
  501: /^Operation not supported$/,
};

/** That the answer (whose signature is checked already) is one of section 4, and says nothing that it must not. */
const isFit = ({ status, body, text }: Answer, sent: string): void => {
  const about = `${status} ${text.slice(0, 500)} for ${sent.slice(0, 500)}`;
  if (status === 200) assert.ok(statuses.includes(body.status) || Array.isArray(body.txns), about);
  else {
    assert.match(String(body.error), errors[status] ?? /^there is no such status$/, about);
    assert.equal(body.status, 'NotValid', about);
  }
  // Ids and addresses go back as they came: they are no place for a card number, and cannot work without their digits.
  const { merchantRef, clientId, successUrl, failureUrl, webhookUrl, txnId, orderId, sessionId, ...others } = body;
  const { paymentLinkUrl, ...rest } = others;
  assert.equal(JSON.stringify(rest).replace(/[^\d]/g, '').includes(number), false, about);
};

const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

/** JSON texts of values that no field, or another one, expects. */
const oddTexts: readonly string[] = [
  ...['null', 'true', 'false', '[]', '{}', '[null]', '""', '" "', '"null"', '"__proto__"', '"constructor"'],
  ...['0', '-0', '-1', '1e2', '1E+2', '1e-2', '0.1e1', '1e308', '1e400', '1e-400', '1.234', '100.50', '5e-324'],
  ...['9007199254740993', '9999999999.99', '9999999999.995', `1${'0'.repeat(300)}`, `0.${'0'.repeat(300)}1`],
  ...['"268.5"', '"1e2"', '"0"', '"NaN"', '"Infinity"', '"365"', '365', '366', '1.0'],
  ...[
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ud83d\\ude00"',
    '"\\u202e"',
    '"\u2028"',
    '"a\\u0000b"',
    '"\\ufeff"',
  ],
  ...['"HKD"', '"hkd"', '"CNY"', '"VM"', '"vm"', '"FPS"', '"PAYME"', '"AMEX"', '"SALE"', '"REFUND"', '"VOID"', '"WEB"'],
  ...['"SPIRAL"', '"APPLE_PAY"', '"GOOGLE_PAY"', '"TKSIM00000000001"', '"TKSIM00000000051"', '"tksim"'],
  ...[
    '"http://127.0.0.1:9/"',
    '"HTTP://127.0.0.1:9/\\u00e9?\\ud83d\\ude00"',
    '"http://"',
    '"http:///x"',
    '"http://[::1"',
  ],
  ...['"about:blank"', '"javascript:alert(1)"', '"https://a b"', '"https://\\ud800"', '"http://127.0.0.1:99999/"'],
  ...[
    '"00000000-0000-0000-0000-000000000000"',
    '"------------------------------------"',
    '"ffffffff-ffff-8fff-bfff-ffffffffffff"',
  ],
  ...['"2026-01-01T00:00:00Z"', '"9999-12-31T23:59:59Z"', '"0000-01-01T00:00:00Z"', '"2026-02-30T00:00:00Z"'],
  ...[`"${number}"`, number, '"4440 0000 0990 0010"', '"4440-0000-0990-0010"', '"\\u0034440000009900010"'],
  ...[`{"pan":${number},"${number}":["${number}"]}`, `[${number}]`, `-${number}`, `${number}.0`, `${number}e0`],
  ...[128, 129, 513, 2_049, 4_097, 20_000].map((length) => JSON.stringify('x'.repeat(length))),
  ...[64, 5_000, 15_000].flatMap((depth) => [
    nested('[', ']', depth),
    `${'{"a":'.repeat(depth / 2)}1${'}'.repeat(depth / 2)}`,
  ]),
];

/** What is no JSON at all. */
const broken: readonly string[] = [
  'NaN',
  'undefined',
  '01',
  '.5',
  '1.',
  '+1',
  "'x'",
  '"\t"',
  '"\\x"',
  '"',
  '[',
  '1,',
  '',
];

const oddText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...oddTexts) },
  { weight: 1, arbitrary: fc.constantFrom(...broken) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }).map((text) => JSON.stringify(text)) },
  { weight: 2, arbitrary: fc.json({ maxDepth: 4, noUnicodeString: false }) },
  { weight: 1, arbitrary: fc.double().map(String) },
);

/** A change to a body: a member left out, replaced, or there twice with the odd value first or last. */
const change = fc.record({
  which: fc.nat(),
  how: fc.constantFrom('left out', 'replaced', 'twice, odd first', 'twice, odd last'),
  text: oddText,
});

type Change = typeof change extends fc.Arbitrary<infer Made> ? Made : never;

/** Members of every message, so that each meets each command. */
const names =
  'clientId merchantRef cmd type amt goodsName goodsDesc channel cardToken cardTokenSrc successUrl failureUrl webhookUrl metadata duration currency orderId terminalId batchId __proto__ toString'.split(
    ' ',
  );

const bodyText = (body: object, changes: readonly Change[], known: readonly string[]): string => {
  let members: (readonly [string, string])[] = Object.entries(body).map(([name, value]) => [
    name,
    JSON.stringify(value),
  ]);
  for (const { which, how, text } of changes) {
    // Half of the changes meet a member that the body has.
    const own = Object.keys(body);
    const pick = which % 2 ? known : own;
    const name = pick[Math.floor(which / 2) % pick.length]!;
    const others = members.filter(([other]) => other !== name);
    const old = members.filter(([other]) => other === name);
    const odd = [[name, text]] as const;
    if (how === 'left out') members = others;
    else if (how === 'replaced') members = [...others, ...odd];
    else members = how === 'twice, odd first' ? [...odd, ...members] : [...others, ...old, ...odd];
  }
  return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
};

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
