import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { beginning, type Mandate } from '../core/mandates.ts';
import { noticeOfLetter } from '../gateway/ports/mail.ts';
import { type NewLink, paidOnce, referenceScope, type Step } from '../gateway/ports.ts';
import { newId } from '../kit/ids.ts';
import { silentLog } from '../kit/log.ts';
import { connect, type Sql } from '../kit/postgres.ts';
import { openStore } from './index.ts';
import { lookUp } from './record/look-up.ts';
import { recordStatement, rowsOf } from './record/statement.ts';
import {
  approved,
  challenged,
  charge,
  conclude,
  merchantId,
  now,
  open,
  referenced,
  type Sample,
  shopId,
  telling,
} from './sample.ts';
import { findStatements } from './statements/acquirer-statements.ts';
import { addLinks } from './statements/add-links.ts';
import { amendLink } from './statements/amend-link.ts';
import { noteAsked, unasked } from './statements/asked.ts';
import { cardsOf } from './statements/cards-of.ts';
import { changeMandate } from './statements/change-mandate.ts';
import { endLink } from './statements/end-link.ts';
import { find } from './statements/find.ts';
import { findAllByClaim } from './statements/find-by-claim.ts';
import { findByOperation } from './statements/find-by-operation.ts';
import { findChallenged } from './statements/find-challenged.ts';
import { findLink, findLinkByNumber, findLinkByToken, findLinks } from './statements/find-link.ts';
import { findLogin } from './statements/find-login.ts';
import { findRelated } from './statements/find-related.ts';
import { findToken } from './statements/find-token.ts';
import { forgetCard } from './statements/forget-card.ts';
import { forgetPayerInfo } from './statements/forget-payer-info.ts';
import { keepTokens } from './statements/keep-tokens.ts';
import { leaseAttempts } from './statements/lease-attempts.ts';
import { leaseLinks } from './statements/lease-links.ts';
import { leaseMandates } from './statements/lease-mandates.ts';
import { leaseNotices } from './statements/lease-notices.ts';
import { leaseTasks } from './statements/lease-tasks.ts';
import { listOperations } from './statements/list-operations.ts';
import { findMandate, mandatePeriods } from './statements/mandates.ts';
import { newLinkNumbers } from './statements/new-link-numbers.ts';
import { progressMandate } from './statements/progress-mandate.ts';
import { purgeTokens } from './statements/purge-tokens.ts';
import { renewLink } from './statements/renew-link.ts';
import { replayNotice } from './statements/replay-notice.ts';
import { forgetTokens, lockLogins } from './statements/revoke-tokens.ts';
import { settleNotice } from './statements/settle-notice.ts';
import { shopsOf } from './statements/shop.ts';
import { storedCard } from './statements/stored-card.ts';
import { storedCards } from './statements/stored-cards.ts';
import { tellOfLink } from './statements/tell-of-link.ts';

const url = await testDatabase();
const store = openStore({ url, log: silentLog });
await store.migrate();
const sql = connect(url, 1, 'test');
after(() => Promise.all([store.close(), sql.end()]));
// Figures that PostgreSQL gathers of tables while they are half full would have it make other plans, and anew when they are full.
const tables = await sql.unsafe<{ name: string }[]>(
  `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'tollgate'`,
);
for (const { name } of tables) await sql.unsafe(`alter table ${name} set (autovacuum_enabled = false)`);

const face = { brand: 'visa', first6: '444000', last4: '0010', expiry: '2027-01' } as const;
const address = 'https://shop.example/';
const letter = { to: 'ada@shop.example', subject: 'Invoice', text: 'Invoice', html: '<p>Invoice</p>' };
const gateId = newId(merchantId, now);
const cardOf = (token: string) => ({
  token,
  shopId: null,
  vaultRef: `vault ${token}`,
  face,
  networkReference: null,
  customer: null,
});

/** A sale that is paid, with a notice of it, a stored card and a case: touches every table, together with `first`. */
const paid = (first: Sample): Step => ({
  ...telling(conclude(first.next, approved), 2, 1, address).step,
  tasksOut: ['expire'],
  storedCard: cardOf(first.step.command),
  cases: [{ kind: 'mismatch', operation: 1, evidence: 'two books' }],
});

const record = async (tx: Sql, steps: readonly Step[]): Promise<void> => {
  const { text, parameters } = recordStatement(steps.map(rowsOf));
  await tx.unsafe(text, parameters, { prepare: true });
};

const lease = { dueBefore: now, realNow: 0, leaseUntil: 1, limit: 1, perEndpoint: 1 };
const [old, late] = [telling(referenced('known'), 1, 1, address), telling(charge(), 1, 1, address)];
const { id } = old.step.payment;
const notice = {
  merchantId,
  paymentId: id,
  seq: 1,
  operationId: '',
  shopId,
  url: '',
  body: '',
  tries: 0,
  dueAt: 0,
  fence: 0,
};
const hashOf = (n: number) => `${n}`.padStart(64, '0');
const token = { kind: 'access', hash: hashOf(501), merchantId: 250, session: id, expiresAt: 1 } as const;
const claim = { scope: referenceScope(shopId), value: 'known' };

const linkIn = (shop: string, id: string, reference: string) => ({
  merchantId,
  id,
  shopId: shop,
  reference,
  ...paidOnce,
  amountMinor: 1n,
  currency: 'HKD',
  memo: '{}',
  requestHash: '',
  noticeUrl: address,
  expiresAt: now,
  createdAt: now,
});
const link = linkIn(shopId, newId(merchantId, now), 'link 250');
const newLink = (reference: string, n: number): NewLink => ({
  link: reference === link.reference ? link : linkIn(shopId, newId(merchantId, now), reference),
  tokenHash: hashOf(n),
  notices: [],
  number: null,
  alsoNamed: [],
});
const linkRow = { link, attemptCount: 0, ended: null, changedAt: now, number: 1, isMailed: false };

const mandate: Mandate = {
  merchantId,
  id: newId(merchantId, now),
  shopId,
  originPaymentId: id,
  amountMinor: 1n,
  currency: 'HKD',
  schedule: { unit: 'month', count: 1, timeZone: 'UTC', firstDueAt: now },
  periodCountMax: null,
  untilAt: null,
  createdAt: now,
};
const mandateRow = { mandate, standing: beginning(mandate), version: 1, gateVersion: 1, changedAt: now };

const second = Math.floor(now / 1_000);
const stretch = {
  states: ['approved'],
  fromSecond: 0,
  toSecond: second,
  after: { second, reference: '250' },
  limit: 1,
} as const;

const statements: Readonly<Record<string, (tx: Sql) => Promise<unknown>>> = {
  record: (tx) =>
    record(tx, [paid(late), open().step, { ...referenced('new').step, gates: [{ id: gateId, read: 1 }] }]),
  lookUp: (tx) => lookUp(tx, [old.step]),
  find: (tx) => find(tx, merchantId, id),
  findByClaim: (tx) => findAllByClaim(tx, [{ merchantId, claim }]),
  findByOperation: (tx) => findByOperation(tx, merchantId, old.step.command),
  listOperations: (tx) => listOperations(tx, shopId, stretch),
  findChallenged: (tx) => findChallenged(tx, merchantId, 'vault 250'),
  'storedCard by vault reference': (tx) => storedCard(tx, merchantId, { vaultRef: '' }),
  storedCards: (tx) =>
    storedCards(
      tx,
      ['', `${old.step.command}`].map((token) => ({ owner: merchantId, token })),
    ),
  forgetCard: (tx) => forgetCard(tx, merchantId, ''),
  shopsOf: (tx) => shopsOf(tx, 'wire', 250),
  findLogin: (tx) => findLogin(tx, 'wire', 'login 250'),
  findToken: (tx) => findToken(tx, 'wire', 'refresh', hashOf(250), now),
  'keepTokens on a password': (tx) => keepTokens(tx, 'wire', [token], { name: 'login 250', hash: 'hash' }),
  'keepTokens on a refresh token': (tx) => keepTokens(tx, 'wire', [token], { refresh: hashOf(250) }),
  lockLogins: (tx) => lockLogins(tx, 250, 'wire'),
  forgetTokens: (tx) => forgetTokens(tx, 250, 'wire'),
  purgeTokens: (tx) => purgeTokens(tx, now + 250, 2),
  leaseAttempts: (tx) => leaseAttempts(tx, { ...lease, dueBefore: now + 10_000 }),
  findStatements: (tx) => findStatements(tx, shopId, { kind: 'sale', provider: 'P', settledOn: '2026-02-09' }),
  leaseMandates: (tx) => leaseMandates(tx, lease),
  findMandate: (tx) => findMandate(tx, merchantId, mandate.id),
  mandatePeriods: (tx) => mandatePeriods(tx, merchantId, mandate.id),
  changeMandate: (tx) => changeMandate(tx, mandateRow, { ...mandate, state: 'active' }, now),
  progressMandate: (tx) => progressMandate(tx, mandateRow, { standing: beginning(mandate), ends: [] }, now),
  newLinkNumbers: (tx) => newLinkNumbers(tx, 3),
  leaseTasks: (tx) => leaseTasks(tx, { ...lease, dueBefore: now + 600_000 }),
  leaseNotices: (tx) => leaseNotices(tx, lease),
  settleNotice: (tx) => settleNotice(tx, notice, { state: 'due', dueAt: now }, { status: null, note: null }),
  addLinks: (tx) =>
    addLinks(tx, [
      { ...newLink('new', 502), notices: [noticeOfLetter(letter)], alsoNamed: ['another name'] },
      ...Array.from({ length: 3 }, (_, n) => newLink(`new/${n}`, 505 + n)),
    ]),
  findLinks: (tx) => findLinks(tx, { id: shopId, merchantId }, [link.reference, 'link 251', 'link 252', 'none']),
  findLinkByNumber: (tx) => findLinkByNumber(tx, 5),
  renewLink: (tx) => renewLink(tx, linkRow, { tokenHash: hashOf(503), memo: '{}', expiresAt: now, notices: [] }, now),
  tellOfLink: (tx) => tellOfLink(tx, link, noticeOfLetter(letter), now),
  findLink: (tx) => findLink(tx, { id: shopId, merchantId }, link.reference),
  findLinkByToken: (tx) => findLinkByToken(tx, hashOf(250)),
  leaseLinks: (tx) => leaseLinks(tx, { dueBefore: now, dueNext: now + 1, limit: 1 }),
  amendLink: (tx) => amendLink(tx, linkRow, 2n, now),
  cardsOf: (tx) => cardsOf(tx, merchantId, 'nobody'),
  'findRelated of an order': (tx) => findRelated(tx, { shopId, orderReference: 'none' }, 9),
  'findRelated of an origin': (tx) => findRelated(tx, { originPaymentId: id }, 9),
  noteAsked: (tx) => noteAsked(tx, merchantId, id, now),
  unasked: (tx) => unasked(tx, { id: shopId, merchantId }, { madeSince: now + 60_000, endedBefore: now, limit: 9 }),
  forgetPayerInfo: (tx) => forgetPayerInfo(tx, now),
  endLink: (tx) => endLink(tx, linkRow, 'expired', '{}', now),
  replayNotice: (tx) => replayNotice(tx, merchantId, id, 1, now),
};

/** Rows that this session has read so far, table by table; counted from some earlier moment. */
const rowCounts = async (tx: Sql): Promise<Map<string, number>> => {
  const rows = await tx.unsafe<{ name: string; rows: number }[]>(`select relname as name,
    (coalesce(idx_tup_fetch, 0) + seq_tup_read)::int as rows from pg_stat_xact_user_tables
    where schemaname = 'tollgate'`);
  return new Map(rows.map((row) => [row.name, row.rows]));
};

/** Runs a statement, undoes it, and answers how many rows of which tables it read. */
const rowsRead = async (run: (tx: Sql) => Promise<unknown>): Promise<Record<string, number>> => {
  const read: Record<string, number> = {};
  const undo = new Error('undo');
  const isUndo = (error: unknown) => assert.equal(error, undo);
  await sql
    .begin(async (tx) => {
      const before = await rowCounts(tx as unknown as Sql);
      await run(tx as unknown as Sql);
      for (const [name, count] of await rowCounts(tx as unknown as Sql)) {
        const rows = count - (before.get(name) ?? 0);
        if (rows > 0) read[name] = rows;
      }
      throw undo;
    })
    .catch(isUndo);
  return read;
};

test('plans that were cached while the tables were empty read few rows when they are full', async (t) => {
  for (const run of Object.values(statements)) assert.deepEqual(await rowsRead(run), {});
  const gate = 'insert into tollgate.gates select $1, gen_random_uuid(), $2, 1, $3 from generate_series(1, 500)';
  await store.administration.addMerchant('Test Mart', now);
  await sql.unsafe(gate, [merchantId, 'link', 'open']);
  const others = Array.from({ length: 500 }, (_, i) => telling(referenced(`${i}`), 1, 1, address));
  // What is looked for stands in the middle: a plan that reads a table through meets half of it at least.
  const first = [...others.slice(250), old, late, ...others.slice(0, 250)];
  const steps = [...first.map(({ step }) => step), ...first.map(() => open().step)];
  await Promise.all(steps.map((step) => store.payments.record(step)));
  await Promise.all(others.map((_, i) => store.payments.record(challenged(`vault ${i}`).step)));
  await Promise.all(others.map((_, n) => store.links.add([newLink(`link ${n}`, n)])));
  await sql.unsafe(`insert into tollgate.merchants (name, created_at) select 'Other', 0 from generate_series(1, 500)`);
  await sql.unsafe(`insert into tollgate.shops (id, merchant_id, api, wire_name, settings, created_at)
    select gen_random_uuid(), n, 'wire', 'shop ' || n, '{}', 0 from generate_series(1, 500) n`);
  await sql.unsafe(`insert into tollgate.logins (api, name, merchant_id, hash, created_at)
    select 'wire', 'login ' || n, n, 'hash', 0 from generate_series(1, 500) n`);
  await sql.unsafe(
    `insert into tollgate.login_tokens (hash, api, kind, merchant_id, session, expires_at)
    select lpad(n::text, 64, '0'), 'wire', 'refresh', n, gen_random_uuid(), $1::bigint + n from generate_series(1, 500) n`,
    [now],
  );
  await Promise.all(others.map((sample) => store.payments.record(paid(sample))));
  await store.statements.add(
    others.map(({ next: { payment } }, n) => ({
      merchantId,
      id: newId(merchantId, now),
      shopId: n === 250 ? shopId : newId(merchantId, now),
      kind: 'sale',
      provider: 'P',
      terminal: '',
      batch: `${n}`,
      settledOn: '2026-02-09',
      notice: '',
      currency: 'HKD',
      importedAt: now,
      items: [{ paymentId: payment.id, operation: 1, amountMinor: 1n, feeMinor: 0n }],
    })),
  );
  for (const n of others.keys()) {
    const one = n === 250 ? mandate : { ...mandate, id: newId(merchantId, now) };
    const dueAt = n === 250 ? now : now + 86_400_000;
    await store.mandates.add(one, { ...beginning(one), dueAt });
  }
  for (const [name, run] of Object.entries(statements)) {
    await t.test(name, async () => {
      const read = await rowsRead(run);
      for (const [table, count] of Object.entries(read)) assert.ok(count <= 8, `${count} rows of ${table} were read`);
    });
  }
});
