import type { Receipt } from '../../../core/model.ts';
import { insertSheet, ofPayment, overwrite } from '../sheet.ts';

/** A price travels as text: a JSON number would lose digits above 2⁵³. */
const textOf = (lines: Receipt['lines']): string =>
  JSON.stringify(lines.map((line) => ({ ...line, priceMinor: `${line.priceMinor}` })));

export const fiscalReceipts = insertSheet<Receipt>({
  name: 'fiscal_receipts',
  rows: (step) => step.receipts,
  columns: {
    ...ofPayment,
    operation: ['int', (receipt) => receipt.operation],
    state: ['text', (receipt) => receipt.state],
    lines: ['text', (receipt) => textOf(receipt.lines)],
    tries: ['int', (receipt) => receipt.tries],
    number: ['text', (receipt) => receipt.number],
    terminal: ['text', (receipt) => receipt.terminal],
    sign: ['text', (receipt) => receipt.sign],
    url: ['text', (receipt) => receipt.url],
    message: ['text', (receipt) => receipt.message],
    registered_at: ['bigint', (receipt) => receipt.registeredAt],
  },
  ending: `on conflict (merchant_id, payment_id, operation) do update set
    ${overwrite('state', 'tries', 'number', 'terminal', 'sign', 'url', 'message', 'registered_at')}`,
});
