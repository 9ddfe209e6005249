import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { booksAgree, dossierOf } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { type Answer, addSpiralMerchant } from './spiral-merchant.ts';

// Terminals: sales, refunds, voids and reversals of cards that are held to a phone (section 18), and the settlement of
// their batches (section 19).

const tollgate = await startTollgate({ TOLLGATE_ACQUIRER_TIMEOUT_MS: '4000' });
const merchant = await addSpiralMerchant(tollgate);
const stranger = await addSpiralMerchant(tollgate);
const { store } = tollgate.installation;
const { book } = tollgate.assembly.sandbox!;
const account = 'H000000H0000001';

let terminalCount = 0;
let batchCount = 0;

/** A terminal that the gateway knows. */
const newTerminal = async (of = merchant): Promise<string> => {
  const number = `T${String(++terminalCount).padStart(7, '0')}`;
  const { merchantId, shopId } = of;
  const id = tollgate.assembly.gateway.parts.surroundings.newId(merchantId);
  assert.ok(await store.terminals.add({ merchantId, id, shopId, account, number }, Date.now()));
  return number;
};
const terminalId = await newTerminal();

/** A batch in which a terminal counts its messages. */
const newBatch = (terminal = terminalId, type = 'VM') => {
  const batchId = String(++batchCount).padStart(6, '0');
  let traces = 0;
  const newTrace = () => String(++traces).padStart(6, '0');
  const head = { type, merchantId: account, terminalId: terminal, batchId };
  const card = { pan: '444000******0010', expDate: '0139', entryMode: 'T', currency: 'HKD' };
  const say = async (cmd: string, amt: number, more: object = {}, reference = merchant.newReference()) => {
    const body = { cmd, amt, traceNo: newTrace(), ...head, ...card, ...more };
    const answer = await merchant.send({ method: 'PUT', noun: 'softpos', reference, body });
    return { ...answer, reference, traceNo: body.traceNo };
  };
  const settle = async (totals: object, cmd = 'SETTLEMENT', reference = merchant.newReference()) => {
    const body = { cmd, traceNo: '000999', ...head, ...noTotals, ...totals };
    return { ...(await merchant.send({ method: 'PUT', noun: 'settlement', reference, body })), reference };
  };
  return { batchId, head, newTrace, say, settle };
};

const noTotals = {
  saleTotal: 0,
  saleCount: 0,
  voidedTotal: 0,
  voidedCount: 0,
  refundTotal: 0,
  refundCount: 0,
  voidedRefundTotal: 0,
  voidedRefundCount: 0,
};

const wordsOf = ({ status, body }: Answer) => [status, body.status, body.resp];
const approved = [200, 'Approved', '00'];
const declined = (resp: string) => [200, 'Declined', resp];

/** Moves the clock on until the record of a reference is final. */
const endOf = (reference: string): Promise<Answer> =>
  until(`the end of ${reference}`, async () => {
    const answer = await merchant.query(reference);
    if (answer.body.status !== 'Unconfirmed') return answer;
    await tollgate.advance(1_000);
    return undefined;
  });

/** Waits until the host has acknowledged what was taken back. */
const quiet = () =>
  until('all that is under way', async () => {
    await tollgate.advance(1_000);
    const [open] = await tollgate.installation.sql.unsafe<{ count: number }[]>(
      'select count(*)::int from tollgate.attempts where due_at is not null',
    );
    return open!.count === 0;
  });

describe('SALE (18)', () => {
  test('is answered with the documented members, and E2 repeats them (18.3, 6)', async () => {
    const { say, batchId } = newBatch();
    const emvTags = { '9F02': '000000003880', '9F36': '001A' };
    const more = { card: 'VISA', track2: '4440000009900010=39012010000', pinBlock: '0123456789ABCDEF', emvTags };
    const sale = await say('SALE', 38.8, { ...more, metadata: { till: 4 } });
    const { dateTime, orderId, txnId, hostTime, appCode, hostTxnId, ...rest } = sale.body;
    assert.deepEqual(rest, {
      clientId: merchant.clientId,
      merchantRef: sale.reference,
      cmd: 'SALE',
      type: 'VM',
      txnType: 'SALE',
      merchantId: account,
      hostId: '1',
      status: 'Approved',
      amt: 38.8,
      resp: '00',
      terminalId,
      card: 'VISA',
      pan: '444000xxxxxx0010',
      expDate: '0139',
      batchId,
      traceNo: sale.traceNo,
      emvTags,
      metadata: { till: 4 },
      currency: 'HKD',
    });
    assert.match(dateTime, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+0800$/);
    assert.match(hostTime, /\+08:00$/);
    assert.match(appCode, /^\d{6}$/);
    assert.match(hostTxnId, /^\d{12}$/);
    assert.notEqual(orderId, txnId);
    const { emvTags: _, ...kept } = sale.body;
    assert.deepEqual((await merchant.query(sale.reference)).body, kept);
    const [entry] = (await book.entries()).slice(-1);
    assert.equal(entry!.terminal, `${terminalId}/${batchId}/${sale.traceNo}`);
  });

  test('a message comes by every alias, by PUT or POST (1.2)', async () => {
    const { head, newTrace } = newBatch();
    const card = { pan: '444000******0010', expDate: '0139', entryMode: 'T', currency: 'HKD' };
    const message = (amt = 1) => ({ cmd: 'SALE', amt, traceNo: newTrace(), ...head, ...card });
    for (const method of ['PUT', 'POST']) {
      for (const noun of ['softpos', 'softPos', 'settlement']) {
        const sent = await merchant.send({ method, noun, reference: merchant.newReference(), body: message() });
        assert.deepEqual(wordsOf(sent), approved, `${method} ${noun}`);
      }
      const reference = merchant.newReference();
      const path = `/v1/merchants/${merchant.clientId}/softpos/${reference}/settlement`;
      assert.deepEqual(wordsOf(await merchant.send({ method, path, reference, body: message() })), approved);
    }
    assert.deepEqual(wordsOf(await merchant.put(merchant.newReference(), message())), approved);
  });

  test('on the first nouns a missing terminal is 400; on transactions it makes a body of E1 (1.2)', async () => {
    const { say, head } = newBatch();
    const missing = await say('SALE', 1, { terminalId: undefined });
    assert.deepEqual([missing.status, missing.body.error], [400, 'Missing field: terminalId']);
    const { terminalId: _, ...rest } = head;
    const plain = await merchant.put(merchant.newReference(), { cmd: 'SALE', amt: 1, ...rest });
    assert.deepEqual([plain.status, plain.body.error], [400, 'Missing field: goodsName']);
  });

  test('a trace number is used up by the sale or refund that came first, even if it was declined (18.2)', async () => {
    const { say } = newBatch();
    const first = await say('SALE', 5, { expDate: '0539' });
    assert.deepEqual(wordsOf(first), declined('05'));
    for (const cmd of ['SALE', 'REFUND']) {
      const again = await say(cmd, 5, { traceNo: first.traceNo });
      assert.deepEqual(wordsOf(again), declined('94'));
      assert.deepEqual(wordsOf(await merchant.query(again.reference)), declined('94'));
    }
    assert.deepEqual(wordsOf(await newBatch().say('SALE', 5, { traceNo: first.traceNo })), approved);
  });

  test('64 sales at once under one trace number charge once', async () => {
    const { say } = newBatch();
    const answers = await Promise.all(Array.from({ length: 64 }, () => say('SALE', 2, { traceNo: '000777' })));
    const words = answers.map((answer) => JSON.stringify(wordsOf(answer)));
    assert.equal(words.filter((word) => word === JSON.stringify(approved)).length, 1);
    const others = new Set(words.filter((word) => word !== JSON.stringify(approved)));
    // One that met the batch moving on again and again is told to come back.
    others.delete(JSON.stringify([503, 'NotValid', null]));
    assert.deepEqual([...others], [JSON.stringify(declined('94'))]);
  });

  test('a reference is unique among transactions, terminals and settlements (6)', async () => {
    const { say, settle } = newBatch();
    const { reference } = await say('SALE', 5);
    for (const answer of [
      await say('SALE', 5, {}, reference),
      await say('VOID', 5, { traceNo: '000001' }, reference),
      await say('REVERSAL', 5, { traceNo: '000001' }, reference),
      await settle({}, 'SETTLEMENT', reference),
      await merchant.put(reference, {
        cmd: 'SALE',
        type: 'VM',
        amt: 1,
        goodsName: 'x',
        cardToken: 'T',
        cardTokenSrc: 'SPIRAL',
      }),
    ]) {
      assert.deepEqual([answer.status, answer.body.error], [400, 'Duplicate merchantRef']);
    }
  });

  test('only a terminal that the gateway knows at this account is served (18)', async () => {
    const foreign = await newTerminal(stranger);
    for (const more of [{ terminalId: 'UNKNOWN1' }, { terminalId: foreign }, { merchantId: 'H999' }]) {
      const answer = await newBatch().say('SALE', 5, more);
      assert.deepEqual(wordsOf(answer), declined('58'));
      assert.deepEqual(wordsOf(await merchant.query(answer.reference)), declined('58'));
    }
  });

  test('takes VM, UnionPay, AMEX and Diners, each with cards of its brands (9)', async () => {
    const cards = {
      VM: '512345******0008',
      UnionPay: '625094******8599',
      AMEX: '345678*****4564',
      Diners: '301234****0000',
    };
    for (const [type, pan] of Object.entries(cards)) {
      const answer = await newBatch(terminalId, type).say('SALE', 5, { pan });
      assert.deepEqual(wordsOf(answer), approved, type);
      assert.equal(answer.body.type, type);
    }
    assert.deepEqual(wordsOf(await newBatch().say('SALE', 5, { pan: '345678*****4564' })), declined('14'));
    const other = await newBatch(terminalId, 'PAYME').say('SALE', 5);
    assert.deepEqual([other.status, other.body.error], [501, 'Operation not supported']);
  });

  test('an unknown command is 501 (5.1)', async () => {
    for (const cmd of ['AUTH', 'sale', 'SALESESSION']) assert.equal((await newBatch().say(cmd, 5)).status, 501);
  });

  test('sandbox triggers at a terminal (20)', async () => {
    const { say } = newBatch();
    const triggers = { '0539': '05', '0639': '51', '0427': '54', '0739': '05', '0939': '05' };
    for (const [expDate, resp] of Object.entries(triggers)) {
      assert.deepEqual(wordsOf(await say('SALE', 5, { expDate })), declined(resp), expDate);
    }
    const classes = { '400000******0036': '05', '400000******0044': '54', '411122******0036': '51' };
    for (const [pan, resp] of Object.entries(classes)) {
      assert.deepEqual(wordsOf(await say('SALE', 5, { pan })), declined(resp), pan);
    }
    const broken = await say('SALE', 5, { expDate: '0137' });
    assert.deepEqual([broken.status, broken.body.error], [502, 'Payment host error']);
    assert.deepEqual(wordsOf(await endOf(broken.reference)), declined('96'));
    const late = await say('SALE', 5, { expDate: '0828' });
    assert.deepEqual([late.status, late.body.error], [504, 'Payment host timeout']);
    assert.deepEqual(wordsOf(await endOf(late.reference)), approved);
    const silent = await say('SALE', 5, { pan: '400000******0127' });
    assert.equal(silent.status, 504);
    assert.deepEqual(wordsOf(await endOf(silent.reference)), declined('91'));
  });
});

describe('REFUND (18.2)', () => {
  test('needs no sale; an orderId that it names must exist', async () => {
    const { say } = newBatch();
    const refund = await say('REFUND', 10);
    assert.deepEqual([...wordsOf(refund), refund.body.txnType], [...approved, 'REFUND']);
    const sale = await say('SALE', 7);
    assert.deepEqual(wordsOf(await say('REFUND', 3, { orderId: sale.body.orderId })), approved);
    const unknown = 'd76d57f0-43bc-4165-a3c7-5dec8a2f7b28';
    for (const orderId of [unknown, 'order 7']) {
      assert.deepEqual(wordsOf(await say('REFUND', 3, { orderId })), declined('25'));
    }
  });

  test('of a card whose refunds are declined is declined (20)', async () => {
    assert.deepEqual(wordsOf(await newBatch().say('REFUND', 5, { pan: '400000******0101' })), declined('05'));
  });

  test('an order of a terminal is neither captured nor refunded by E1 (5.7)', async () => {
    const { say } = newBatch();
    const { orderId } = (await say('SALE', 5)).body;
    const { orderId: taken } = (await say('REVERSAL', 5)).body;
    for (const order of [orderId, taken]) {
      for (const cmd of ['REFUND', 'CAPTURE']) {
        const answer = await merchant.put(merchant.newReference(), { cmd, orderId: order, amt: 1 });
        assert.deepEqual(wordsOf(answer), declined('INVALID_STATE'));
      }
    }
  });
});

describe('VOID (18.2)', () => {
  test('undoes a sale or refund of the open batch, found by its trace number or orderId', async () => {
    const { say } = newBatch();
    for (const cmd of ['SALE', 'REFUND']) {
      for (const by of ['traceNo', 'orderId'] as const) {
        const first = await say(cmd, 38.8);
        const named = by === 'traceNo' ? { traceNo: first.traceNo } : { orderId: first.body.orderId };
        const answer = await say('VOID', 38.8, named);
        assert.deepEqual([...wordsOf(answer), answer.body.txnType], [...approved, 'VOID']);
        assert.equal(answer.body.orderId, first.body.orderId);
        assert.notEqual(answer.body.txnId, first.body.txnId);
        const { body } = await merchant.query(first.reference);
        assert.deepEqual([body.status, body.voided, body.reversed], ['Approved', true, undefined]);
        assert.deepEqual(wordsOf(await say('VOID', 38.8, named)), declined('12'), 'once');
      }
    }
  });

  test('another amount is 13, an unknown original 25, what was not approved 12', async () => {
    const { say } = newBatch();
    const { traceNo } = await say('SALE', 5);
    assert.deepEqual(wordsOf(await say('VOID', 5.01, { traceNo })), declined('13'));
    assert.deepEqual(wordsOf(await say('VOID', 5, { traceNo, currency: 'USD' })), declined('13'));
    assert.deepEqual(wordsOf(await say('VOID', 5, { traceNo: '000500' })), declined('25'));
    const failed = await say('SALE', 5, { expDate: '0539' });
    assert.deepEqual(wordsOf(await say('VOID', 5, { traceNo: failed.traceNo })), declined('12'));
    const elsewhere = await newBatch().say('SALE', 5);
    assert.deepEqual(wordsOf(await say('VOID', 5, { orderId: elsewhere.body.orderId })), declined('25'));
  });

  test('is declined where the issuer allows none (20)', async () => {
    const { say } = newBatch();
    const sale = await say('SALE', 5, { pan: '400000******0119' });
    assert.deepEqual(wordsOf(await say('VOID', 5, { traceNo: sale.traceNo })), declined('05'));
    assert.equal((await merchant.query(sale.reference)).body.voided, undefined);
  });

  test('20 voids at once undo once', async () => {
    const { say } = newBatch();
    const { traceNo, reference } = await say('SALE', 5);
    const answers = await Promise.all(Array.from({ length: 20 }, () => say('VOID', 5, { traceNo })));
    assert.equal(answers.filter(({ body }) => body.status === 'Approved').length, 1);
    const { view } = await dossierOf(tollgate, reference);
    assert.equal(view.payment.capturedMinor, 0n);
  });
});

describe('REVERSAL (18.2)', () => {
  test('of a sale that was approved undoes it, and again is approved again', async () => {
    const { say } = newBatch();
    const sale = await say('SALE', 5);
    for (let i = 0; i < 2; i++) {
      const answer = await say('REVERSAL', 5, { traceNo: sale.traceNo });
      assert.deepEqual([...wordsOf(answer), answer.body.orderId], [...approved, sale.body.orderId]);
    }
    assert.equal((await merchant.query(sale.reference)).body.reversed, true);
    await quiet();
    const { view } = await dossierOf(tollgate, sale.reference);
    assert.deepEqual([view.payment.capturedMinor, view.operations[0]!.undoneBy], [0n, 2]);
    assert.deepEqual(wordsOf(await say('VOID', 5, { traceNo: sale.traceNo })), declined('12'));
  });

  test('of a sale whose answer was lost cancels it, though the host had approved it', async () => {
    const { say } = newBatch();
    const late = await say('SALE', 5, { expDate: '0828' });
    assert.equal(late.status, 504);
    assert.deepEqual(wordsOf(await say('REVERSAL', 5, { traceNo: late.traceNo })), approved);
    assert.equal((await endOf(late.reference)).body.status, 'Cancelled');
    await quiet();
    const { view } = await dossierOf(tollgate, late.reference);
    const sent = view.attempts[0]!.sentReference;
    assert.ok((await book.entry(sent))!.reversedBy);
    assert.equal(view.payment.capturedMinor, 0n);
  });

  test('of a refund whose answer was lost, too', async () => {
    const { say } = newBatch();
    const refund = await say('REFUND', 5);
    assert.deepEqual(wordsOf(await say('REVERSAL', 5, { traceNo: refund.traceNo })), approved);
    await quiet();
    assert.equal((await dossierOf(tollgate, refund.reference)).view.payment.paidOutMinor, 0n);
  });

  test('of a trace number that never came is approved, and keeps a late sale out', async () => {
    const { say } = newBatch();
    const answer = await say('REVERSAL', 5, { traceNo: '000300' });
    assert.deepEqual(wordsOf(answer), approved);
    assert.deepEqual(wordsOf(await merchant.query(answer.reference)), approved);
    const late = await say('SALE', 5, { traceNo: '000300' });
    assert.deepEqual(wordsOf(late), declined('94'));
    const again = await say('REVERSAL', 5, { traceNo: '000300' });
    assert.deepEqual([...wordsOf(again), again.body.orderId], [...approved, answer.body.orderId]);
  });

  test('of what was declined is approved; of another amount it is 13', async () => {
    const { say } = newBatch();
    const failed = await say('SALE', 5, { expDate: '0539' });
    assert.deepEqual(wordsOf(await say('REVERSAL', 5, { traceNo: failed.traceNo })), approved);
    const sale = await say('SALE', 5);
    assert.deepEqual(wordsOf(await say('REVERSAL', 5.01, { traceNo: sale.traceNo })), declined('13'));
    assert.equal((await merchant.query(sale.reference)).body.reversed, undefined);
  });

  test('a sale and its reversal at once end in nothing paid, whichever comes first', async () => {
    const { say } = newBatch();
    for (let i = 1; i <= 20; i++) {
      const traceNo = String(600 + i).padStart(6, '0');
      const [sale, reversal] = await Promise.all([say('SALE', 5, { traceNo }), say('REVERSAL', 5, { traceNo })]);
      if (reversal.status === 503) await say('REVERSAL', 5, { traceNo });
      else assert.deepEqual(wordsOf(reversal), approved);
      await quiet();
      const { body } = await merchant.query(sale.reference);
      const isGone =
        body.reversed === true || ['Cancelled', 'Declined'].includes(body.status) || body.status === 'NotValid';
      assert.ok(isGone, JSON.stringify(body));
    }
  });
});

describe('settlement (19)', () => {
  test('the example: totals that agree close the batch and clear what the acquirer owes (19.2, 21)', async () => {
    const { say, settle, head } = newBatch();
    const voided = await say('SALE', 38.8);
    await say('SALE', 30);
    await say('SALE', 31.2);
    const reversed = await say('SALE', 5);
    await say('SALE', 7, { expDate: '0539' });
    await say('REFUND', 10);
    await say('VOID', 38.8, { traceNo: voided.traceNo });
    await say('REVERSAL', 5, { traceNo: reversed.traceNo });
    const totals = {
      saleTotal: 61.2,
      saleCount: 2,
      voidedTotal: 38.8,
      voidedCount: 1,
      refundTotal: 10,
      refundCount: 1,
    };
    const differs = await settle({ ...totals, saleCount: 3 });
    assert.deepEqual(wordsOf(differs), declined('95'));
    const settled = await settle({ ...totals, metadata: 'night' });
    const { dateTime, hostTime, ...rest } = settled.body;
    assert.deepEqual(rest, {
      clientId: merchant.clientId,
      merchantRef: settled.reference,
      cmd: 'SETTLEMENT',
      status: 'Approved',
      resp: '00',
      traceNo: '000999',
      metadata: 'night',
      ...head,
    });
    assert.match(dateTime, /\+0800$/);
    assert.match(hostTime, /\+08:00$/);
    assert.deepEqual((await merchant.query(settled.reference)).body, settled.body);
    assert.deepEqual(wordsOf(await merchant.query(differs.reference)), declined('95'));
    const { id } = (await store.terminals.findSettlement({ id: merchant.shopId, ...merchant }, settled.reference))!;
    const posted = await tollgate.installation.sql.unsafe(
      'select debit, credit, amount_minor::int amount from tollgate.postings where payment_id = $1 order by line',
      [id],
    );
    assert.deepEqual(
      posted.map((row) => ({ ...row })),
      [
        { debit: 'cleared:sandbox', credit: 'acquirer:sandbox', amount: 6_120 },
        { debit: 'acquirer:sandbox', credit: 'cleared:sandbox', amount: 1_000 },
      ],
    );
  });

  test('a closed batch takes nothing more, and says the same of itself again', async () => {
    const { say, settle } = newBatch();
    const { traceNo } = await say('SALE', 5);
    assert.deepEqual(wordsOf(await settle({ saleTotal: 5, saleCount: 1 })), approved);
    assert.deepEqual(wordsOf(await settle({ saleTotal: 99, saleCount: 9 })), approved, 'a repeat is not compared');
    assert.deepEqual(wordsOf(await settle({}, 'SETTLEAFTERUPLOAD')), approved);
    assert.deepEqual(wordsOf(await say('SALE', 5)), declined('12'));
    assert.deepEqual(wordsOf(await say('REFUND', 5)), declined('12'));
    assert.deepEqual(wordsOf(await say('VOID', 5, { traceNo })), declined('12'));
    assert.deepEqual(wordsOf(await say('REVERSAL', 5, { traceNo })), declined('12'));
    assert.deepEqual(wordsOf(await say('REVERSAL', 5, { traceNo: '000400' })), approved, 'nothing to take back');
  });

  test('SETTLEAFTERUPLOAD closes whatever the totals, and the difference is on record', async () => {
    const { say, settle } = newBatch();
    await say('SALE', 5);
    const { reference, ...answer } = await settle({ saleTotal: 6, saleCount: 1 }, 'SETTLEAFTERUPLOAD');
    assert.deepEqual(wordsOf(answer), approved);
    const kept = (await store.terminals.findSettlement({ id: merchant.shopId, ...merchant }, reference))!;
    assert.deepEqual([kept.result, kept.claimed.saleMinor, kept.counted!.totals.saleMinor], ['closed', 600n, 500n]);
  });

  test('an outcome that is not known yet keeps the batch open: 95', async () => {
    const { say, settle } = newBatch();
    const late = await say('SALE', 5, { expDate: '0828' });
    assert.deepEqual(wordsOf(await settle({ saleTotal: 5, saleCount: 1 })), declined('95'));
    assert.deepEqual(wordsOf(await endOf(late.reference)), approved);
    assert.deepEqual(wordsOf(await settle({ saleTotal: 5, saleCount: 1 })), approved);
  });

  test('a batch that was never seen settles with nothing in it', async () => {
    assert.deepEqual(wordsOf(await newBatch().settle({})), approved);
    assert.deepEqual(wordsOf(await newBatch().settle({ saleTotal: 1, saleCount: 1 })), declined('95'));
    assert.deepEqual(wordsOf(await newBatch('UNKNOWN1').settle({})), declined('58'));
  });

  test('sales and a settlement at once: what is approved was counted or came too late', async () => {
    for (let round = 0; round < 10; round++) {
      const { say, settle } = newBatch();
      await say('SALE', 1);
      const [settled, ...sales] = await Promise.all([
        settle({ saleTotal: 1, saleCount: 1 }),
        ...Array.from({ length: 4 }, () => say('SALE', 1)),
      ]);
      const sold = sales.filter(({ body }) => body.status === 'Approved').length;
      if (settled!.body.status === 'Approved') assert.equal(sold, 0, 'a batch closed over sales it had not counted');
      else assert.deepEqual(wordsOf(settled!), declined('95'));
    }
  });
});

test('the list has what terminals did, but no settlements (16.2)', async () => {
  const { say, settle } = newBatch();
  const start = new Date(tollgate.installation.clock.now()).toISOString();
  const sale = await say('SALE', 5);
  const voided = await say('VOID', 5, { traceNo: sale.traceNo });
  const settled = await settle({ voidedTotal: 5, voidedCount: 1 });
  assert.deepEqual(wordsOf(settled), approved);
  const end = new Date(tollgate.installation.clock.now() + 1_000).toISOString();
  const body = { dateTimeStart: start.replace(/\.\d+/, ''), dateTimeEnd: end, limit: 100 };
  const { txns } = (await merchant.send({ method: 'POST', reference: '', body })).body;
  const found = txns.filter(({ merchantRef }: { merchantRef: string }) =>
    [sale.reference, voided.reference, settled.reference].includes(merchantRef),
  );
  const words = found.map(({ cmd, gatewayRef, traceNo }: Record<string, string>) => [cmd, gatewayRef, traceNo]);
  assert.deepEqual(words.toSorted(), [
    ['SALE', sale.reference, sale.traceNo],
    ['VOID', voided.reference, sale.traceNo],
  ]);
});

test('track 2, PIN block and EMV tags are written nowhere, and no answer repeats a number that is among them', async () => {
  const { say } = newBatch();
  const number = '4440000009900010';
  const secrets = { track2: `${number}=39012019999999`, pinBlock: 'FEDCBA9876543210' };
  const emvTags = { '57': `${number}D39012019999999`, '5A': number, '9F36': '77EE' };
  const sale = await say('SALE', 5, { ...secrets, emvTags, pan: number });
  assert.deepEqual(wordsOf(sale), approved);
  assert.deepEqual(sale.body.emvTags, { '9F36': '77EE' });
  assert.equal(sale.body.pan, '444000xxxxxx0010');
  const texts = [sale.text, ...tollgate.logLines];
  const tables = await tollgate.installation.sql.unsafe<{ name: string }[]>(
    "select table_schema || '.' || table_name as name from information_schema.tables where table_schema in ('tollgate', 'vault', 'sandbox')",
  );
  for (const { name } of tables) {
    for (const { row } of await tollgate.installation.sql.unsafe<{ row: string }[]>(
      `select to_json(x)::text as row from ${name} x`,
    )) {
      texts.push(row);
    }
  }
  for (const text of texts) {
    for (const secret of [number, '39012019999999', secrets.pinBlock, '77EE']) {
      if (text === sale.text && secret === '77EE') continue;
      assert.ok(!text.includes(secret), `${secret} in ${text.slice(0, 200)}`);
    }
  }
});

test('bad fields are refused in the order of their table (4.3, 18.1)', async () => {
  const { say, settle } = newBatch();
  const bad: Record<string, unknown> = {
    merchantId: '',
    terminalId: '123456789',
    amt: 1.234,
    pan: '4440',
    expDate: '1339',
    batchId: '1',
    entryMode: 'TAPPED',
    track2: 7,
    traceNo: '12345',
    emvTags: 5,
    pinBlock: {},
    metadata: 1,
    currency: 'XXX',
    orderId: 7,
  };
  const names = Object.keys(bad);
  for (const [i, name] of names.entries()) {
    const rest = Object.fromEntries(names.slice(i).map((other) => [other, bad[other]]));
    const { status, body } = await say('SALE', 5, rest);
    assert.deepEqual([status, body.error], [400, `${name === 'merchantId' ? 'Missing' : 'Invalid'} field: ${name}`]);
  }
  for (const more of [{ saleTotal: -1 }, { saleCount: 1.5 }, { refundTotal: '1' }, { voidedRefundCount: -1 }]) {
    const { status, body } = await settle(more);
    assert.deepEqual([status, body.error], [400, `Invalid field: ${Object.keys(more)[0]}`]);
  }
  const none = await settle({ voidedTotal: undefined });
  assert.deepEqual([none.status, none.body.error], [400, 'Missing field: voidedTotal']);
});

test('in the end our book and that of the acquirer agree', async () => {
  await quiet();
  await booksAgree(tollgate);
});
