import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { dossierOf } from './books.ts';
import { diskOf, dumpOf, keepWal, type Needle, type Places, search, shapesOf, shapesOfNumber } from './canary.ts';
import { startServer } from './database.ts';
import { addGlobalpayMerchant } from './globalpay-merchant.ts';
import { startTollgate, until } from './installation.ts';
import { openPage, Payer, type TypedCard } from './payer.ts';
import { startReceiver } from './receiver.ts';
import { addSpiralMerchant } from './spiral-merchant.ts';

// Marked card numbers, security codes and names go through whole journeys, well and badly. Then they are looked for
// wherever the gateway and its database leave traces.

const server = await startServer();
const tollgate = await startTollgate({
  DATABASE_URL: server.url,
  TOLLGATE_TRUST_PROXY: '1',
  TOLLGATE_ACQUIRER_TIMEOUT_MS: '1500',
});
after(async () => {
  await tollgate.stop();
  await server.stop();
});
const { sql } = tollgate.installation;
await keepWal(sql);
const merchant = await addSpiralMerchant(tollgate);
const receiver = await startReceiver();

/** A number that no list knows, different in each run. */
const marked = (start: string, length = 16): string => {
  let digits = start;
  while (digits.length < length - 1) digits += randomInt(10);
  const sum = [...digits].reverse().reduce((all, digit, n) => {
    const value = Number(digit) * (n % 2 === 0 ? 2 : 1);
    return all + (value > 9 ? value - 9 : value);
  }, 0);
  return digits + ((10 - (sum % 10)) % 10);
};

const visa = marked('400012');
const mastercard = marked('555512');
const amex = marked('371112', 15);
const uzcard = marked('860012');
const humo = marked('986012');
/** Typed where no card number belongs. */
const stray = marked('400013');
/** Typed into requests that are refused, or that break. */
const broken = marked('400014');
const listed = {
  declined: '4000000000000036',
  challenged: '4000000000000002',
  late: '4000000000000077',
  silent: '4000000000000127',
  sample: '4440000009900010',
};
const code = '918';
/** The same code as other keyboards type it: long enough to be found byte for byte. */
const wideCode = '９ １ ８';
const wrongCode = '918273645546372819';
const holder = 'Quetzalcoatl van Kanarie';
const otp = '8402917365';

const numbers: readonly Needle[] = [
  ...shapesOfNumber('visa', visa, true),
  ...shapesOfNumber('mastercard', mastercard, true),
  ...shapesOfNumber('amex', amex, true),
  ...shapesOfNumber('uzcard', uzcard, true),
  ...shapesOfNumber('humo', humo, true),
  ...shapesOfNumber('stray', stray, true),
  ...shapesOfNumber('broken', broken, true),
  ...Object.entries(listed).flatMap(([name, number]) => shapesOfNumber(name, number, false)),
];
const codes: readonly Needle[] = [
  ...shapesOf('wide code', wideCode),
  ...shapesOf('wrong code', wrongCode),
  ...['"', "'", '=']
    .flatMap((before) => ['"', "'", '&', '\n'].map((behind) => `${before}${code}${behind}`))
    .map((form) => ({
      what: 'code',
      shape: JSON.stringify(form),
      bytes: Buffer.from(form),
    })),
  ...['code', 'cvv', 'cvc', 'csc']
    .flatMap((name) => [`${name}":${code}`, `${name}: ${code}`, `${name}=${code}`])
    .map((form) => ({
      what: 'code',
      shape: form,
      bytes: Buffer.from(form),
    })),
];
/** These may be seen by the payer alone. */
const secrets: Needle[] = [...shapesOf('holder', holder), ...shapesOf('one-time code', otp)];

/** Every answer that anybody got, and what it answers. */
const answers: { readonly asked: string; readonly answered: string; readonly isPage: boolean }[] = [];
const plainFetch = globalThis.fetch;
globalThis.fetch = async (url, request) => {
  const answer = await plainFetch(url, request);
  answers.push({
    asked: `${url}\n${request?.body ?? ''}`,
    answered: `${JSON.stringify([...answer.headers])}\n${await answer.clone().text()}`,
    isPage: answer.headers.get('content-type')?.startsWith('text/html') === true,
  });
  return answer;
};
after(() => {
  globalThis.fetch = plainFetch;
});

const begin = async (body: object = {}) => {
  const session = await merchant.openSession({ webhookUrl: `${receiver.url}/hook`, ...body });
  return { ...session, payer: await openPage(tollgate.url, session.sessionId) };
};

const pays = async (card: TypedCard, body: object = {}) => {
  const begun = await begin(body);
  await begun.payer.pay({ code: wideCode, holder, ...card });
  return begun;
};

const statusOf = async ({ reference }: { reference: string }) => (await merchant.query(reference)).body.status;

/** A row of text that is a cell or a JSON text of its own must not be the code either. */
const cellsWithCode = (dump: ReadonlyMap<string, string>): string[] =>
  [...dump].filter(([, rows]) => rows.split(/[\t\n]/).includes(code)).map(([table]) => `code (a cell) in ${table}`);

const everything = async (): Promise<{ places: Places; dump: Map<string, string> }> => {
  const dump = await dumpOf(sql);
  const metrics = await (await plainFetch(`${tollgate.url}/metrics`)).text();
  const notices = receiver.received.map(({ path, rawHeaders, text }) => `${path}\n${rawHeaders.join('\n')}\n${text}`);
  const places = new Map<string, Buffer>([
    ['log', Buffer.from(tollgate.logLines.join(''))],
    ['metrics', Buffer.from(metrics)],
    ['notices', Buffer.from(notices.join('\n'))],
    ...[...dump].map(([table, rows]): [string, Buffer] => [`table ${table}`, Buffer.from(rows)]),
    ...(await diskOf(sql, server.directory)),
  ]);
  return { places, dump };
};

/** An answer may repeat what its caller has just said (a token, an amount, an address); a page not even that. */
const leaksInAnswers = (needles: readonly Needle[]): string[] =>
  answers.flatMap(({ asked, answered, isPage }) => {
    const said = Buffer.from(isPage ? '' : asked);
    const unsaid = needles.filter(({ bytes }) => !said.includes(bytes));
    return search(unsaid, new Map([['an answer', Buffer.from(answered)]]));
  });

const leaks = async (): Promise<string[]> => {
  const { places, dump } = await everything();
  return [
    ...search([...numbers, ...codes, ...secrets], places),
    ...leaksInAnswers([...numbers, ...codes]),
    ...cellsWithCode(dump),
  ];
};

test('journeys that end well: paid, kept and charged again, 3-D Secure passed, on every kind of card', async () => {
  const grouped = visa.replace(/\d{4}(?=\d)/g, '$& ');
  const paid = await pays({ number: grouped });
  assert.equal(await statusOf(paid), 'Approved');
  const { cardToken, orderId } = (await merchant.query(paid.reference)).body;
  const charge = { type: 'VM', amt: 5, goodsName: 'Refill', cardToken, cardTokenSrc: 'SPIRAL' };
  for (const cmd of ['SALE', 'AUTH'])
    assert.equal((await merchant.put(merchant.newReference(), { cmd, ...charge })).body.status, 'Approved');
  const refund = await merchant.put(merchant.newReference(), { cmd: 'REFUND', orderId, amt: 1 });
  assert.equal(refund.body.status, 'Approved');

  assert.equal(await statusOf(await pays({ number: mastercard, code })), 'Approved');
  assert.equal(
    await statusOf(await pays({ number: amex, code: '9182' }, { type: 'AMEX', cmd: 'AUTHSESSION' })),
    'Approved',
  );
  assert.equal(await statusOf(await pays({ number: listed.sample, code }, { goodsName: 'Lamp' })), 'Approved');

  const confirmed = await pays({ number: listed.challenged });
  // While the issuer is asked, number and code wait sealed, and what opens the code is with the payer alone.
  const [kept] = await sql.unsafe(
    `select (select count(*)::int from vault.codes) codes, (select count(*)::int from vault.cards) cards`,
  );
  assert.equal(kept!.codes, 1);
  assert.ok(kept!.cards >= 1);
  const key = confirmed.payer.cookies
    .find((cookie) => cookie.startsWith('challenge-key='))!
    .slice('challenge-key='.length);
  assert.ok(Buffer.from(key, 'base64').length >= 16);
  secrets.push(...shapesOf('one-time key', key), {
    what: 'one-time key',
    shape: 'raw',
    bytes: Buffer.from(key, 'base64url'),
  });
  await confirmed.payer.confirm();
  assert.equal(await statusOf(confirmed), 'Approved');
  assert.deepEqual([...(await sql.unsafe('select 1 from vault.codes'))], []);
});

test('journeys through one-time codes: on the page and at the Gate, right and wrong, with log-ins and tokens', async () => {
  const shop = await addGlobalpayMerchant(tollgate, { callbackUrl: `${receiver.url}/globalpay` });
  const { body: tokens } = await shop.logIn();
  secrets.push(
    ...shapesOf('password', shop.password),
    ...shapesOf('access token', tokens.access_token),
    ...shapesOf('refresh token', tokens.refresh_token),
  );
  const token = await shop.createToken({ description: `Atlas ${stray}` });
  const payer = await new Payer(token.userRedirectUrl).go();
  await payer.pay({ number: uzcard, expiry: '11/28', holder });
  await payer.submit('/otp', { code: '222222' });
  await payer.submit('/otp', { code: otp });
  await payer.submit('/otp', { code: '111111' });
  const { status, id } = await shop.status(token.id);
  assert.equal(status, 'APPROVED');
  const paid = await shop.createToken();
  const abroad = await new Payer(paid.userRedirectUrl).go();
  await abroad.pay({ number: visa, expiry: '11/28', code: wideCode, holder });
  await abroad.confirm();
  assert.equal((await shop.status(paid.id)).status, 'APPROVED');
  const bound = await shop.boundCard(humo);
  const { body: begun } = await shop.init('3000000');
  assert.equal((await shop.perform(begun, bound)).body.status, 'APPROVED');
  const abroadCard = await shop.boundCard(mastercard, { cardHolderName: holder });
  const { body: other } = await shop.init('3000000');
  await shop.perform(other, abroadCard, { cardSecurityCode: code }, 'v2');
  await shop.call(`/payments/v1/payment/revert/partial/${id}?percent=50&ext=RF`);
  for (const body of [
    { cardNumber: broken },
    { cardNumber: `${uzcard}1`, expiryDate: '2811' },
    `{"cardNumber":"${broken}`,
  ]) {
    assert.equal((await shop.call('/cards/v1/card', { body })).status, 400);
  }
  for (const path of [`/checkout/v1/payment/${broken}`, `/cards/v1/card/${broken}`, `/checkout/pay/${broken}`]) {
    await fetch(tollgate.url + path, { headers: { authorization: `Bearer ${broken}` } });
  }
});

test('journeys that end badly: declined, 3-D Secure failed, left and cancelled, answers late or never', async () => {
  assert.equal(await statusOf(await pays({ number: listed.declined })), 'Declined');
  const failed = await pays({ number: listed.challenged });
  await failed.payer.confirm({ otp });
  assert.equal(await statusOf(failed), 'Declined');
  const cancelled = await pays({ number: listed.challenged, code });
  await cancelled.payer.cancel();
  assert.equal(await statusOf(cancelled), 'Cancelled');
  const left = await pays({ number: listed.challenged, code });
  assert.equal(await statusOf(left), 'Unconfirmed');
  for (const number of [listed.late, listed.silent])
    assert.equal(await statusOf(await pays({ number })), 'Unconfirmed');
});

test('a card number in the fields of a merchant, and in every field of the form', async () => {
  const spaced = stray.replace(/\d{4}(?=\d)/g, '$& ');
  const typed = {
    goodsName: `Lamp ${stray}`,
    goodsDesc: `paid with ${spaced}, ${stray.replace(/\d{4}(?=\d)/g, '$&-')}`,
    metadata: { note: stray, pan: Number(stray), [stray]: [spaced] },
  };
  const { payer } = await begin(typed);
  await payer.pay({ number: visa });
  for (const metadata of [`"${stray}"`, spaced]) await begin({ metadata });
  const charge = { cmd: 'SALE', type: 'VM', amt: 5, goodsName: 'Refill' };
  for (const cardTokenSrc of ['SPIRAL', 'APPLE_PAY', 'GOOGLE_PAY']) {
    for (const cardToken of [stray, JSON.stringify({ pan: stray })])
      await merchant.put(merchant.newReference(), { ...charge, cardToken, cardTokenSrc });
  }
  const form = (await begin()).payer;
  for (const wrong of [
    { holder: stray },
    { holder: spaced },
    { expiry: stray },
    { code: stray },
    { number: `${stray}1` },
  ]) {
    await form.pay({ number: visa, code: wrongCode, holder, ...wrong });
    assert.equal(form.page.status, 422);
  }
  const { action, fields } = form.filled({ number: visa, code });
  for (const path of ['', '/cancel', '/return']) {
    const target = `${action.href.replace(/\?.*/, '')}${path}?locale=en_US&number=${stray}`;
    await form.request(target, {
      ...fields,
      other: stray,
      cres: stray,
      threeDSSessionData: `${stray}.${stray}`,
      creq: stray,
    });
  }
  const bank = await pays({ number: listed.challenged });
  await bank.payer.toIssuer();
  await bank.payer.answer({ otp: stray });
  await fetch(`${tollgate.url}/sandbox/issuer/challenge`, {
    method: 'POST',
    body: new URLSearchParams({ creq: stray, otp: stray }),
  });
});

test('requests that cannot be read, and addresses and headers with a card number in them', async () => {
  const { sessionId } = await begin();
  const page = `${tollgate.url}/pay/${encodeURIComponent(sessionId)}`;
  const posts: [string, Record<string, string>, string][] = [
    [page, { 'content-type': 'application/json' }, JSON.stringify({ number: broken })],
    [page, { 'content-type': 'text/plain' }, `number=${broken}`],
    [
      page,
      { 'content-type': 'multipart/form-data; boundary=x' },
      `--x\r\nContent-Disposition: form-data; name="number"\r\n\r\n${broken}\r\n--x--`,
    ],
    [page, { 'content-type': 'application/x-www-form-urlencoded' }, `number=${broken}&pad=${'x'.repeat(5_000)}`],
    [
      page,
      { 'content-type': 'application/x-www-form-urlencoded' },
      `number=${broken}&number=${broken}&number[x]=${broken}&code=${wrongCode}`,
    ],
    [`${page}/return`, { 'content-type': 'application/x-www-form-urlencoded' }, `cres=${broken.repeat(5_000)}`],
    [
      `${tollgate.url}/sandbox/acquirer/sale`,
      { 'content-type': 'application/json' },
      JSON.stringify({ card: { number: broken } }),
    ],
    [`${tollgate.url}/sandbox/acquirer/sale`, { 'content-type': 'application/json' }, `{"card":{"number":${broken}`],
  ];
  for (const [url, headers, body] of posts) {
    const { status } = await fetch(url, { method: 'POST', redirect: 'manual', headers, body });
    assert.ok(status >= 400, `${status} ${url}`);
  }
  for (const path of [
    `/pay/${broken}`,
    `/pay/MPGS${broken}`,
    `/nothing/${broken}`,
    `/v1/nothing?pan=${broken}`,
    `/health?pan=${broken}`,
  ]) {
    await fetch(tollgate.url + path, {
      headers: {
        'user-agent': broken,
        referer: `http://x.example/?pan=${broken}`,
        cookie: `pan=${broken}`,
        'x-forwarded-for': broken,
      },
    });
  }
  const reference = merchant.newReference();
  for (const body of [
    `{"cmd":"SALE","goodsName":"${broken}"`,
    `${broken}`,
    `{"amt":${broken}}`,
    `{"goodsName":"${'x'.repeat(66_000)}${broken}"}`,
  ])
    assert.equal((await merchant.send({ method: 'PUT', reference, body })).status, 400);
  for (const wrong of [{ date: broken }, { signature: broken }])
    assert.equal((await merchant.send({ method: 'GET', reference, ...wrong })).status, 401);
});

test('faults of our own with a card at hand', async () => {
  const without = async (table: string, work: () => Promise<unknown>) => {
    await sql.unsafe(`alter table ${table} rename to gone`);
    try {
      await work();
    } finally {
      await sql.unsafe(`alter table ${table.split('.')[0]}.gone rename to ${table.split('.')[1]}`);
    }
  };
  const card = { number: broken, code: wideCode, holder };
  const statuses: number[] = [];
  for (const [table, number] of [
    ['tollgate.attempts', broken],
    ['tollgate.events', broken],
    ['sandbox.transactions', broken],
    ['vault.cards', broken],
  ] as const) {
    const { payer } = await begin();
    await without(table, async () => {
      await payer.pay({ ...card, number });
      statuses.push(payer.page.status);
    });
  }
  const { payer } = await begin();
  await without('vault.codes', async () =>
    statuses.push((await payer.pay({ ...card, number: listed.challenged })).page.status),
  );
  assert.ok(statuses.filter((status) => status === 500).length >= 2, `${statuses}`);
  assert.ok(tollgate.logLines.some((line) => line.includes('checkout failed')));
  // A constraint that is broken has PostgreSQL quote the row in its own log.
  await assert.rejects(sql.unsafe(`insert into tollgate.payments select * from tollgate.payments limit 1`));
});

test('time goes by: what was late or left ends, what was sealed for it is forgotten, and every notice is out', async () => {
  await until('every end', async () => {
    await tollgate.advance(10_000);
    const [row] = await sql.unsafe(`select count(*)::int n from tollgate.attempts where due_at is not null`);
    return row!.n === 0;
  });
  await tollgate.advance(2 * 3_600_000);
  await tollgate.installation.vault.cards.purge(tollgate.installation.clock.now());
  assert.deepEqual([...(await sql.unsafe('select 1 from vault.codes'))], []);
  await until('the notices', async () => {
    const [row] = await sql.unsafe(`select count(*)::int n from tollgate.notices where state = 'due'`);
    return row!.n === 0 && receiver.received.length > 10;
  });
  // Only kept cards are left in the vault, and each has a token.
  const [row] = await sql.unsafe(`
    select (select count(*)::int from vault.cards) sealed,
      (select count(distinct vault_ref)::int from tollgate.stored_cards) kept`);
  assert.equal(row!.sealed, row!.kept);
});

test('none of it is in a log, a table, the WAL, a file of the database, a notice, an answer or a metric', async () => {
  const kek = readFileSync(join(tollgate.environment.TOLLGATE_DATA!, 'kek'), 'utf8');
  secrets.push(...shapesOf('key-encryption key', kek), {
    what: 'key-encryption key',
    shape: 'raw',
    bytes: Buffer.from(kek, 'base64'),
  });
  secrets.push({ what: 'a private key', shape: 'PEM', bytes: Buffer.from('PRIVATE KEY-----') });
  assert.deepEqual(await leaks(), []);
});

test('what may be shown is there: the journeys did take place', async () => {
  const { places } = await everything();
  const wal = [...places].filter(([name]) => name.startsWith('pg_wal/')).map(([, content]) => content);
  for (const number of [visa, mastercard, amex]) {
    const shown = Buffer.from(`${number.slice(0, 6)}xxxxxx${number.slice(-4)}`);
    assert.ok(places.get('notices')!.includes(shown));
    assert.ok(wal.some((content) => content.includes(shown)));
  }
  assert.ok(places.get('table tollgate.operations')!.includes(`${stray.slice(0, 6)}xxxxxx${stray.slice(-4)}`));
  assert.ok(places.get('log')!.length > 10_000);
  assert.ok(places.get('server.log')!.length > 0);
  const { view } = await dossierOf(tollgate, (await merchant.openSession()).reference);
  assert.equal(view.operations[0]!.state, 'waiting');
});

test('and had it been there, it would have been found: in every place, in every shape', async () => {
  const planted = await merchant.openSession();
  const { view } = await dossierOf(tollgate, planted.reference);
  const row = [view.payment.merchantId, view.payment.id] as const;
  const plant = (text: string) =>
    sql.unsafe(`update tollgate.operations set memo = $3 where merchant_id = $1 and payment_id = $2`, [...row, text]);
  await plant(`{"v":1,"pan":"${visa}","cvv":"${code}","name":"${holder}"}`);
  await sql.unsafe(`update tollgate.operations set reason = $3 where merchant_id = $1 and payment_id = $2`, [
    ...row,
    code,
  ]);
  const found = await leaks();
  for (const what of ['visa (plain)', 'visa (first 11 digits)', 'code ("\\"918\\"")', 'holder (plain)']) {
    assert.ok(found.includes(`${what} in table tollgate.operations`), what);
    for (const place of ['pg_wal/', 'base/'])
      assert.ok(
        found.some((leak) => leak.startsWith(`${what} in ${place}`)),
        `${what} in ${place}`,
      );
  }
  assert.ok(found.includes('code (a cell) in tollgate.operations'));
  await plant('{"v":1}');
  // A row that is gone from the table is not gone from the WAL.
  const later = await leaks();
  assert.ok(!later.includes('visa (plain) in table tollgate.operations'));
  assert.ok(later.some((leak) => leak.startsWith('visa (plain) in pg_wal/')));

  tollgate.logLines.push(`{"msg":"${mastercard}"}\n`);
  answers.push({ asked: amex, answered: `{"pan":"${amex}"}`, isPage: true });
  answers.push({ asked: '', answered: visa, isPage: false });
  receiver.received.push({ path: `/${stray}`, headers: {}, rawHeaders: [], text: '' });
  const elsewhere = await leaks();
  for (const leak of [
    'mastercard (plain) in log',
    'amex (plain) in an answer',
    'visa (plain) in an answer',
    'stray (plain) in notices',
  ])
    assert.ok(elsewhere.includes(leak), leak);

  for (const needle of [...numbers, ...codes, ...secrets]) {
    const place = Buffer.concat([Buffer.from('… '), needle.bytes, Buffer.from(' …')]);
    assert.deepEqual(search([needle], new Map([['x', place]])), [`${needle.what} (${needle.shape}) in x`]);
  }
  for (const before of ['', 'x', 'xy']) {
    const text = Buffer.from(`${before}${visa} and more`).toString('base64');
    assert.ok(search(numbers, new Map([['x', Buffer.from(text)]])).some((leak) => leak.startsWith('visa (base64')));
  }
});
