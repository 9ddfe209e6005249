import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ending } from '../bench/ending.ts';
import { check } from '../crash/check.ts';
import { type Run, runCycles } from '../crash/cycles.ts';
import { readOptions } from '../crash/options.ts';
import { linesOf } from '../crash/report.ts';
import { victims } from '../crash/victims.ts';
import { startWorld, type World } from '../crash/world.ts';
import { transaction } from '../src/kit/postgres.ts';

// A short run of the crash harness, on a PostgreSQL of its own, which it kills too.

const ending = new Ending();
let world: World;
let run: Run;

before(async () => {
  world = await startWorld(ending);
});
after(() => ending.stop());

test('forty kills under load: nothing acknowledged is lost, nothing is charged twice, all books agree', async () => {
  run = await runCycles(world, { cycles: 40, seed: 11 }, { checkEvery: 40, quietMsMax: 400 });
  const { report } = run;
  const text = linesOf(report).join('\n');
  assert.deepEqual(report.faults, [], text);
  assert.deepEqual([report.kills.length, report.checks], [40, 1]);
  for (const victim of victims) {
    const own = report.kills.filter((kill) => kill.victim === victim);
    assert.ok(own.length > 1, `${victim} was killed ${own.length} times`);
    assert.match(text, new RegExp(`^ *${victim} +${own.length} `, 'm'));
  }
  const met = report.kills.filter(({ victim, betweenCommits }) => victim === 'gateway' && betweenCommits.length > 0);
  assert.ok(met.length > 3, text);
  assert.ok(report.cutOff > 0 && report.answers > 100 && report.notices > 0, text);
});

/** A reference that the clients know to be approved, by command. */
const approved = (cmd: 'SALE' | 'REFUND'): string =>
  [...world.shop.journal.asked.values()].findLast(
    (asked) => asked.cmd === cmd && asked.told.some(({ by, status }) => by === 'answer' && status === 'Approved'),
  )!.reference;

/**
 * Changes rows as somebody who may silence the tables' own guards: they would refuse most of what is wrong below. What a
 * CHECK refuses cannot be written even so.
 */
const force = (text: string, about: string): Promise<unknown> =>
  transaction(world.database.sql, async (tx) => {
    await tx.unsafe('set local session_replication_role = replica');
    await tx.unsafe(text, [about]);
  });

/** Each is a way in which the books could be wrong: what is changed, how it is changed back, and what the check says. */
const wrongs: Record<string, { does: string; undoes: string; reference: () => string; says: RegExp }> = {
  'an approved sale is on record as declined': {
    does: `update tollgate.operations set state = 'declined' where reference = $1`,
    undoes: `update tollgate.operations set state = 'approved' where reference = $1`,
    reference: () => approved('SALE'),
    says: /^SALE \S+: the answer said .*on record is declined/m,
  },
  'a refund is gone': {
    does: `update tollgate.operations set reference = 'gone' where reference = $1`,
    undoes: `update tollgate.operations set reference = $1 where reference = 'gone'`,
    reference: () => approved('REFUND'),
    says: /^REFUND \S+ was acknowledged and is not on record/m,
  },
  'a refund has another amount': {
    does: 'update tollgate.operations set amount_minor = amount_minor + 1 where reference = $1',
    undoes: 'update tollgate.operations set amount_minor = amount_minor - 1 where reference = $1',
    reference: () => approved('REFUND'),
    says: /^the books differ: the two books have other rows/m,
  },
  'the acquirer charged a second time': {
    does: `insert into sandbox.transactions (reference, account, kind, amount, currency, status, code, received_at, decided_at)
      select 'twice', t.account, t.kind, t.amount, t.currency, t.status, t.code, t.received_at, t.decided_at
      from sandbox.transactions t join tollgate.attempts a on a.sent_reference = t.reference
      join tollgate.operations o on o.payment_id = a.payment_id and o.ordinal = a.operation where o.reference = $1`,
    undoes: `delete from sandbox.transactions where reference = 'twice' and $1 <> ''`,
    reference: () => approved('SALE'),
    says: /^the books differ: the two books have other totals/m,
  },
  'a second attempt charged again': {
    does: `with sale as (
        select a.* from tollgate.attempts a join tollgate.operations o
          on o.payment_id = a.payment_id and o.ordinal = a.operation where o.reference = $1),
      again as (
        insert into sandbox.transactions
          (reference, account, kind, amount, currency, status, code, received_at, decided_at)
        select 'twice', t.account, t.kind, t.amount, t.currency, t.status, t.code, t.received_at, t.decided_at
        from sandbox.transactions t join sale on sale.sent_reference = t.reference)
      insert into tollgate.attempts (merchant_id, payment_id, operation, ordinal, route_id, acquirer, account, state,
        sent_reference, sent_at, inquiries, not_found)
      select merchant_id, payment_id, operation, ordinal + 1, route_id, acquirer, account, state, 'twice', sent_at, 0, 0
      from sale`,
    undoes: `with gone as (delete from sandbox.transactions where reference = 'twice')
      delete from tollgate.attempts where sent_reference = 'twice' and $1 <> ''`,
    reference: () => approved('SALE'),
    says: /moved money 2 times/,
  },
  'an attempt is still due': {
    does: `update tollgate.attempts set state = 'unknown', due_at = 1 where operation = 1 and payment_id in
      (select payment_id from tollgate.operations where reference = $1)`,
    undoes: `update tollgate.attempts set state = 'approved', due_at = null where operation = 1 and payment_id in
      (select payment_id from tollgate.operations where reference = $1)`,
    reference: () => approved('SALE'),
    says: /^the books differ:.*attempts: [1-9]/ms,
  },
};

for (const [name, { does, undoes, reference, says }] of Object.entries(wrongs)) {
  test(`the check finds it where ${name}`, async () => {
    const about = reference();
    // Workers would mend what is due.
    await world.programs.worker.kill('SIGKILL');
    await force(does, about);
    const faults = await check(world, run.cutOff);
    await force(undoes, about);
    assert.match(faults.join('\n'), says);
    assert.deepEqual(await check(world, run.cutOff), []);
  });
}

test('the check finds it where a notice never came', async () => {
  const owed = [...world.shop.journal.asked.values()].find(({ isOwedNotice }) => isOwedNotice)!;
  const path = `/${owed.reference}`;
  const came = world.receiver.notices.get(path)!;
  world.receiver.notices.delete(path);
  const faults = await check(world, run.cutOff);
  world.receiver.notices.set(path, came);
  assert.match(faults.join('\n'), /^\S+ ended \w+, and no notice came$/);
});

test('the check finds it where an answer made no sense', async () => {
  world.shop.journal.complaints.push('SALE was answered 418');
  const faults = await check(world, run.cutOff);
  world.shop.journal.complaints.pop();
  assert.deepEqual(faults, ['SALE was answered 418']);
  assert.match(linesOf({ ...run.report, faults }).join('\n'), /1 FAULTS\n {2}SALE was answered 418/);
});

test('words that the harness does not know are a mistake', async () => {
  for (const words of [
    ['--cycles', '0'],
    ['--cycles', 'many'],
    ['--seed', '-1'],
    ['--seed', '4294967296'],
  ]) {
    assert.throws(() => readOptions(words, 7), /--cycles|--seed/);
  }
  assert.deepEqual(readOptions([], 7), { cycles: 100, seed: 7 });
  const main = fileURLToPath(new URL('../crash/run.ts', import.meta.url));
  const { code, stderr } = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [main, '--cylces', '3'], (_error, _stdout, stderr) =>
      resolve({ code: child.exitCode, stderr }),
    );
  });
  assert.equal(code, 2);
  assert.match(stderr, /usage: npm run crash/);
});
