import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { startTollgate } from './installation.ts';
import { bodyText, change } from './odd-values.ts';
import { isFit } from './spiral-answers.ts';
import { addSpiralMerchant } from './spiral-merchant.ts';

// Whatever stands in whichever field of what a terminal says, the answer is signed, one of section 4, and holds no card
// number; never a 500.

const tollgate = await startTollgate();
const merchant = await addSpiralMerchant(tollgate);
const { clientId, merchantId, shopId } = merchant;
const account = 'H000000H0000001';
const terminalId = '12345678';
const id = tollgate.assembly.gateway.parts.surroundings.newId(merchantId);
await tollgate.installation.store.terminals.add({ merchantId, id, shopId, account, number: terminalId }, Date.now());

let traces = 0;
const head = () => ({
  type: 'VM',
  merchantId: account,
  terminalId,
  batchId: '000001',
  traceNo: String(++traces).padStart(6, '0'),
  metadata: { till: 4 },
});
const card = () => ({
  card: 'VISA',
  amt: 5,
  pan: '444000******0010',
  expDate: '0139',
  entryMode: 'T',
  track2: '4440000009900010=39012010000',
  emvTags: { '9F36': '001A', '57': '4440000009900010D3901' },
  pinBlock: '0123456789ABCDEF',
  currency: 'HKD',
});
const totals = Object.fromEntries(
  ['sale', 'voided', 'refund', 'voidedRefund'].flatMap((kind) => [
    [`${kind}Total`, 0],
    [`${kind}Count`, 0],
  ]),
);

const bodies: Readonly<Record<string, () => object>> = {
  SALE: () => ({ cmd: 'SALE', ...head(), ...card() }),
  REFUND: () => ({ cmd: 'REFUND', ...head(), ...card() }),
  VOID: () => ({ cmd: 'VOID', ...head(), ...card(), traceNo: '000001' }),
  REVERSAL: () => ({ cmd: 'REVERSAL', ...head(), ...card(), traceNo: '000002' }),
  SETTLEMENT: () => ({ cmd: 'SETTLEMENT', ...head(), batchId: '000009', ...totals }),
  SETTLEAFTERUPLOAD: () => ({ cmd: 'SETTLEAFTERUPLOAD', ...head(), batchId: '000008', ...totals }),
};

const names = [
  ...new Set(Object.values(bodies).flatMap((body) => Object.keys(body()))),
  ...['clientId', 'merchantRef', 'orderId', '__proto__', 'toString'],
];

for (const [what, body] of Object.entries(bodies)) {
  test(`4, 18.1, 19.1: any value in any field of a ${what}`, async () => {
    const nouns = fc.constantFrom('softpos', 'settlement', 'transactions');
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), nouns, async (changes, noun) => {
        const reference = merchant.newReference();
        const text = bodyText({ clientId, merchantRef: reference, ...body() }, changes, names);
        const answer = await merchant.send({ method: 'PUT', noun, reference, body: text });
        isFit(answer, text);
        // What was taken can be asked for, and nothing else.
        const asked = await merchant.query(reference);
        assert.equal(asked.status, answer.status === 200 ? 200 : 404, text.slice(0, 500));
        isFit(asked, reference);
      }),
      { numRuns: 80 },
    );
  });
}
