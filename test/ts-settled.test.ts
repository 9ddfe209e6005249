import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { commands } from '../src/commands/index.ts';
import { startTollgate } from './installation.ts';
import { addTsMerchant } from './ts-merchant.ts';

const tollgate = await startTollgate();
const shop = await addTsMerchant(tollgate);
const folder = mkdtempSync(join(tmpdir(), 'tollgate-'));
after(() => rmSync(folder, { recursive: true }));

test('9.0, 12.1: a payment that the acquirer paid out is settled, cannot be reversed, and is reversed by its refund', async () => {
  const { paymentId } = await shop.pay();
  assert.equal((await shop.inquire(paymentId)).status, 'capturesuccess');
  const file = join(folder, 'statement.csv');
  const line = `sale,acquirer,T1,3,2026-02-09,SP-0209,${paymentId},50.00,0.75`;
  writeFileSync(file, `kind,provider,terminal,batch,date,notice,payment,amount,fee\n${line}\n`);
  const command = commands.find(({ words }) => words === 'settlement import')!;
  const { installation } = tollgate;
  await command.run({ installation, parameters: ['transaction-services', shop.memberId], options: { file } });
  const { status, transactionStatus } = await shop.inquire(paymentId);
  assert.deepEqual([status, transactionStatus], ['settled', 'Y']);
  assert.equal((await shop.follow('RV', paymentId)).result.code, '20045');
  assert.equal((await shop.follow('CP', paymentId, '50.00')).result.code, '20044');
  assert.equal((await shop.follow('RF', paymentId, '50.00')).result.code, '00005');
  assert.equal((await shop.inquire(paymentId)).status, 'reversed');
});
