import type { Case, Event, Posting } from '../../../core/model.ts';
import { insertSheet, ofPayment } from '../sheet.ts';

/** Rows that are only ever added, counted within the commit that adds them. */
const ofCommit = { ...ofPayment, entry: 's.read + 1' } as const;

export const postings = insertSheet<Posting>({
  name: 'postings',
  rows: (step) => step.postings,
  columns: {
    ...ofCommit,
    line: ['int', (_, index) => index + 1],
    debit: ['text', (p) => p.debit],
    credit: ['text', (p) => p.credit],
    amount_minor: ['bigint', (p) => p.amountMinor],
    currency: ['text', (_, __, step) => step.payment.currency],
    at: ['bigint', (_, __, step) => step.now],
  },
});

export const events = insertSheet<Event>({
  name: 'events',
  rows: (step) => step.events,
  columns: {
    ...ofCommit,
    line: ['int', (_, index) => index + 1],
    command: 's.command',
    name: ['text', (e) => e.name],
    actor: ['text', (e) => e.actor],
    operation: ['int', (e) => e.operation],
    detail: ['text', (e) => e.detail],
    at: ['bigint', (_, __, step) => step.now],
  },
});

export const cases = insertSheet<Case>({
  name: 'cases',
  rows: (step) => step.cases,
  columns: {
    ...ofCommit,
    line: ['int', (_, index) => index + 1],
    kind: ['text', (c) => c.kind],
    operation: ['int', (c) => c.operation],
    evidence: ['text', (c) => c.evidence],
    opened_at: ['bigint', (_, __, step) => step.now],
  },
});
