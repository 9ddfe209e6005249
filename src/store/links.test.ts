import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { noticeOfLetter } from '../gateway/ports/mail.ts';
import { attemptClaim, type Link, linkScope, type NewLink, type NoticeText, paidOnce } from '../gateway/ports.ts';
import { newId } from '../kit/ids.ts';
import { silentLog } from '../kit/log.ts';
import { connect, transaction } from '../kit/postgres.ts';
import { openStore } from './index.ts';
import { merchantId, now, open, shopId } from './sample.ts';

const url = await testDatabase();
const store = openStore({ url, log: silentLog });
const sql = connect(url, 1, 'test');
await store.migrate();
after(() => Promise.all([store.close(), sql.end()]));

const { links, agenda, outbox, payments } = store;
const hourMs = 3_600_000;
const shop = { id: shopId, merchantId };
const noticeUrl = 'https://shop.example/hooks?x=1';

let count = 0;
const hashOf = (link: Link) => link.id.replaceAll('-', '').padEnd(64, '0');

const linkLike = (changed: Partial<Link> = {}): Link => ({
  merchantId,
  id: newId(merchantId, now),
  shopId,
  reference: `LINK-${++count}`,
  amountMinor: 999_999_999_999n,
  ...paidOnce,
  currency: 'HKD',
  memo: '{"v":1}',
  requestHash: 'hash',
  noticeUrl,
  expiresAt: now + hourMs,
  createdAt: now,
  ...changed,
});

const newLink = (link: Link, ...notices: NoticeText[]): NewLink => ({
  link,
  tokenHash: hashOf(link),
  notices,
  number: null,
  alsoNamed: [],
});

const add = (link: Link, ...notices: NoticeText[]) => links.add([newLink(link, ...notices)]);

const added = async (changed: Partial<Link> = {}): Promise<Link> => {
  const link = linkLike(changed);
  assert.equal(await add(link), true);
  return link;
};

/** Begins attempt `n` at a link whose gate was read when so many had begun. */
const begin = (link: Link, n: number) =>
  payments.record({ ...open({ claims: [attemptClaim(link.id, n)] }).step, gates: [{ id: link.id, read: n }] });

const row = async ({ reference }: Link) => (await links.find({ shop, reference }))!;

const dueAt = (dueBefore: number) => agenda.leaseLinks({ dueBefore, dueNext: dueBefore + 5_000, limit: 100 });

test('a link is found by its shop and reference, and by the hash of its token, as it was added', async () => {
  const link = await added();
  const { number } = await row(link);
  const expected = { link, attemptCount: 0, ended: null, changedAt: now, number, isMailed: false };
  assert.deepEqual(await row(link), expected);
  assert.deepEqual(await links.findByToken(hashOf(link)), expected);
  assert.equal(await links.findByToken('0'.repeat(64)), undefined);
  const stranger = { id: newId(merchantId, now), merchantId };
  assert.equal(await links.find({ shop: stranger, reference: link.reference }), undefined);
});

test('a reference makes one link of a shop, also at once; another shop may have it too', async () => {
  const reference = 'LINK-TWICE';
  const twins = Array.from({ length: 8 }, () => linkLike({ reference }));
  const won = await Promise.all(twins.map((link) => add(link)));
  assert.equal(won.filter(Boolean).length, 1);
  assert.equal((await row(twins[0]!)).link.id, twins[won.indexOf(true)]!.id);
  const gates = await sql.unsafe('select id from tollgate.gates where id = any ($1::uuid[])', [
    `{${twins.map(({ id }) => id).join()}}`,
  ]);
  assert.equal(gates.length, 1, 'who loses leaves no gate');
  const other = linkLike({ reference, shopId: newId(merchantId, now) });
  assert.equal(await add(other), true);
});

test('an attempt passes the gate once; a gate that is closed lets nothing through', async () => {
  const link = await added();
  assert.equal(await begin(link, 1), 'written');
  assert.equal(await begin(link, 1), 'stale');
  assert.equal((await row(link)).attemptCount, 1);
  assert.equal(await links.end(await row(link), 'expired', null, now + 7), true);
  assert.equal(await begin(link, 2), 'stale');
  const { attemptCount, ended, changedAt } = await row(link);
  assert.deepEqual({ attemptCount, ended, changedAt }, { attemptCount: 1, ended: 'expired', changedAt: now + 7 });
});

test('a change of the amount is dated, and none is before the link itself', async () => {
  const link = await added();
  assert.equal(await links.amend(await row(link), 5n, now + 3), true);
  const { link: amended, changedAt } = await row(link);
  assert.deepEqual([amended.amountMinor, changedAt], [5n, now + 3]);
  assert.equal(await links.end(await row(link), 'cancelled', null, now - 9), true);
  assert.equal((await row(link)).changedAt, now);
  await assert.rejects(sql`update tollgate.links set changed_at = created_at - 1 where id = ${link.id}`, /check/);
});

test('what is known of a payer is forgotten once a link has ended and its time is over, not before', async () => {
  const [ended, open] = [await added({ payerInfo: '{"a":1}' }), await added({ payerInfo: '{"a":2}' })];
  await links.end(await row(ended), 'cancelled', null, now);
  await payments.forgetPayerInfo(ended.expiresAt);
  assert.equal((await row(ended)).link.payerInfo, '{"a":1}');
  assert.equal(await payments.forgetPayerInfo(ended.expiresAt + 1), 1);
  assert.deepEqual([(await row(ended)).link.payerInfo, (await row(open)).link.payerInfo], [null, '{"a":2}']);
});

test('a link ends as it was read, or not at all', async () => {
  const link = await added();
  const before = await row(link);
  assert.equal(await begin(link, 1), 'written');
  assert.equal(await links.end(before, 'expired', '{}', now), false);
  assert.equal((await row(link)).ended, null);
  const read = await row(link);
  const ends = await Promise.all([1, 2, 3].map(() => links.end(read, 'approved', null, now)));
  assert.equal(ends.filter(Boolean).length, 1);
  assert.equal((await row(link)).ended, 'approved');
});

test('the notice of an end is leased, listed, replayed and settled like any other', async () => {
  const link = await added();
  await links.end(await row(link), 'expired', '{"status":"Timeout"}', now);
  const lease = { dueBefore: now, realNow: 0, leaseUntil: 1_000, limit: 10, perEndpoint: 4 };
  const [notice] = await outbox.leaseNotices(lease);
  const named = { merchantId, paymentId: link.id, seq: 1, operationId: link.id };
  const sent = { shopId, url: noticeUrl, body: '{"status":"Timeout"}', tries: 0, dueAt: now, fence: 1 };
  assert.deepEqual(notice, { ...named, ...sent });
  await outbox.settleNotice(notice!, { state: 'delivered' }, { status: 200, note: null });
  const [listed] = await outbox.listNotices({ limit: 1 });
  assert.deepEqual([listed!.paymentId, listed!.operationId, listed!.state], [link.id, link.id, 'delivered']);
  assert.equal(await outbox.replayNotice(merchantId, link.id, 1, now), true);
  assert.equal((await outbox.leaseNotices(lease)).length, 1);
});

test('what is over is leased once in a while, until it has ended', async () => {
  const link = await added({ expiresAt: now + 2 * hourMs });
  const isDue = async (at: number) => (await dueAt(at)).some((due) => due.link.id === link.id);
  assert.equal(await isDue(now + 2 * hourMs - 1), false);
  assert.equal(await isDue(now + 2 * hourMs), true);
  assert.equal(await isDue(now + 2 * hourMs), false);
  assert.equal(await isDue(now + 2 * hourMs + 5_000), true);
  await links.end(await row(link), 'expired', null, now);
  assert.equal(await isDue(now + 3 * hourMs), false);
});

test('the tables refuse a link that changes, comes back or goes, and a gate that opens again', async () => {
  const link = await added();
  const refused = async (text: string, code = '23514') => {
    await assert.rejects(sql.unsafe(text), (error: { code?: string }) => error.code === code, text);
  };
  const of = (table: string) => `${table} where id = '${link.id}'`;
  const set = (table: string, change: string) => `update tollgate.${table} set ${change} where id = '${link.id}'`;
  for (const change of ['amount_minor = 1', "notice_url = ''", 'expires_at = 0', "token_hash = ''"])
    await refused(set('links', change));
  await refused(set('gates', 'version = 0'));
  await links.end(await row(link), 'expired', null, now);
  await refused(set('links', "ended = 'approved'"));
  await refused(set('links', 'ended = null'));
  await refused(set('gates', "state = 'open'"));
  await refused(`delete from tollgate.${of('links')}`, 'TG002');
});

test('operators see the links of a shop, newest first', async () => {
  const listed = await links.list(shopId, 3);
  assert.equal(listed.length, 3);
  const ids = listed.map(({ link }) => link.id);
  assert.deepEqual(ids, [...ids].sort().reverse());
  assert.deepEqual(await links.list(newId(merchantId, now), 3), []);
});

test('what a link owes is written with it, in one commit, and numbered on from there', async () => {
  const letter = { to: 'ada@shop.example', subject: 'Invoice', text: 'Invoice', html: '<p>Invoice</p>' };
  const link = linkLike();
  await add(link, noticeOfLetter(letter), { url: noticeUrl, body: 'made' });
  const again = linkLike({ reference: link.reference });
  assert.equal(await add(again, noticeOfLetter(letter)), false);
  await Promise.all([1, 2, 3].map((n) => links.tell(link, { url: noticeUrl, body: `reminder ${n}` }, now)));
  assert.equal(await links.end(await row(link), 'expired', 'over', now), true);
  const rows = await sql.unsafe('select seq, endpoint, body from tollgate.notices where payment_id = $1 order by seq', [
    link.id,
  ]);
  assert.deepEqual(
    rows.map(({ seq }) => seq),
    [1, 2, 3, 4, 5, 6],
  );
  const { subject, text, html } = letter;
  assert.deepEqual([rows[0]?.endpoint, rows[0]?.body], ['mail', JSON.stringify({ v: 1, subject, text, html })]);
  assert.deepEqual([rows[1]?.body, rows[5]?.body], ['made', 'over']);
  const none = await sql.unsafe('select from tollgate.notices where payment_id = $1', [again.id]);
  assert.equal(none.length, 0, 'who loses owes nothing');
});

/** What of these links and of what they owe is on record. */
const traces = async (all: readonly Link[]) => {
  const ids = [`{${all.map(({ id }) => id).join()}}`];
  const count = async (text: string) => (await sql.unsafe(text, ids)).length;
  return {
    links: await count('select from tollgate.links where id = any ($1::uuid[])'),
    gates: await count('select from tollgate.gates where id = any ($1::uuid[])'),
    claims: await count('select from tollgate.claims where payment_id = any ($1::uuid[])'),
    notices: await count('select from tollgate.notices where payment_id = any ($1::uuid[])'),
  };
};

/** Links that belong together, each with a notice; the first has another name as well. */
const together = (name: string, size: number): readonly [NewLink, ...NewLink[]] => {
  const [first, ...others] = Array.from({ length: size }, (_, n) =>
    newLink(linkLike({ reference: n === 0 ? name : `${name}/${n + 1}`, amountMinor: BigInt(n + 1) }), {
      url: noticeUrl,
      body: `made ${n + 1}`,
    }),
  );
  return [{ ...first!, alsoNamed: [`also ${name}`] }, ...others];
};

test('links that belong together are there at once, each with its own; the first by its other name as well', async () => {
  const [number, next, ...others] = await links.newNumbers(4);
  assert.ok(next! > number! && others[1]! > others[0]!);
  const [first, ...rest] = together('TOGETHER', 3);
  assert.equal(await links.add([{ ...first, number: number! }, ...rest]), true);
  const all = [first, ...rest].map(({ link }) => link);
  assert.deepEqual(await traces(all), { links: 3, gates: 3, claims: 4, notices: 3 });
  assert.deepEqual(
    (await Promise.all(all.map(row))).map(({ link }) => link),
    all,
  );
  assert.deepEqual((await links.find({ shop, reference: 'also TOGETHER' }))!.link, first.link);
  assert.deepEqual((await links.findByNumber(number!))!.link, first.link);
  const asked = ['also TOGETHER', 'TOGETHER/2', 'TOGETHER/3', 'TOGETHER/4'];
  const found = await links.findAll(shop, asked);
  assert.deepEqual(found.map(({ link }) => link.amountMinor).sort(), [1n, 2n, 3n]);
  assert.deepEqual(await links.findAll({ id: newId(merchantId, now), merchantId }, asked), []);
  const bodies = await sql.unsafe(
    `select n.body, n.seq, l.notice_count from tollgate.notices n join tollgate.links l on l.id = n.payment_id
      where l.reference like 'TOGETHER%' order by n.body`,
  );
  assert.deepEqual(
    bodies.map((one) => [one.body, one.seq, one.notice_count]),
    [1, 2, 3].map((n) => [`made ${n}`, 1, 1]),
  );
});

test('of many who want the same links at once one has them, and the others leave nothing', async () => {
  const rivals = Array.from({ length: 8 }, () => together('RIVALS', 5));
  const won = await Promise.all(rivals.map((mine) => links.add(mine)));
  assert.equal(won.filter(Boolean).length, 1);
  for (const [n, mine] of rivals.entries()) {
    const expected = won[n]
      ? { links: 5, gates: 5, claims: 6, notices: 5 }
      : { links: 0, gates: 0, claims: 0, notices: 0 };
    assert.deepEqual(await traces(mine.map(({ link }) => link)), expected);
  }
});

test('where one link of several cannot be, none is', async () => {
  const taken = await added({ reference: 'BROKEN/3' });
  for (const spoil of [
    (mine: NewLink) => mine,
    (mine: NewLink) => ({ ...mine, tokenHash: hashOf(taken), link: { ...mine.link, reference: 'other' } }),
    (mine: NewLink) => ({ ...mine, link: { ...mine.link, reference: 'other', amountMinor: 0n } }),
    (mine: NewLink) => ({ ...mine, alsoNamed: ['BROKEN/3'], link: { ...mine.link, reference: 'other' } }),
  ]) {
    const [first, second, third] = together('BROKEN', 3);
    const mine = [first, second!, spoil(third!)] as const;
    await assert.rejects(links.add(mine));
    const none = { links: 0, gates: 0, claims: 0, notices: 0 };
    assert.deepEqual(await traces(mine.map(({ link }) => link)), none);
  }
});

test('where the line to the database breaks in the middle, none is there, and all can be had later', async () => {
  const [first, ...others] = together('CUT', 3);
  const all = [first, ...others].map(({ link }) => link);
  const undo = new Error('undone');
  const held = transaction(sql, async (tx) => {
    // Somebody else holds the last of the claims, so that the statement has written the others when it has to wait.
    await tx.unsafe(
      `insert into tollgate.claims (merchant_id, scope, value, payment_id, command, held) values ($1, $2, 'CUT/3', $3, $3, true)`,
      [merchantId, linkScope(shopId), newId(merchantId, now)],
    );
    const adding = assert.rejects(links.add([first, ...others]), /terminating connection|CONNECTION/);
    for (let cut = 0; cut === 0; ) {
      const waiting = await sql.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and application_name = 'tollgate read'`);
      cut = waiting.length;
    }
    await adding;
    throw undo;
  });
  await assert.rejects(held, undo);
  assert.deepEqual(await traces(all), { links: 0, gates: 0, claims: 0, notices: 0 });
  assert.equal(await links.add([first, ...others]), true);
  assert.deepEqual(await traces(all), { links: 3, gates: 3, claims: 4, notices: 3 });
});

test('a link is mailed once its mail has been taken', async () => {
  const link = linkLike();
  const letter = { to: 'ada@shop.example', subject: 'Invoice', text: 'Invoice', html: '<p>Invoice</p>' };
  await add(link, noticeOfLetter(letter));
  assert.equal((await row(link)).isMailed, false);
  await sql.unsafe("update tollgate.notices set state = 'delivered' where payment_id = $1", [link.id]);
  assert.equal((await row(link)).isMailed, true);
});

test('a link is renewed while it is open, and the old address is no more; its number stays', async () => {
  const link = await added();
  const before = await row(link);
  assert.equal((await links.findByNumber(before.number))!.link.id, link.id);
  const tokenHash = 'a'.repeat(64);
  const renewal = { tokenHash, memo: '{"v":1,"new":true}', expiresAt: now + 2 * hourMs, notices: [] };
  assert.equal(await links.renew({ ...before, attemptCount: 7 }, renewal, now), false);
  assert.equal(await links.renew(before, renewal, now), true);
  const renewed = { ...before, link: { ...link, memo: renewal.memo, expiresAt: renewal.expiresAt } };
  assert.deepEqual(await row(link), renewed);
  assert.deepEqual(await links.findByToken(tokenHash), renewed);
  assert.equal(await links.findByToken(hashOf(link)), undefined);
  assert.deepEqual(
    (await dueAt(now + hourMs)).filter(({ link: { id } }) => id === link.id),
    [],
  );
  assert.equal(await links.end(renewed, 'cancelled', null, now), true);
  assert.equal(await links.renew(renewed, { ...renewal, tokenHash: 'b'.repeat(64) }, now), false);
  await assert.rejects(sql.unsafe("update tollgate.links set renewed_memo = '{}' where id = $1", [link.id]));
});
