import type { Use } from '../../../gateway/ports/limits.ts';
import { insertSheet, ofPayment } from '../sheet.ts';

/** Tries that count against the limits of their shop; `entry` as of postings. */
export const uses = insertSheet<Use>({
  name: 'uses',
  rows: (step) => step.uses ?? [],
  columns: {
    ...ofPayment,
    entry: 's.read + 1',
    gate_id: ['uuid', (use) => use.gateId],
    currency: ['text', (use) => use.currency],
    amount_minor: ['bigint', (use) => use.amountMinor],
    card: ['text', (use) => use.card],
    at: ['bigint', (_, __, step) => step.now],
  },
});
