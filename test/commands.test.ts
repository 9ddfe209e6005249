import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { wireId } from '../src/kit/ids.ts';
import { freePort, testDatabase } from './database.ts';
import { startTollgate, until } from './installation.ts';
import { Program, runCommand } from './program.ts';
import { startReceiver } from './receiver.ts';
import { newKeys, pemOf, spiralClient } from './spiral-merchant.ts';

// The operator's program, as processes of their own beside a server that runs.

const tollgate = await startTollgate();
const receiver = await startReceiver();
const folder = mkdtempSync(join(tmpdir(), 'tollgate-commands-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const tell = (...words: string[]) => runCommand(words, tollgate.environment);

/** The lines that a command prints; it must succeed and complain of nothing. */
const lines = async (...words: string[]): Promise<string[]> => {
  const { code, stdout, stderr } = await tell(...words);
  assert.deepEqual([code, stderr], [0, ''], words.join(' '));
  return stdout.trimEnd().split('\n');
};

// biome-ignore lint/suspicious/noExplicitAny: as a script reads it.
const json = async (...words: string[]): Promise<any> => JSON.parse((await lines(...words, '--json')).join('\n'));

/** What a mistake is answered with: exit code 2 and one text, no stack. */
const mistake = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await tell(...words);
  assert.deepEqual([code, stdout], [2, ''], words.join(' '));
  assert.doesNotMatch(stderr, /\bat .*:\d+:\d+|Error:/);
  return stderr.trimEnd();
};

/** Commands for people and for scripts print the same things; all may run at once. */
const all = <T extends readonly unknown[]>(...work: { [K in keyof T]: Promise<T[K]> }): Promise<T> =>
  Promise.all(work) as unknown as Promise<T>;

const keyFile = (name: string, pem: string): string => {
  const file = join(folder, name);
  writeFileSync(file, pem);
  return file;
};

let gatewayKey: string | undefined;

/** A merchant set up by commands alone, and its client. */
const setUp = async (clientId: string) => {
  const { privateKey, publicKey } = newKeys();
  const file = keyFile(`${clientId}.pem`, pemOf(publicKey));
  const { id } = await json('merchant', 'add', `Shop of ${clientId}`);
  const made = await json('credential', 'add', String(id), 'spiral', '--client-id', clientId, '--public-key', file);
  gatewayKey ??= (await json('key', 'show', 'spiral')).publicKey as string;
  return {
    id: id as number,
    file,
    made,
    gatewayKey,
    ...spiralClient({ url: tollgate.url, clientId, privateKey, gatewayKey }),
  };
};

const merchant = await setUp('commands-1');
const sale = {
  cmd: 'SALE',
  type: 'VM',
  amt: 12.5,
  goodsName: 'Refill',
  cardToken: 'TKSIM00000000001',
  cardTokenSrc: 'SPIRAL',
};

test('merchant add, credential add and key show let a client in: its signed request is answered, signed', async () => {
  assert.deepEqual(
    [merchant.made.merchantId, merchant.made.wireName, merchant.made.shopMade],
    [merchant.id, 'commands-1', true],
  );
  const answer = await merchant.put('CMD-000-1', sale);
  assert.deepEqual([answer.status, answer.body.status], [200, 'Approved']);
});

test('the same commands print lines for people', async () => {
  const [[added], listed, shown] = await all<[string[], string[], string[]]>(
    lines('merchant', 'add', 'Harbour Books & Co. 海港'),
    lines('merchant', 'list'),
    lines('key', 'show', 'spiral'),
  );
  assert.match(added!, /^merchant \d+: Harbour Books & Co\. 海港$/);
  assert.match(listed[0]!, /^number +state +name$/);
  assert.ok(listed.some((line) => new RegExp(`^${merchant.id} +active +Shop of commands-1$`).test(line)));
  assert.equal(`${shown.join('\n')}\n`, merchant.gatewayKey);
});

test('a second key is taken beside the first, the same key again changes nothing, and a third retires the oldest', async () => {
  const client = await setUp('commands-3');
  const add = (file: string) => {
    const options = ['--client-id', 'commands-3', '--public-key', file];
    return lines('credential', 'add', String(client.id), 'spiral', ...options);
  };
  const [second, third] = [newKeys(), newKeys()];
  const statusWith = async (key = client.account.privateKey) =>
    (await client.send({ method: 'GET', reference: 'NOPE-1', key })).status;
  assert.match((await add(client.file))[0]!, /^shop commands-3 of merchant \d+ accepts this key on spiral$/);
  await add(keyFile('second.pem', pemOf(second.publicKey)));
  // A server remembers a shop for a few seconds.
  await until('the second key to count', async () => (await statusWith(second.privateKey)) === 404);
  assert.equal(await statusWith(), 404);
  await add(keyFile('third.pem', pemOf(third.publicKey)));
  await until('the third key to count', async () => (await statusWith(third.privateKey)) === 404);
  assert.deepEqual([await statusWith(second.privateKey), await statusWith()], [404, 401]);
});

test('credential add makes a member with keys from files, and another key ends the old one', async () => {
  const { id } = await json('merchant', 'add', 'Kettle');
  const key = 'S3cureKeyForTests0123456789abcdEF';
  const [first, second] = [keyFile('key', `${key}\n`), keyFile('other-key', `${key}2\n`)];
  const member = ['--member-id', '4812', '--username', 'kettle', '--partner-id', '88'];
  const partner = ['--partner-key-file', first, '--partner-username', 'kettles'];
  const add = (...more: string[]) => lines('credential', 'add', String(id), 'transaction-services', ...member, ...more);
  const added = await add('--secret-key-file', first, ...partner);
  assert.deepEqual(added, [`new shop 4812 of merchant ${id} accepts the login kettle on transaction-services`]);
  const code = async (path: string, fields: Record<string, string>) => {
    const answer = await fetch(`${tollgate.url}/transactionServices/REST/v1/${path}`, {
      method: 'POST',
      body: new URLSearchParams({ 'authentication.partnerId': '88', ...fields }),
    });
    return ((await answer.json()) as { result: { code: string } }).result.code;
  };
  const byKey = (sKey: string) => code('authToken', { 'merchant.username': 'kettle', 'authentication.sKey': sKey });
  assert.deepEqual([await byKey(key), await byKey(`${key}2`)], ['200', '403']);
  const asPartner = { 'partner.userName': 'kettles', 'authentication.sKey': key };
  assert.equal(await code('partnerAuthToken', asPartner), '200');
  await add('--secret-key-file', second);
  await until('the other key to count', async () => (await byKey(`${key}2`)) === '200');
  assert.equal(await byKey(key), '403');
});

test('credential add makes a login with a password from a file, and credential revoke ends its tokens', async () => {
  const { id } = await json('merchant', 'add', 'Bookshop');
  const passwordFile = keyFile('password', 'a long and winding word\n');
  const options = ['--login', 'bookshop', '--service-id', '4711', '--name', 'Books'];
  const add = (...more: string[]) => lines('credential', 'add', String(id), 'globalpay', ...options, ...more);
  const added = await add('--password-file', passwordFile);
  assert.deepEqual(added, [`new shop 4711 of merchant ${id} accepts the login bookshop on globalpay`]);

  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${tollgate.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const logIn = (password: string) => post('/checkout/v1/merchant/auth', { username: 'bookshop', password });
  const refresh = (token?: string) => post('/checkout/v1/merchant/auth/refresh', { refresh_token: token });
  const asks = async (token?: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${tollgate.url}/merchants/v1/services/4711`, { headers })).status;
  };
  assert.equal((await logIn('a long and winding word\n')).status, 401);
  const tokens = await logIn('a long and winding word');
  assert.deepEqual([tokens.status, await asks(tokens.body.access_token)], [200, 200]);

  const revoked = await json('credential', 'revoke', String(id), 'globalpay');
  assert.deepEqual(revoked, { merchantId: id, api: 'globalpay', endedCount: 2 });
  assert.equal((await refresh(tokens.body.refresh_token)).status, 401);
  await until('the server to have forgotten the token', async () => (await asks(tokens.body.access_token)) === 401);
  assert.match((await lines('credential', 'revoke', String(id), 'globalpay'))[0]!, /: 0 ended$/);

  const again = await add('--password', 'another long word', '--callback-url', 'https://books.example/paid');
  assert.deepEqual(again, [`shop 4711 of merchant ${id} accepts the login bookshop on globalpay`]);
  assert.equal((await logIn('a long and winding word')).status, 401);
  assert.equal((await logIn('another long word')).status, 200);
  const shop = (await json('shop', 'list')).find(({ wireName }: { wireName: string }) => wireName === '4711');
  assert.deepEqual([shop.settings.name, shop.settings.callbackUrl], ['Books', 'https://books.example/paid']);
});

test('shop list shows the switches, and shop set changes them and the state of a shop in the running server', async () => {
  const client = await setUp('commands-4');
  const file = keyFile('switches.json', '{"types":["AMEX"]}');
  const changed = await json('shop', 'set', 'spiral', 'commands-4', '--switches', file);
  assert.deepEqual([changed.state, changed.settings.types, changed.settings.sessionMinutes], ['active', ['AMEX'], 30]);
  const known = (await json('shop', 'list')).find(({ wireName }: { wireName: string }) => wireName === 'commands-4');
  assert.deepEqual([known.merchantId, known.settings], [client.id, changed.settings]);
  await until('the switch to count', async () => (await client.put(client.newReference(), sale)).status === 501);
  const [line] = await lines('shop', 'set', 'spiral', 'commands-4', '--state', 'disabled');
  assert.match(line!, /^spiral commands-4: disabled, /);
  await until('the shop to be shut', async () => {
    const { status, body } = await client.query('NOPE-1');
    return status === 401 && body.error === 'Unknown client';
  });
});

test('payment unasked lists what nobody asked for, on an API whose merchants must ask', async () => {
  const { id } = await json('merchant', 'add', 'Bookshop that asks');
  const key = ['--store-name', 'commands-5', '--api-key', 'x'.repeat(30)];
  await json('credential', 'add', String(id), 'bigfish', ...key);
  assert.deepEqual(await json('payment', 'unasked', 'bigfish', 'commands-5', '--limit', '3'), []);
  assert.equal(await mistake('payment', 'unasked', 'spiral', 'commands-1'), 'merchants need not ask on spiral');
});

test('payment show finds a payment by our id, by both ids of the wire, and by the reference', async () => {
  const { body } = await merchant.put('CMD-SHOW-1', { ...sale, cmd: 'AUTH' });
  await merchant.put('CMD-SHOW-2', { cmd: 'CAPTURE', orderId: body.orderId, amt: 12 });
  const [shown] = await json('payment', 'show', 'CMD-SHOW-2');
  const { payment, operations, attempts } = shown.view;
  assert.deepEqual([payment.state, payment.authorizedMinor, payment.capturedMinor], ['approved', '1250', '1200']);
  assert.deepEqual([operations.length, attempts[0].card.first6, attempts[0].card.last4], [2, '444000', '0010']);
  const same = await Promise.all(
    [payment.id, body.orderId, body.txnId, 'CMD-SHOW-1'].map((name) => json('payment', 'show', name)),
  );
  for (const [found] of same) assert.deepEqual(found, shown);
  const text = (await lines('payment', 'show', 'CMD-SHOW-1')).join('\n');
  for (const part of [
    payment.id,
    body.orderId,
    '12.50 HKD',
    '12.00 HKD',
    'capture',
    'CMD-SHOW-2',
    'visa 444000…0010',
    'acquirer:sandbox',
  ])
    assert.ok(text.includes(part), part);
});

test('payment show lists the payments of several shops that use one reference', async () => {
  const other = await setUp('commands-2');
  for (const client of [merchant, other]) await client.put('CMD-BOTH-1', sale);
  const found = await json('payment', 'show', 'CMD-BOTH-1');
  assert.deepEqual(
    found.map(({ view }: { view: { payment: { merchantId: number } } }) => view.payment.merchantId).sort(),
    [merchant.id, other.id],
  );
});

test('shop rules puts limits in, shows and ends them; the running server keeps to them; what makes no sense is refused', async () => {
  const client = await setUp('commands-6');
  const rules = (text: string) => ['shop', 'rules', 'spiral', 'commands-6', '--rules', keyFile('rules.json', text)];
  const limit = '{"of":"shop","window":"day","amount":"20.00","currency":"HKD"}';
  const shown = await json(...rules(`{"limits":[${limit}],"blocked":{"countries":["kp"]}}`));
  assert.deepEqual(shown.limits[0].amountMinor, '2000');
  assert.deepEqual(shown.blocked.countries, ['KP']);
  assert.match(
    (await lines('shop', 'rules', 'spiral', 'commands-6')).join('\n'),
    /shop +day +20\.00 HKD[\s\S]*countries +KP/,
  );
  await until('the limit to count', async () => {
    const { body } = await client.put(client.newReference(), sale);
    return body.status === 'Rejected' || body.error !== undefined || body.status === 'Declined';
  });
  assert.match(await mistake(...rules(`{"limits":[{"of":"shop"}]}`)), /"window"/);
  await lines(...rules('{}'));
  await until('the limit to be gone', async () => (await client.put(client.newReference(), sale)).status < 300);
});

test('sandbox clock advance makes a session end in the running server, and its notice is listed and replayed', async () => {
  const webhookUrl = `${receiver.url}/hook`;
  const { reference } = await merchant.openSession({ webhookUrl });
  const moved = await json('sandbox', 'clock', 'advance', '29m');
  assert.equal(moved.offsetMs, 29 * 60_000);
  assert.equal((await merchant.query(reference)).body.status, 'Unconfirmed');
  assert.match((await lines('sandbox', 'clock', 'advance', '1m1s'))[0]!, /^the business clock stands at \d{4}-.*Z$/);
  await until('the notice', () => receiver.received.length === 1);
  assert.equal((await merchant.query(reference)).body.status, 'Timeout');

  const [notice, ...others] = await until('its delivery on record', async () => {
    const rows = await json('notice', 'list', '--state', 'delivered');
    return rows.length > 0 && rows;
  });
  assert.deepEqual([others, notice.url, notice.tries, notice.lastStatus], [[], webhookUrl, 1, 200]);
  const [table, none] = await all<[string[], unknown[]]>(
    lines('notice', 'list', '--limit', '1'),
    json('notice', 'list', '--state', 'abandoned'),
  );
  assert.match(table[0]!, /^id +state +tries +last answer +due +to$/);
  assert.ok(table[1]!.startsWith(notice.id) && table[1]!.endsWith(webhookUrl));
  assert.deepEqual(none, []);
  assert.deepEqual(await lines('notice', 'replay', notice.id), [`notice ${notice.id} is due again`]);
  await until('the replay', () => receiver.received.length === 2);
  assert.equal(receiver.received[1]!.text, receiver.received[0]!.text);
});

test('link list and link show tell of links and their attempts', async () => {
  const reference = 'CMD-LINK-1';
  const body = { amt: 12.5, goodsName: 'Refill', webhookUrl: `${receiver.url}/link`, durationHr: 1 };
  const made = await merchant.send({ method: 'PUT', noun: 'paymentlink', reference, body });
  await fetch(made.body.paymentLinkUrl, { method: 'POST', body: new URLSearchParams({ type: 'VM' }) });
  const shop = ['spiral', merchant.clientId];
  const [listed, shown, text] = await all<[{ link: { reference: string } }[], { attempts: object[] }, string[]]>(
    json('link', 'list', ...shop),
    json('link', 'show', ...shop, reference),
    lines('link', 'show', ...shop, reference),
  );
  assert.deepEqual(
    listed.map(({ link }) => link.reference),
    [reference],
  );
  const { orderId } = (await merchant.query(`${reference}_01`)).body;
  assert.deepEqual(shown.attempts, [{ reference: `${reference}_01`, state: 'open', paymentId: wireId(orderId) }]);
  assert.match(text[1]!, /^CMD-LINK-1 +12\.50 HKD +1 +open +\d{4}-/);
  assert.ok(!text.join().includes(made.body.paymentLinkUrl.split('/').at(-1)), 'nobody learns the address here');
  assert.match(await mistake('link', 'show', ...shop, 'NOPE'), /^commands-1 has no link NOPE$/);
  assert.match(await mistake('link', 'list', 'spiral', 'nobody'), /^there is no shop nobody on spiral$/);
});

test('migrate has nothing to do where a server runs', async () => {
  assert.deepEqual(await json('migrate'), { migrationCount: 0 });
});

test('mistakes are told in a clear text, with exit code 2', async () => {
  const weak = keyFile(
    'weak.pem',
    pemOf((await import('node:crypto')).generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
  );
  const secret = keyFile('private.pem', newKeys().privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  const add = (file: string, ...more: string[]) => [
    'credential',
    'add',
    String(merchant.id),
    'spiral',
    '--public-key',
    file,
    ...more,
  ];
  const mistakes: [string[], RegExp][] = [
    [[], /^usage: .*serve.*payment show <id or merchant reference>/s],
    [['merchant', 'add'], /^the name is missing$/],
    [['merchant', 'list', '--all'], /--all/],
    [['payment', 'show', 'NOPE-1'], /^no payment is known as NOPE-1$/],
    [['payment', 'show', "x' or true --"], /^no payment is known as x' or true --$/],
    [['notice', 'replay', '01a1aaaa-0000-8000-8000-000000000000.1'], /^there is no notice 01a1/],
    [['notice', 'list', '--state', 'lost'], /^--state is one of due, delivered, replaced, abandoned$/],
    [['notice', 'list', '--limit', '0'], /^--limit is a number from 1 to 10000$/],
    [['sandbox', 'clock', 'advance', 'soon'], /^the duration is something like 90s/],
    [['shop', 'set', 'spiral', 'nobody'], /^there is no shop nobody on spiral$/],
    [['shop', 'set', 'spiral', 'commands-1', '--state', 'shut'], /^--state is active or disabled$/],
    [['shop', 'set', 'spiral', 'commands-1', '--switches', keyFile('bad.json', '{"types":["FISH"]}')], /"types" must/],
    [['key', 'show', 'acme'], /^there is no API acme; there are: spiral, globalpay, bigfish, transaction-services$/],
    [
      ['credential', 'add', '999999', 'spiral', '--client-id', 'x', '--public-key', merchant.file],
      /^there is no merchant 999999$/,
    ],
    [
      ['credential', 'add', 'x', 'spiral', '--client-id', 'x', '--public-key', merchant.file],
      /^there is no merchant x$/,
    ],
    [add('/nowhere/key.pem', '--client-id', 'x'), /^the file \/nowhere\/key\.pem cannot be read$/],
    [add(weak, '--client-id', 'x'), /2048/],
    [add(secret, '--client-id', 'x'), /private key/],
    [add(merchant.file, '--client-id', 'a b'), /client-id/],
    [add(merchant.file, '--login', 'x'), /^spiral has no --login; it has: --client-id, --public-key, --apple-pay-/],
    [['credential', 'revoke', '999999', 'globalpay'], /^there is no merchant 999999$/],
    [['credential', 'revoke', String(merchant.id), 'acme'], /^there is no API acme/],
    [['credential', 'revoke'], /^the merchant number is missing$/],
  ];
  const told = await Promise.all(mistakes.map(([words]) => mistake(...words)));
  for (const [index, text] of told.entries()) assert.match(text, mistakes[index]![1]);
});

test("a shop of that name that is another merchant's is not given away", async () => {
  const { id } = await json('merchant', 'add', 'Stranger');
  const key = keyFile('stranger.pem', pemOf(newKeys().publicKey));
  const { code, stderr } = await tell(
    'credential',
    'add',
    String(id),
    'spiral',
    '--client-id',
    'commands-1',
    '--public-key',
    key,
  );
  assert.notEqual(code, 0);
  assert.match(stderr, /commands-1/);
});

test('wrong settings stop every program with one text that names each of them', async () => {
  const wrong = {
    ...tollgate.environment,
    PORT: '99999',
    TOLLGATE_PUBLIC_URL: 'pay.example',
    TOLLGATE_SANDBOX: 'perhaps',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'mysql://secret-user:secret-word@db/x',
    TOLLGATE_NONSENSE: '1',
  };
  for (const words of [['serve'], ['merchant', 'list']]) {
    const { code, stdout, stderr } = await runCommand(words, wrong);
    assert.deepEqual([code, stdout], [1, '']);
    for (const name of [
      'PORT',
      'TOLLGATE_PUBLIC_URL',
      'TOLLGATE_SANDBOX',
      'LOG_LEVEL',
      'DATABASE_URL',
      'TOLLGATE_NONSENSE',
    ])
      assert.match(stderr, new RegExp(`^  ${name} is `, 'm'));
    assert.doesNotMatch(stderr, /secret|99999|pay\.example|\bat .*:\d+:\d+/);
  }
});

test('live mode wants its own key and its own database; a key of another installation opens nothing', async () => {
  const fresh = await testDatabase();
  const kek = randomBytes(32).toString('base64');
  const { DATABASE_URL: ours, TOLLGATE_DATA: data } = tollgate.environment;
  const ownKek = readFileSync(join(data!, 'kek'), 'utf8');
  const start = (more: Record<string, string>) =>
    runCommand(['merchant', 'list'], { TOLLGATE_DATA: join(folder, 'live'), ...more });
  const [keyless, crooked, mixed, lost] = await Promise.all([
    start({ TOLLGATE_SANDBOX: 'off', DATABASE_URL: fresh }),
    start({ TOLLGATE_SANDBOX: 'off', DATABASE_URL: fresh, TOLLGATE_KEK: 'dG9vIHNob3J0' }),
    start({ TOLLGATE_SANDBOX: 'off', DATABASE_URL: ours!, TOLLGATE_KEK: ownKek }),
    start({ DATABASE_URL: 'postgres://127.0.0.1:9/none' }),
  ]);
  for (const { code, stdout, stderr } of [keyless, crooked, mixed, lost]) {
    assert.deepEqual([code, stdout], [1, '']);
    assert.doesNotMatch(stderr, /\bat .*:\d+:\d+/);
    assert.ok(!stderr.includes(kek) && !stderr.includes('dG9vIHNob3J0'));
  }
  assert.match(keyless.stderr, /^TOLLGATE_KEK is not set/);
  assert.match(crooked.stderr, /^TOLLGATE_KEK must be 32 bytes in base64/);
  assert.match(mixed.stderr, /^this database is sandbox for ever/);
  assert.match(lost.stderr, /127\.0\.0\.1|ECONNREFUSED/);

  const live = { TOLLGATE_SANDBOX: 'off', DATABASE_URL: fresh, TOLLGATE_KEK: kek };
  assert.equal((await start(live)).code, 0);
  const clock = await runCommand(['sandbox', 'clock', 'advance', '1h'], live);
  assert.deepEqual([clock.code, clock.stderr.trim()], [2, 'the clock moves in sandbox mode only']);
  assert.match((await start({ DATABASE_URL: fresh })).stderr, /^this database is live for ever/);
  await runCommand(['key', 'show', 'spiral'], live);
  const foreign = await runCommand(['key', 'show', 'spiral'], {
    ...live,
    TOLLGATE_KEK: randomBytes(32).toString('base64'),
  });
  assert.equal(foreign.code, 1);
});

test('SIGTERM: what is under way comes to its end, what comes later is refused, nothing is lost', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const own = { PORT: String(port), TOLLGATE_PUBLIC_URL: url, TOLLGATE_WORKERS: 'off' };
  const server = await new Program(['serve'], { ...tollgate.environment, ...own }).runs();
  assert.deepEqual(await (await fetch(`${url}/health`)).json(), { status: 'ok' });
  assert.deepEqual(await (await fetch(`${url}/ready`)).json(), { ready: true, database: true, workers: true });

  const client = spiralClient({ ...merchant.account, url });
  const sales = Array.from({ length: 40 }, (_, n) => client.put(`CMD-TERM-${n}`, sale).catch(() => undefined));
  await Promise.race(sales);
  const startedAt = Date.now();
  const ended = server.kill('SIGTERM');
  const answers = await Promise.all(sales);
  const { code, signal, stdout } = await ended;
  assert.deepEqual([code, signal], [0, null]);
  assert.match(stdout, /stopping.*stopped/s);
  assert.ok(Date.now() - startedAt < 15_000, 'it stops when all is done, not when its patience is over');
  await assert.rejects(fetch(`${url}/health`));

  for (const [n, answer] of answers.entries()) {
    const { status, body } = await merchant.query(`CMD-TERM-${n}`);
    if (answer?.status === 200) assert.deepEqual(body, answer.body);
    else assert.ok(status === 404 || answer, 'what was written down was answered');
  }
  assert.ok(answers.some((answer) => answer?.status === 200));
  const { sql } = tollgate.installation;
  assert.deepEqual([...(await sql.unsafe(`select 1 from tollgate.attempts where state = 'sending'`))], []);
});

test('terminal add, list and disable, batch list and show tell of terminals and what they did', async () => {
  const shop = ['spiral', merchant.clientId];
  const named = ['--number', '12345678', '--account', 'H000000H0000001'];
  assert.match((await lines('terminal', 'add', ...shop, ...named))[0]!, /^terminal 12345678 may take cards/);
  assert.match(await mistake('terminal', 'add', ...shop, ...named), /^terminal 12345678 is there already$/);
  assert.match(
    await mistake('terminal', 'add', ...shop, '--number', '123456789', '--account', 'H'),
    /^--number is 1 to 8/,
  );
  assert.match(await mistake('terminal', 'add', ...shop, '--number', '1'), /^--account is missing$/);
  const head = {
    type: 'VM',
    merchantId: 'H000000H0000001',
    terminalId: '12345678',
    batchId: '000001',
    currency: 'HKD',
  };
  const card = { pan: '444000******0010', expDate: '0139', entryMode: 'T' };
  const sale = { cmd: 'SALE', amt: 38.8, traceNo: '000001', ...head, ...card };
  assert.equal(
    (await merchant.send({ method: 'PUT', noun: 'softpos', reference: 'CMD-POS-1', body: sale })).status,
    200,
  );
  const totals = { saleTotal: 40, saleCount: 1, voidedTotal: 0, voidedCount: 0, refundTotal: 0, refundCount: 0 };
  const settlement = { cmd: 'SETTLEAFTERUPLOAD', traceNo: '000002', ...head, ...totals };
  const none = { voidedRefundTotal: 0, voidedRefundCount: 0 };
  const body = { ...settlement, ...none };
  assert.equal((await merchant.send({ method: 'PUT', noun: 'settlement', reference: 'CMD-POS-2', body })).status, 200);
  const [batch] = await json('batch', 'list', ...shop);
  const [listed, shown, text] = await all<[string[], { payments: object[]; settlements: object[] }, string[]]>(
    lines('batch', 'list', ...shop),
    json('batch', 'show', ...shop, batch.id),
    lines('batch', 'show', ...shop, batch.id),
  );
  assert.match(listed[1]!, /^12345678 +VM +000001 +closed +\d{4}-/);
  assert.deepEqual([shown.payments.length, shown.settlements.length], [1, 1]);
  assert.match(text.join('\n'), /CMD-POS-1 +sale +approved +38\.80 HKD/);
  assert.match(text.join('\n'), /CMD-POS-2 +closed, totals differ/);
  assert.match(text.join('\n'), /sales +40\.00 \(1\) +38\.80 \(1\)/);
  assert.match(await mistake('batch', 'show', ...shop, 'nope'), /^there is no batch nope of this shop$/);
  await lines('terminal', 'disable', ...shop, ...named);
  assert.match((await lines('terminal', 'list', ...shop))[1]!, /^12345678 +H000000H0000001 +disabled/);
  assert.match(await mistake('terminal', 'disable', ...shop, ...named), /^there is no active terminal 12345678/);
});
