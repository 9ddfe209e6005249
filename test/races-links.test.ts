import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksAgree } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { Payer } from './payer.ts';
import { chanceOf } from './races/chance.ts';
import { startReceiver } from './receiver.ts';
import { addSpiralMerchant, spiralClient } from './spiral-merchant.ts';

/**
 * Many payers at one payment link at once, at two gateways on one database. However they come, no two attempts are open
 * at a time, and the acquirer's own book has one payment at most.
 */
const roundCount = 6;
const payerCount = 12;
const hourMs = 3_600_000;

const first = await startTollgate();
const { DATABASE_URL, TOLLGATE_DATA } = first.environment;
const second = await startTollgate({ DATABASE_URL: DATABASE_URL!, TOLLGATE_DATA: TOLLGATE_DATA! });
const gateways = [first, second];
const merchant = await addSpiralMerchant(first);
const clients = gateways.map(({ url }) => spiralClient({ ...merchant.account, url }));
const receiver = await startReceiver();
const { sql } = first.installation;
const { book } = first.assembly.sandbox!;
const chance = chanceOf(15);
const card = { number: '4440000009900010' };

let serial = 0;

/** A new link; answers its reference and the path of its page. */
const begin = async (durationHr = 24) => {
  const reference = `RACE-${process.pid}-${++serial}`;
  const webhookUrl = `${receiver.url}/${reference}`;
  const body = { amt: 12.5, goodsName: 'Refill', webhookUrl, durationHr };
  const answer = await merchant.send({ method: 'PUT', noun: 'paymentlink', reference, body });
  assert.equal(answer.status, 200, answer.text);
  return { reference, path: new URL(answer.body.paymentLinkUrl).pathname };
};

const statusOf = async (reference: string, n = 0): Promise<string> =>
  (await clients[n]!.send({ method: 'GET', noun: 'paymentlink', reference })).body.status;

/** The attempts of a link by what became of them, and whether they could still be paid. */
const attemptsOf = (reference: string) =>
  sql.unsafe<{ reference: string; state: string; open: boolean }[]>(
    `select o.reference, p.state, p.state in ('open', 'acting', 'part_paid') as open from tollgate.operations o
      join tollgate.payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
      where o.ordinal = 1 and o.reference like $1 order by o.reference`,
    [`${reference}\\___`],
  );

/** Looks again and again while `work` goes on: at most one attempt is open at any moment. */
const watched = async <T>(reference: string, work: Promise<T>): Promise<T> => {
  let isOver = false;
  const watch = (async () => {
    while (!isOver) {
      const open = (await attemptsOf(reference)).filter((attempt) => attempt.open);
      assert.ok(open.length <= 1, `${open.length} attempts are open at once`);
    }
  })();
  const done = await work.finally(() => {
    isOver = true;
  });
  await watch;
  return done;
};

/** The `n`th payer before the link's page, at one of the gateways. */
const payerAt = (path: string, n: number) => new Payer(gateways[n % 2]!.url + path);

const choose = (payer: Payer, path: string, type: string, n: number): Promise<Payer> =>
  payer.go(gateways[n % 2]!.url + path, { type });

const crowd = <T>(act: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: payerCount }, (_, n) => act(n)));

test(`${payerCount} payers choose and pay at once: one is paid, ${roundCount} rounds`, async () => {
  for (let round = 0; round < roundCount; round++) {
    const { reference, path } = await begin();
    const before = (await book.entries()).length;
    await watched(
      reference,
      crowd(async (n) => {
        const payer = payerAt(path, n);
        await choose(payer, path, chance.oneOf(['VM', 'VM', 'AMEX']), n);
        if (payer.seesCardForm) await payer.pay(card);
      }),
    );
    // The crowd may have withdrawn each other's attempts to the last one; somebody comes back alone.
    if ((await statusOf(reference)) !== 'Approved') {
      const payer = await choose(payerAt(path, round), path, 'VM', round);
      await payer.pay(card);
    }
    assert.deepEqual([await statusOf(reference), await statusOf(reference, 1)], ['Approved', 'Approved']);
    const states = (await attemptsOf(reference)).map(({ state }) => state);
    assert.equal(states.filter((state) => state === 'approved').length, 1, states.join());
    assert.equal(states.at(-1), 'approved', 'nothing begins after it');
    assert.equal((await book.entries()).length, before + 1, 'payments in the book of the acquirer');
    const told = () => receiver.received.filter(({ path: at }) => at === `/${reference}`);
    await until('the notice', () => told().length > 0);
    assert.equal(told().length, 1);
  }
});

test('codes of wallets are shown, paid and changed for others at once: one is paid', async () => {
  for (let round = 0; round < roundCount; round++) {
    const { reference, path } = await begin();
    const before = (await book.entries()).filter(({ status }) => status === 'approved').length;
    await watched(
      reference,
      crowd(async (n) => {
        const payer = await choose(payerAt(path, n), path, chance.oneOf(['PAYME', 'ALIPAYHK', 'OCTOPUS']), n);
        const app = /<a class="go app" href="([^"]+)"/.exec(payer.page.html)?.[1];
        if (app)
          await fetch(app.replaceAll('&amp;', '&'), { method: 'POST', body: new URLSearchParams({ act: 'pay' }) });
      }),
    );
    await until('the end of what is open', async () => !(await attemptsOf(reference)).some(({ open }) => open));
    const states = (await attemptsOf(reference)).map(({ state }) => state);
    const paid = states.filter((state) => state === 'approved').length;
    const charged = (await book.entries()).filter(({ status }) => status === 'approved').length - before;
    assert.ok(paid <= 1, states.join());
    assert.equal(charged, paid, 'payments in the book of the acquirer');
    assert.equal(await statusOf(reference), paid === 1 ? 'Approved' : 'Unconfirmed');
  }
});

test('payers begin while the time runs out: an attempt that began can be paid, and else the link is over', async () => {
  const seen = new Set<string>();
  // Which side wins is up to the machine: rounds go on until each has won once.
  for (let round = 0; round < 4 * roundCount || (seen.size < 2 && round < 40 * roundCount); round++) {
    const { reference, path } = await begin(1);
    await first.advance(hourMs - 1 - chance.below(500));
    await second.advance(0);
    const reads = [0, 1].map(async (n) => {
      await first.advance(chance.below(600));
      return statusOf(reference, n);
    });
    const started = Promise.all([0, 1].map((n) => choose(payerAt(path, n), path, 'VM', n)));
    const [statuses] = await watched(reference, Promise.all([Promise.all(reads), started]));
    await first.advance(1_000);
    await second.advance(0);
    const [open] = (await attemptsOf(reference)).filter((attempt) => attempt.open);
    const status = await statusOf(reference, round % 2);
    assert.equal(status, open ? 'Unconfirmed' : 'Timeout');
    if (statuses.includes('Timeout')) assert.equal(status, 'Timeout', 'Timeout is for good');
    seen.add(status);
    if (!open) continue;
    const payer = (await started).find((one) => one.page.url.pathname.endsWith(open.reference) && one.seesCardForm)!;
    await payer.pay(card);
    assert.equal(await statusOf(reference, round % 2), 'Approved');
  }
  assert.deepEqual([...seen].sort(), ['Timeout', 'Unconfirmed']);
});

test('the books agree after all of it', async () => {
  await booksAgree(first);
});
