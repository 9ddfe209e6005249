import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { faceOf } from '../src/core/cards.ts';
import type { Attempt, View } from '../src/core/model.ts';
import { createGateway } from '../src/gateway/create.ts';
import type { FollowRequest } from '../src/gateway/gateway.ts';
import {
  type Acquirer,
  type NoticeVoice,
  type Order,
  type Outcome,
  referenceScope,
  type Shop,
} from '../src/gateway/ports.ts';
import { createWorkers } from '../src/gateway/workers.ts';
import { BusinessClock } from '../src/kit/clock.ts';
import { silentLog } from '../src/kit/log.ts';
import { connect } from '../src/kit/postgres.ts';
import { Secret } from '../src/kit/secret.ts';
import { openStore } from '../src/store/index.ts';
import { surroundings } from '../src/surroundings.ts';
import { openVault } from '../src/vault/index.ts';
import { testDatabase } from './database.ts';

/** The one way for money over the real store and vault, with an acquirer that does as each test says. */
const url = await testDatabase();
const clock = new BusinessClock();
const store = openStore({ url, log: silentLog });
const sql = connect(url, 2, 'test');
const vault = openVault({ sql, kek: new Secret(randomBytes(32).toString('base64')), clock });
await store.migrate();
await vault.migrate();
after(() => Promise.all([store.close(), sql.end()]));

const words = { acquirerReference: 'A1', acquirerTime: null, responseCode: '00', responseText: 'ok' };
const approved: Outcome = { kind: 'approved', approvalCode: '123456', networkReference: null, ...words };
const silent: Outcome = { kind: 'unknown', doubt: 'silence', note: 'no answer' };

type Script = (order: Order) => Promise<Outcome>;
const always =
  (outcome: Outcome): Script =>
  async () =>
    outcome;

/** What the acquirer does next, by action; every order it was given. */
let script: Partial<Record<Order['action'], Script>> = {};
let orders: Order[] = [];
const play = (order: Order): Promise<Outcome> => {
  orders.push(order);
  return (script[order.action] ?? always(approved))(order);
};
const acquirer: Acquirer = {
  name: 'scripted',
  capabilities: {
    partialCapture: true,
    knowsReference: true,
    lagMs: 3_000,
    resumeNeedsCard: true,
    brands: ['visa'],
    wallets: [],
    cardPresent: false,
    payouts: false,
    challenges: {},
  },
  perform: play,
  resume: play,
  describe: async () => undefined,
  resend: async (order) => void (await play(order)),
  inquire: play,
  close: play,
  undo: play,
};

/** Tells of every end whose caller had already been answered, as an API would. */
const voice: NoticeVoice = {
  api: 'test',
  compose: (_shop, view, { operation, late }) =>
    late ? { url: 'http://127.0.0.1:9/', body: view.operations[operation - 1]!.state } : undefined,
  headers: async () => ({}),
  acknowledged: () => true,
  pausesMs: [],
  timeoutMs: 1_000,
};

const open = createGateway({
  surroundings: surroundings(clock, silentLog),
  payments: store.payments,
  directory: store.directory,
  vault: vault.cards,
  acquirers: new Map([[acquirer.name, acquirer]]),
  office: null,
  voices: new Map([[voice.api, voice]]),
  acquirerTimeoutMs: 10_000,
  onNotice: () => {},
  onEnd: () => {},
});
const { gateway } = open;
const workers = createWorkers(open, store.agenda);

const { administration } = store;
const merchant = await administration.addMerchant('Mart', clock.now());
await administration.ensureShop({
  merchantId: merchant.id,
  api: 'test',
  wireName: 'mart',
  settings: {},
  routes: [
    {
      acquirer: 'scripted',
      account: 'M1',
      brands: ['visa'],
      currencies: ['HKD'],
      minMinor: null,
      maxMinor: 1_000_000n,
    },
  ],
  now: clock.now(),
});
const shop = (await store.directory.shop('test', 'mart')) as Shop;

let serial = 0;
const number = '4440000009900010';
const details = { number: new Secret(number), expiry: '2039-01', code: new Secret('123'), holder: null };
const asked = (reference = `R${++serial}`) => ({
  reference,
  requestHash: null,
  noticeUrl: null,
  memo: null,
  claims: [{ scope: referenceScope(shop.id), value: reference }],
});
const charge = (patienceMs = 5_000, amountMinor = 10_000n, reference?: string) =>
  gateway.charge(shop, {
    ...asked(reference),
    kind: 'sale',
    amountMinor,
    currency: 'HKD',
    card: { details, face: faceOf(number, '2039-01') },
    brands: ['visa'],
    patienceMs,
  });
const refund = (view: View, amountMinor: bigint) => {
  const request: FollowRequest = {
    ...asked(),
    kind: 'refund',
    amountMinor,
    recordsRefusal: true,
    refusal: null,
    patienceMs: 5_000,
  };
  return gateway.follow(shop, view.payment.id, request);
};
const openPage = async () => {
  const checkout = {
    successUrl: null,
    failureUrl: null,
    expiresAt: clock.now() + 1_800_000,
    brands: ['visa' as const],
    wallet: null,
    keepsCard: true,
    customer: null,
    payerInfo: null,
    demandsChallenge: false,
    redirectMs: null,
    submitCountMax: null,
  };
  const opened = await gateway.open(shop, {
    ...asked(),
    kind: 'sale',
    amountMinor: 10_000n,
    currency: 'HKD',
    checkout,
    receipt: null,
  });
  assert.equal(opened.kind, 'done');
  return (opened as { view: View }).view.payment.id;
};
const page = { returnUrl: 'http://127.0.0.1:9/return', patienceMs: 5_000 };
const viewOf = async (id: string) => (await store.payments.find(merchant.id, id))!;
const noticesOf = async (id: string) => (await administration.dossier(merchant.id, id))!.notices;
const advance = (ms: number) => clock.setOffset(clock.now() - Date.now() + ms);

/** Lets the workers run while the clock moves on by `ms`, in steps that grow; leases of this process end at each. */
const workFor = async (ms: number) => {
  for (
    let passed = 0, stepMs = 1_000;
    passed <= ms;
    passed += stepMs, stepMs = Math.max(1_000, Math.trunc(passed / 20))
  ) {
    while ((await workers.tick()) > 0);
    advance(stepMs);
    await sql.unsafe('update tollgate.attempts set lease_until = 0 where lease_until is not null');
  }
};

const beforeEachTest = () => {
  script = {};
  orders = [];
};

test('a caller whose patience ended hears "open", and its end is told by a notice', async () => {
  beforeEachTest();
  const answer = Promise.withResolvers<Outcome>();
  script.perform = () => answer.promise;
  const result = await charge(1);
  assert.equal(result.kind, 'open');
  const { payment } = (result as { view: View }).view;
  assert.equal((await viewOf(payment.id)).payment.state, 'acting');
  answer.resolve(approved);
  await open.acts.drain();
  assert.equal((await viewOf(payment.id)).payment.state, 'approved');
  assert.deepEqual(
    (await noticesOf(payment.id)).map(({ seq }) => seq),
    [1],
  );
});

test('a caller that heard the end is not told again', async () => {
  beforeEachTest();
  const result = await charge();
  assert.equal(result.kind, 'done');
  assert.deepEqual(await noticesOf((result as { view: View }).view.payment.id), []);
});

test('nothing leaves the house before it is on record', async () => {
  beforeEachTest();
  let recorded: Attempt | undefined;
  script.perform = async ({ sentReference }) => {
    const [row] = await sql.unsafe('select state from tollgate.attempts where sent_reference = $1', [sentReference]);
    recorded = row as unknown as Attempt;
    return approved;
  };
  await charge();
  assert.equal(recorded?.state, 'sending');
});

test('a sender that died leaves an attempt that a worker asks about, and never charges again', async () => {
  beforeEachTest();
  script.perform = () => new Promise(() => {});
  script.inquire = always(approved);
  const result = await charge(1);
  const { id } = (result as { view: View }).view.payment;
  await workers.tick();
  assert.deepEqual(
    orders.map(({ action }) => action),
    ['perform'],
    'nobody asks before the deadline',
  );
  await workFor(20_000);
  assert.deepEqual(
    orders.map(({ action }) => action),
    ['perform', 'inquire'],
  );
  const { payment } = await viewOf(id);
  assert.deepEqual([payment.state, payment.capturedMinor], ['approved', 10_000n]);
});

test('what never left is a decline at once, and holds nothing', async () => {
  beforeEachTest();
  script.perform = always({ kind: 'not_sent', note: 'connection refused' });
  const result = await charge();
  assert.equal(result.kind, 'done');
  const { operation } = result as { operation: View['operations'][0] };
  assert.deepEqual([operation.state, operation.reason], ['declined', 'unreachable']);
});

test('an adapter that throws is no decline: the outcome is unknown until the acquirer tells', async () => {
  beforeEachTest();
  script.perform = async () => {
    throw new TypeError('a bug');
  };
  script.inquire = always({ kind: 'not_found' });
  const result = await charge();
  assert.equal(result.kind, 'open');
  const { id } = (result as { view: View }).view.payment;
  assert.equal((await viewOf(id)).operations[0]!.state, 'unknown');
  await workFor(10_000);
  const [operation] = (await viewOf(id)).operations;
  assert.deepEqual([operation!.state, operation!.reason], ['declined', 'host_error']);
});

test('long silence ends in a reversal that is sent until it is acknowledged', async () => {
  beforeEachTest();
  script.perform = always(silent);
  script.inquire = always(silent);
  let undone = 0;
  script.undo = async () => (++undone < 3 ? silent : approved);
  const { id } = ((await charge()) as { view: View }).view.payment;
  await workFor(8_000_000);
  const { payment, operations } = await viewOf(id);
  assert.equal(undone, 3);
  assert.deepEqual(
    operations.map(({ kind, state }) => [kind, state]),
    [
      ['sale', 'reversed'],
      ['reversal', 'approved'],
    ],
  );
  assert.deepEqual([payment.state, payment.capturedMinor], ['declined', 0n]);
});

test('a card posted after the end of the page is refused, and the acquirer hears nothing', async () => {
  beforeEachTest();
  const id = await openPage();
  advance(1_800_001);
  const { view } = await gateway.submit(shop, id, details, page);
  assert.equal(view.payment.state, 'expired');
  assert.deepEqual(orders, []);
});

test('twenty posts of one form are one attempt', async () => {
  beforeEachTest();
  const id = await openPage();
  await Promise.all(Array.from({ length: 20 }, () => gateway.submit(shop, id, details, page)));
  assert.equal(orders.length, 1);
  assert.equal((await viewOf(id)).attempts.length, 1);
});

test('the same card of the same merchant keeps its token; a card that must not be kept gets none', async () => {
  beforeEachTest();
  const tokens = [];
  for (let i = 0; i < 2; i++)
    tokens.push((await gateway.submit(shop, await openPage(), details, page)).view.operations[0]!.cardToken);
  assert.match(tokens[0]!, /^TK[A-Z0-9]{14}$/);
  assert.equal(tokens[1], tokens[0]);
  script.perform = always({ ...approved, storable: false } as Outcome);
  assert.equal((await gateway.submit(shop, await openPage(), details, page)).view.operations[0]!.cardToken, null);
});

test('a stored card is charged with the number that the vault reveals', async () => {
  beforeEachTest();
  const { view } = await gateway.submit(shop, await openPage(), details, page);
  const token = view.operations[0]!.cardToken!;
  const request = { ...asked(), kind: 'sale' as const, amountMinor: 500n, currency: 'HKD', brands: ['visa' as const] };
  const result = await gateway.charge(shop, { ...request, card: { token }, patienceMs: 5_000 });
  assert.equal(result.kind, 'done');
  assert.deepEqual([orders.at(-1)!.card!.last4, orders.at(-1)!.initiator], ['0010', 'merchant']);
});

test('a challenge seals number and code, and only the first return opens them', async () => {
  beforeEachTest();
  const challenge = { kind: 'redirect' as const, url: 'https://issuer.example/', fields: {}, echoField: 'echo' };
  script.perform = always({ kind: 'challenge', challenge, ...words });
  const id = await openPage();
  const begun = await gateway.submit(shop, id, details, page);
  assert.ok(begun.oneTimeKey);
  const { sentReference } = begun.view.attempts[0]!;
  const [stored] = await sql.unsafe('select count(*)::int as n from vault.codes');
  assert.equal(stored!.n, 1);
  const back = () =>
    gateway.resume(
      shop,
      id,
      { sentReference, answer: { cres: 'Y' }, oneTimeKey: begun.oneTimeKey },
      { patienceMs: 5_000 },
    );
  const [first] = await Promise.all([back(), back(), back()]);
  assert.equal(orders.filter(({ action }) => action === 'resume').length, 1);
  assert.equal((await viewOf(id)).payment.state, 'approved');
  assert.ok(first);
  const [left] = await sql.unsafe('select count(*)::int as n from vault.codes');
  assert.equal(left!.n, 0);
});

test('an approval after the page had been cancelled waits in suspense until it is given back', async () => {
  beforeEachTest();
  const challenge = { kind: 'redirect' as const, url: 'https://issuer.example/', fields: {}, echoField: 'echo' };
  script.perform = always({ kind: 'challenge', challenge, ...words });
  const id = await openPage();
  const { view } = await gateway.submit(shop, id, details, page);
  await gateway.cancel(shop, id);
  await open.acts.lookAfter(shop, { ...view, operations: view.operations }, view.attempts[0]!);
  const dossier = (await administration.dossier(merchant.id, id))!;
  assert.equal(dossier.view.payment.state, 'cancelled');
  assert.deepEqual(
    dossier.cases.map(({ kind }) => kind),
    ['late_approval'],
  );
  await workFor(3_000);
  const { postings, view: after } = (await administration.dossier(merchant.id, id))!;
  const sums = new Map<string, bigint>();
  for (const { debit, credit, amountMinor } of postings) {
    sums.set(debit, (sums.get(debit) ?? 0n) + amountMinor);
    sums.set(credit, (sums.get(credit) ?? 0n) - amountMinor);
  }
  assert.deepEqual([...sums.values()], [0n, 0n]);
  assert.ok(after.operations.some(({ kind, state }) => kind === 'reversal' && state === 'approved'));
});

test('a second payment under the same reference is refused and names the first', async () => {
  beforeEachTest();
  const first = (await charge(5_000, 10_000n, 'SAME')) as { view: View };
  const second = await charge(5_000, 10_000n, 'SAME');
  assert.equal(second.kind, 'refused');
  const { refusal, holder } = second as Extract<typeof second, { kind: 'refused' }>;
  assert.equal(refusal.reason, 'duplicate_reference');
  assert.equal(holder?.view.payment.id, first.view.payment.id);
  assert.equal(orders.length, 1);
});

test('64 equal references at once: one charge leaves', async () => {
  beforeEachTest();
  const results = await Promise.all(Array.from({ length: 64 }, () => charge(5_000, 10_000n, 'RACE')));
  assert.equal(results.filter(({ kind }) => kind === 'done').length, 1);
  assert.equal(orders.length, 1);
});

test('50 parallel half-refunds: exactly two succeed', async () => {
  beforeEachTest();
  const { view } = (await charge()) as { view: View };
  const results = await Promise.all(Array.from({ length: 50 }, () => refund(view, 5_000n)));
  const states = results.map((result) => (result.kind === 'refused' ? result.refusal.reason : result.operation.state));
  assert.deepEqual(
    [states.filter((s) => s === 'approved').length, states.filter((s) => s === 'refused').length],
    [2, 48],
    states.join(' '),
  );
  assert.equal((await viewOf(view.payment.id)).payment.refundedMinor, 10_000n);
});

test('what no route takes is refused before anything leaves', async () => {
  beforeEachTest();
  const result = (await charge(5_000, 2_000_000n)) as { operation: View['operations'][0] };
  assert.deepEqual([result.operation.state, result.operation.reason], ['refused', 'no_route']);
  assert.deepEqual(orders, []);
});
