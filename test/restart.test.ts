import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksAgree, dossierOf } from './books.ts';
import { freePort } from './database.ts';
import { startTollgate, until } from './installation.ts';
import { openPage } from './payer.ts';
import { Program } from './program.ts';
import { startReceiver } from './receiver.ts';
import { type Answer, addSpiralMerchant, spiralClient } from './spiral-merchant.ts';

// The server is killed while money moves. What it had acknowledged is there afterwards, and all it had begun comes to
// an end on which both books agree.

/** Sets the merchant up before and looks at the books afterwards. Its workers stand still until the last kill. */
const observer = await startTollgate({ TOLLGATE_WORKERS: 'off' });
const merchant = await addSpiralMerchant(observer);
const receiver = await startReceiver();
const { sql } = observer.installation;

const startVictim = async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const own = {
    PORT: String(port),
    TOLLGATE_PUBLIC_URL: url,
    TOLLGATE_WORKERS: 'on',
    TOLLGATE_ACQUIRER_TIMEOUT_MS: '3000',
  };
  const program = await new Program(['serve'], { ...observer.environment, ...own, LOG_LEVEL: 'info' }).runs();
  return { program, url, client: spiralClient({ ...merchant.account, url }) };
};

interface Asked {
  readonly reference: string;
  /** Absent where the line broke. */
  answer?: Answer;
}

const asked: Asked[] = [];
const tokens = ['TKSIM00000000001', 'TKSIM00000000001', 'TKSIM00000000504', 'TKSIM00000000005'];

/** Asks on and on, until the server is gone. */
const askOn = async (client: ReturnType<typeof spiralClient>, n: number): Promise<void> => {
  for (let turn = 0; ; turn++) {
    const sale: Asked = { reference: client.newReference() };
    asked.push(sale);
    const token = { cardToken: tokens[(n + turn) % tokens.length], cardTokenSrc: 'SPIRAL' };
    const body = {
      cmd: 'SALE',
      type: 'VM',
      amt: 10 + n,
      goodsName: 'Refill',
      webhookUrl: `${receiver.url}/sale`,
      ...token,
    };
    try {
      sale.answer = await client.put(sale.reference, body);
    } catch {
      return;
    }
    if (sale.answer.body.status !== 'Approved') continue;
    const refund: Asked = { reference: client.newReference() };
    asked.push(refund);
    try {
      refund.answer = await client.put(refund.reference, { cmd: 'REFUND', orderId: sale.answer.body.orderId, amt: 1 });
    } catch {
      return;
    }
  }
};

const countOf = async (text: string): Promise<number> => (await sql.unsafe<{ n: number }[]>(text))[0]!.n;

test('kill -9 under load: no acknowledged sale is lost, each one comes to its end, both books agree', async () => {
  let cutOff = 0;
  for (let round = 0; round < 3; round++) {
    const before = asked.length;
    const { program, client } = await startVictim();
    const callers = Array.from({ length: 24 }, (_, n) => askOn(client, n));
    await until('some sales', () => asked.length - before > 150);
    assert.equal((await program.kill('SIGKILL')).signal, 'SIGKILL');
    await Promise.all(callers);
    cutOff += await countOf(`select count(*)::int n from tollgate.attempts where state = 'sending'`);
  }
  assert.ok(cutOff > 0, 'the kill met some between their two commits');
  assert.ok(asked.some(({ answer }) => !answer));

  // What the dead server's workers had in hand is theirs for half a minute at most, which is taken off here, not waited for.
  const longestLeaseMs =
    (await countOf('select coalesce(max(lease_until), 0)::float8 n from tollgate.attempts')) - Date.now();
  assert.ok(longestLeaseMs <= 30_000, `${longestLeaseMs} ms`);
  await observer.installation.sql.unsafe('update tollgate.attempts set lease_until = lease_until - 30000');
  await observer.installation.sql.unsafe('update tollgate.tasks set lease_until = lease_until - 30000');
  await observer.installation.sql.unsafe('update tollgate.notices set lease_until = lease_until - 30000');
  const { program } = await startVictim();
  observer.assembly.work();
  await until('every end', async () => {
    await observer.advance(5_000);
    return (await countOf('select count(*)::int n from tollgate.attempts where due_at is not null')) === 0;
  });

  for (const { reference, answer } of asked) {
    const { status, body } = await merchant.query(reference);
    if (answer?.status === 200) {
      const { refundedAmt, ...record } = body;
      assert.deepEqual(record, answer.body, reference);
    } else if (answer) {
      assert.deepEqual([answer.status, body.status], [504, 'Approved'], reference);
    } else if (status !== 404) {
      assert.match(body.status, /^(Approved|Declined)$/, reference);
    }
  }
  await booksAgree(observer);

  // Whoever was answered 504, and whoever was not answered at all, is told by a notice.
  const lost = asked.filter(({ answer }) => answer?.status === 504).map(({ reference }) => reference);
  assert.ok(lost.length > 0);
  await until('the notices', () => {
    const told = new Set(receiver.received.map(({ text }) => JSON.parse(text).merchantRef));
    return lost.every((reference) => told.has(reference));
  });
  assert.equal((await program.kill('SIGTERM')).code, 0);
});

test('a payer whose page was cut off by the kill finds the end on it', async () => {
  const { reference, sessionId } = await merchant.openSession({ amt: 77 });
  const victim = await startVictim();
  const payer = await openPage(victim.url, sessionId);
  const paying = payer.pay({ number: '4000000000000127' }).catch(() => undefined);
  await until('the card to be with the acquirer', async () => {
    return (await dossierOf(observer, reference)).view.attempts[0]?.state === 'sending';
  });
  await victim.program.kill('SIGKILL');
  await paying;
  const { program, url } = await startVictim();
  const again = await openPage(url, sessionId);
  assert.ok(!again.seesCardForm, 'nobody may pay a second time meanwhile');
  await until('the inquiries', async () => {
    await observer.advance(5_000);
    return (await merchant.query(reference)).body.status === 'Declined';
  });
  await again.go();
  assert.equal(again.leftTo, 'https://shop.example/retry?o=17');
  await booksAgree(observer);
  await program.kill('SIGTERM');
});
