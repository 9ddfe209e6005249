import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fpsText } from '../src/apis/spiral/fps.ts';
import { booksAgree, dossierOf } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { startReceiver } from './receiver.ts';
import { addSpiralMerchant } from './spiral-merchant.ts';

// QR wallets and FPS: a code that the payer scans, paid in the sandbox's wallet app.

const tollgate = await startTollgate({ TOLLGATE_PAGE_POSTS_PER_MINUTE: '1000' });
const merchant = await addSpiralMerchant(tollgate, { fpsId: '9990001' });
const receiver = await startReceiver();

const minuteMs = 60_000;

const begin = async (type: string, body: object = {}) => {
  const hook = `/hooks/${merchant.newReference()}`;
  const session = await merchant.openSession({ type, amt: 100, webhookUrl: receiver.url + hook, ...body });
  return { ...session, hook };
};
type Begun = { readonly reference: string; readonly hook: string };

const recordOf = async ({ reference }: Begun) => (await merchant.query(reference)).body;

/** The address that the code leads to, once the acquirer has made it. */
const appUrlOf = (reference: string): Promise<string> =>
  until('the code', async () => {
    const { challenge } = (await dossierOf(tollgate, reference)).view.attempts[0]!;
    return challenge?.kind === 'qr' ? challenge.appUrl! : undefined;
  });

/** What the payer does in the app. */
const inApp = async ({ reference }: Begun, fields: Record<string, string>, appUrl?: string) => {
  const url = appUrl ?? (await appUrlOf(reference));
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  assert.ok([200, 303].includes(answer.status), `${answer.status} of the wallet`);
};
const transfer = (begun: Begun, amount: string, appUrl?: string) => inApp(begun, { act: 'transfer', amount }, appUrl);

const noticesOf = ({ hook }: Begun) => receiver.received.filter(({ path }) => path === hook);

/** The `count`th notice of a session, genuine. */
const notice = async (begun: Begun, count = 1) => {
  const told = await until(`notice ${count}`, () => noticesOf(begun)[count - 1]);
  assert.ok(merchant.isGenuine(told));
  return JSON.parse(told.text);
};

const statusOf = async (begun: Begun, status: string) =>
  until(`the status ${status}`, async () => {
    const record = await recordOf(begun);
    return record.status === status ? record : undefined;
  });

for (const [type, prefix, hostId] of [
  ['PAYME', 'PMD', '16'],
  ['ALIPAYHK', 'AL', '5'],
  ['ALIPAYCN', 'AL', '5'],
  ['Alipay', 'AL', '5'],
  ['WECHAT', 'WC', '6'],
  ['OCTOPUS', 'OT', '7'],
] as const) {
  test(`9, 10: ${type} is paid in its app, and told at once`, async () => {
    const begun = await begin(type);
    assert.ok(begun.sessionId.startsWith(prefix));
    assert.equal(begun.answer.body.qrCode, undefined);
    assert.equal((await recordOf(begun)).status, 'Unconfirmed');
    await inApp(begun, { act: 'pay' });
    const told = await notice(begun);
    const { status, resp, paidAmt, card, hostTime, respMsg, type: echoed, orderAmt } = told;
    assert.deepEqual(
      { status, resp, respMsg, paidAmt, card, type: echoed, hostId: told.hostId, orderAmt },
      {
        status: 'Approved',
        resp: '001',
        respMsg: 'ok',
        paidAmt: 100,
        card: type.toUpperCase(),
        type,
        hostId,
        orderAmt: undefined,
      },
    );
    assert.match(hostTime, type === 'PAYME' ? /Z$/ : /\+08:00$/);
    if (type === 'PAYME') assert.match(told.pan, /^ff[0-9a-f]{20}$/);
    const { sessionId, ...record } = await recordOf(begun);
    assert.deepEqual(record, told);
    assert.equal(sessionId, begun.sessionId);
  });
}

test('8: what is refused in the app is Declined, with the wallet’s code', async () => {
  const begun = await begin('PAYME');
  await inApp(begun, { act: 'refuse' });
  const { status, resp, paidAmt } = await notice(begun);
  assert.deepEqual([status, resp, paidAmt], ['Declined', '002', 0]);
});

test('5.4: a session that nobody pays is Timeout, when the acquirer has said that it takes no more', async () => {
  const begun = await begin('WECHAT');
  const appUrl = await appUrlOf(begun.reference);
  await tollgate.advance(31 * minuteMs);
  const record = await statusOf(begun, 'Timeout');
  assert.equal(record.resp, undefined);
  assert.equal(record.paidAmt, 0);
  assert.equal((await notice(begun)).status, 'Timeout');
  assert.match(await (await fetch(appUrl)).text(), /Closed/);
});

test('8: the payer who gives up on the page is told Cancelled, and paying afterwards takes no effect', async () => {
  const begun = await begin('PAYME');
  const appUrl = await appUrlOf(begun.reference);
  const page = `${tollgate.url}/pay/${encodeURIComponent(begun.sessionId)}`;
  await fetch(`${page}/cancel`, { method: 'POST', redirect: 'manual', body: new URLSearchParams() });
  await statusOf(begun, 'Cancelled');
  await inApp(begun, { act: 'pay' }, appUrl);
  assert.equal((await notice(begun)).status, 'Cancelled');
  assert.equal((await recordOf(begun)).status, 'Cancelled');
});

test('5.5: a direct sale of a wallet opens a session and answers with its code', async () => {
  const reference = merchant.newReference();
  const hook = `/hooks/${reference}`;
  const body = { cmd: 'SALE', type: 'PAYME', amt: 55, goodsName: 'Refill', webhookUrl: receiver.url + hook };
  const { status, body: record } = await merchant.put(reference, body);
  assert.deepEqual([status, record.status, record.paidAmt], [200, 'Unconfirmed', 0]);
  assert.equal(record.qrCode, `${tollgate.url}/pay/${encodeURIComponent(record.sessionId)}`);
  assert.equal((await fetch(record.qrCode)).status, 200);
  await inApp({ reference, hook }, { act: 'pay' });
  const told = await notice({ reference, hook });
  assert.deepEqual([told.status, told.cmd, told.txnType, told.paidAmt], ['Approved', 'SALE', 'SALE', 55]);
  assert.equal((await merchant.put(reference, body)).body.error, 'Duplicate merchantRef');
});

test('5.4, 8: a bill by FPS carries its text, is paid in parts, and each part is told', async () => {
  const begun = await begin('FPS');
  assert.ok(begun.sessionId.startsWith('HF'));
  const bill = { fpsId: '9990001', amountMinor: 10_000n, currency: 'HKD' };
  const text = fpsText({ ...bill, merchantName: merchant.name, merchantRef: begun.reference });
  assert.equal(begun.answer.body.qrCode, text);
  await transfer(begun, '60');
  const part = await notice(begun);
  assert.deepEqual([part.status, part.amt, part.paidAmt, part.orderAmt], ['PartialPaid', 100, 60, 60]);
  assert.equal((await recordOf(begun)).status, 'PartialPaid');
  await transfer(begun, '40');
  const whole = await notice(begun, 2);
  assert.deepEqual(
    [whole.status, whole.paidAmt, whole.orderAmt, whole.card, whole.resp],
    ['Approved', 100, 100, 'FPS', '001'],
  );
});

test('8, 14.4: more than was asked for is OverPaid, and all of it can be refunded', async () => {
  const begun = await begin('FPS');
  await transfer(begun, '120');
  const told = await notice(begun);
  assert.deepEqual([told.status, told.amt, told.paidAmt, told.orderAmt], ['OverPaid', 100, 120, 120]);
  const refund = merchant.newReference();
  const hook = `/hooks/${refund}`;
  const body = { cmd: 'REFUND', orderId: told.orderId, amt: 120, webhookUrl: receiver.url + hook };
  const { body: answer } = await merchant.put(refund, body);
  assert.deepEqual([answer.status, answer.paidAmt, answer.resp], ['Unconfirmed', 0, undefined]);
  await tollgate.advance(minuteMs);
  const ended = await notice({ reference: refund, hook });
  assert.deepEqual([ended.status, ended.paidAmt, ended.cmd], ['Approved', 120, 'REFUND']);
  assert.equal((await recordOf(begun)).refundedAmt, 120);
});

test('5.7: Octopus and WeChat refunds come later, those of the other wallets at once', async () => {
  for (const [type, status] of [
    ['OCTOPUS', 'Unconfirmed'],
    ['WECHAT', 'Unconfirmed'],
    ['PAYME', 'Approved'],
    ['ALIPAYHK', 'Approved'],
  ] as const) {
    const begun = await begin(type);
    await inApp(begun, { act: 'pay' });
    const { orderId } = await notice(begun);
    const answer = await merchant.put(merchant.newReference(), { cmd: 'REFUND', orderId, amt: 40 });
    assert.equal(answer.body.status, status, type);
  }
});

test('8: a part that was paid when the time is over stays PartialPaid, is not told again, and can be refunded', async () => {
  const begun = await begin('FPS');
  await transfer(begun, '60');
  assert.equal((await notice(begun)).status, 'PartialPaid');
  await tollgate.advance(31 * minuteMs);
  await until('the end', async () => (await dossierOf(tollgate, begun.reference)).view.payment.state === 'expired');
  const record = await recordOf(begun);
  assert.deepEqual([record.status, record.paidAmt], ['PartialPaid', 60]);
  assert.equal(noticesOf(begun).length, 1);
  const { body } = await merchant.put(merchant.newReference(), { cmd: 'REFUND', orderId: record.orderId, amt: 60.01 });
  assert.deepEqual([body.status, body.resp], ['Declined', 'EXCEEDED_REFUND_AMOUNT']);
});

test('7: what the mobile SDK hands to the apps of Alipay and Octopus, and to no other', async () => {
  for (const [type, params] of [
    ['ALIPAYHK', /^alipay:\/\/pay\?order=[0-9a-f-]{36}$/],
    ['OCTOPUS', /^octopus:\/\/payment\/[0-9a-f-]{36}$/],
    ['PAYME', null],
  ] as const) {
    const { sessionId } = await begin(type);
    const url = `${tollgate.url}/v1/sessions/${encodeURIComponent(sessionId)}?deviceType=MOBILE`;
    const told = (await (await fetch(url)).json()) as { sdk?: { params: string }; status: string };
    assert.equal(told.status, 'Unconfirmed');
    if (params) assert.match(told.sdk!.params, params);
    else assert.equal(told.sdk, undefined);
  }
});

test('an acquirer’s word is believed in nothing, whoever sends it', async () => {
  const begun = await begin('PAYME');
  const { view } = await dossierOf(tollgate, begun.reference);
  const send = (body: string, name = 'sandbox') =>
    fetch(`${tollgate.url}/acquirers/${name}/notice`, { method: 'POST', body });
  const { sentReference } = view.attempts[0]!;
  assert.equal((await send(JSON.stringify({ reference: sentReference, status: 'approved' }))).status, 202);
  assert.equal((await send('{"reference":"nobody-1"}')).status, 202);
  for (const body of ['', '{', '[]', '{"reference":7}']) assert.equal((await send(body)).status, 400, body);
  assert.equal((await send('{}', 'nobody')).status, 404);
  assert.equal((await recordOf(begun)).status, 'Unconfirmed');
});

test('the acquirer’s book and ours agree, when all codes have come to their end', async () => {
  await tollgate.advance(31 * minuteMs);
  const { sql } = tollgate.installation;
  await until('the end of all of them', async () => {
    const [{ open }] = (await sql.unsafe(
      'select count(*)::int open from tollgate.attempts where due_at is not null',
    )) as [{ open: number }];
    return open === 0;
  });
  await booksAgree(tollgate);
});

test('8: money that comes after the end waits for the operator', async () => {
  const begun = await begin('FPS');
  const appUrl = await appUrlOf(begun.reference);
  await tollgate.advance(31 * minuteMs);
  await statusOf(begun, 'Timeout');
  await transfer(begun, '100', appUrl);
  const { cases } = await until('the case', async () => {
    const dossier = await dossierOf(tollgate, begun.reference);
    return dossier.cases.length > 0 ? dossier : undefined;
  });
  assert.equal(cases[0]!.kind, 'late_approval');
  assert.equal((await recordOf(begun)).status, 'Timeout');
});
