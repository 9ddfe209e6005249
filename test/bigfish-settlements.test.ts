import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { commands } from '../src/commands/index.ts';
import { recordDispute } from '../src/gateway/disputes.ts';
import { addBigfishMerchant } from './bigfish-merchant.ts';
import { booksAgree } from './books.ts';
import { startTollgate } from './installation.ts';
import { Payer } from './payer.ts';

// BIG FISH: settlement data (section 5.22), brought in by the operator.

const tollgate = await startTollgate();
const { installation } = tollgate;
const shop = await addBigfishMerchant(tollgate);
const other = await addBigfishMerchant(tollgate);
const folder = mkdtempSync(join(tmpdir(), 'tollgate-'));
after(() => rmSync(folder, { recursive: true }));
const heading = 'kind,provider,terminal,batch,date,notice,payment,amount,fee';

const bring = async (lines: readonly string[], who = shop): Promise<void> => {
  const file = join(folder, 'statement.csv');
  writeFileSync(file, `\ufeff${[heading, ...lines].join('\r\n')}\r\n`);
  const command = commands.find(({ words }) => words === 'settlement import')!;
  await command.run({ installation, parameters: ['bigfish', who.storeName], options: { file } });
};

/** A payment of 1490 HUF; answers its TransactionId. */
const paid = async (OrderId: string): Promise<string> => {
  const asked = {
    ProviderName: 'OTPSimple',
    ResponseUrl: 'https://shop.example/back',
    Amount: 1490,
    Currency: 'HUF',
    OrderId,
  };
  const { TransactionId } = await shop.ofStore('Init', asked);
  const payer = await new Payer(`${tollgate.url}/Start?TransactionId=${TransactionId}`).go();
  await payer.pay({ number: '4000000000000051', code: '123' });
  assert.equal((await shop.result(TransactionId)).ResultCode, 'SUCCESSFUL');
  return TransactionId;
};

const asked = { ProviderName: 'OTPSimple', SettlementDate: '2026-02-09' };
const ask = (more: object = {}) => shop.ofStore('Settlement', { ...asked, ...more });
const id1 = await paid('ORD-7');
const id2 = await paid('ORD-8');

test('5.22: what the acquirer settled is told by batch and item, with its fees', async () => {
  await bring([
    `sale,OTPSimple,T1,3,2026-02-09,SP-0209,${id1},1490,22`,
    `sale,OTPSimple,T1,3,2026-02-09,SP-0209,${id2},1490,23`,
  ]);
  const { Data, ResultCode } = await ask({ TerminalId: 'T1', TransactionCurrency: 'HUF', Limit: 100, Offset: 0 });
  assert.equal(ResultCode, 'SUCCESSFUL');
  assert.deepEqual(Data.Batches, [
    {
      SettlementBatchId: '3',
      ProviderName: 'OTPSimple',
      TerminalId: 'T1',
      SettlementDate: '2026-02-09',
      TransferNotice: 'SP-0209',
      TransactionCurrency: 'HUF',
      TransactionCount: '2',
      Amount: '2980',
      Fee: '45',
      NetAmount: '2935',
    },
  ]);
  const [first] = Data.Items;
  const { Created, Anum, ProviderTransactionId, ...rest } = first;
  assert.deepEqual(rest, {
    TransactionId: id1,
    OrderId: 'ORD-7',
    Amount: '1490',
    Fee: '22',
    Currency: 'HUF',
    SettlementBatchId: '3',
  });
  assert.match(Created, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.ok(Anum !== '' && ProviderTransactionId !== '');
  const orders = async (more: object) =>
    (await ask(more)).Data.Items.map(({ OrderId }: { OrderId: string }) => OrderId);
  assert.deepEqual(await orders({ Limit: 1, Offset: 1 }), ['ORD-8']);
  assert.deepEqual(await orders({ GetItems: false }), []);
  assert.deepEqual((await ask({ GetBatches: false })).Data.Batches, []);
  for (const none of [
    { TerminalId: 'T2' },
    { SettlementBatchId: '4' },
    { TransferNotice: 'x' },
    { TransactionCurrency: 'EUR' },
    { SettlementDate: '2026-02-10' },
  ]) {
    assert.deepEqual((await ask(none)).Data, { Batches: [], Items: [] }, JSON.stringify(none));
  }
  assert.deepEqual((await other.ofStore('Settlement', asked)).Data, { Batches: [], Items: [] }, 'nobody else’s');
});

test('5.22: refunds that were settled', async () => {
  assert.equal((await shop.ofStore('Refund', { TransactionId: id1, Amount: 490 })).ResultCode, 'SUCCESSFUL');
  await bring([`refund,OTPSimple,T1,a1,2026-02-09,SP-0210,${id1},490,`]);
  const refunds = { ProviderName: 'OTPSimple', RefundSettlementDate: '2026-02-09', RefundSettlementId: 'a1' };
  const { Data } = await shop.ofStore('SettlementRefund', refunds);
  assert.deepEqual([Data.Batches[0].NetAmount, Data.Items[0].TransactionId, Data.Items[0].Fee], ['490', id1, '0']);
});

test('a statement is taken in whole or not at all, and nothing is settled twice', async () => {
  const third = await paid('ORD-9');
  const line = (more: object = {}) =>
    Object.values({
      kind: 'sale',
      provider: 'OTPSimple',
      terminal: 'T1',
      batch: '9',
      date: '2026-02-11',
      notice: 'SP',
      payment: third,
      amount: '1490',
      fee: '0',
      ...more,
    }).join();
  const cases: readonly (readonly [RegExp, readonly string[]])[] = [
    [/line 3: .* names 0 payments/, [line(), line({ payment: 'nothing' })]],
    [/line 3: .* has no sale of 1490 HUF/, [line(), line()]],
    [/line 2: .* has no sale of 1491 HUF/, [line({ amount: '1491' })]],
    [/line 2: .* has no refund/, [line({ kind: 'refund' })]],
    [/line 2: kind is/, [line({ kind: 'gift' })]],
    [/line 2: date is/, [line({ date: '2026-02-30' })]],
    [/line 2: amount is no amount/, [line({ amount: '1490.001' })]],
    [/line 2 has not 9 values/, [`${line()},more`]],
    [/line 2 has not 9 values/, [line({ notice: '"SP"' })]],
    [/is there already, or one of its payments was settled before/, [line(), line({ payment: id1 })]],
    [/is there already/, [line({ batch: '3', date: '2026-02-09' })]],
    [/a file has 1 to/, []],
  ];
  for (const [says, lines] of cases) await assert.rejects(bring(lines), says, lines.join('\n'));
  await assert.rejects(bring([line()], other), /names 0 payments/);
  assert.deepEqual((await ask({ SettlementDate: '2026-02-11' })).Data, { Batches: [], Items: [] });
  await bring([line()]);
  assert.equal((await ask({ SettlementDate: '2026-02-11' })).Data.Items.length, 1);
});

test('5.5: what the acquirer took back is not refunded as well', async () => {
  const id = await paid('ORD-10');
  const [found] = await installation.store.administration.search(id, 1);
  const view = (await installation.store.payments.find(found!.merchantId, found!.paymentId))!;
  const own = (await installation.store.directory.shopById(view.payment.shopId))!;
  const dispute = { amountMinor: 100_000n, reference: 'CB-1' };
  assert.equal((await recordDispute(tollgate.assembly.gateway, own, view.payment.id, dispute)).kind, 'done');
  const refund = (Amount: number) => shop.ofStore('Refund', { TransactionId: id, Amount });
  assert.equal((await refund(491)).ResultCode, 'WrongParameter');
  assert.equal((await refund(490)).ResultCode, 'SUCCESSFUL');
});

test('the books agree', () => booksAgree(tollgate));
