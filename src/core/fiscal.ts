import type { Decision } from './change.ts';
import type { Fiscalize } from './commands.ts';
import { Draft } from './draft.ts';
import type { Instant, Operation, Receipt, ReceiptLine, View } from './model.ts';

/** The sender of an approval takes its receipt to the office at once; a worker does so if it has not by then. */
const senderMs = 5_000;

/** Pauses between tries, ms; the last one repeats. */
const pausesMs = [60, 300, 1_800, 7_200, 21_600, 86_400].map((seconds) => seconds * 1_000);

/** After so many tries a person is called. The office is asked on. */
const triesUntilCase = 8;

const unregistered = {
  tries: 0,
  number: null,
  terminal: null,
  sign: null,
  url: null,
  message: null,
  registeredAt: null,
} as const;

export const wanted = (operation: number, lines: readonly ReceiptLine[]): Receipt => ({
  ...unregistered,
  operation,
  state: 'wanted',
  lines,
});

const isOpen = ({ state }: Receipt): boolean => state === 'pending' || state === 'failed';

/**
 * Money has moved, and the tax office must hear of it. Answers whether the merchant is to be told only when it has: of
 * the payment itself, not of a refund.
 */
export const owe = (draft: Draft, { ordinal, kind }: Operation): boolean => {
  const first = draft.receipt(1);
  if (!first || (ordinal !== 1 && kind !== 'refund')) return false;
  draft.putReceipt({ ...(ordinal === 1 ? first : wanted(ordinal, [])), state: 'pending' });
  draft.schedule('fiscal', draft.now + senderMs);
  return ordinal === 1;
};

/** Receipts that the office has to be asked for, in the order in which it must hear of them. */
export const openReceipts = (view: View): readonly Receipt[] =>
  view.receipts.filter(isOpen).sort((a, b) => a.operation - b.operation);

/** What the tax office answered. It never changes what became of the money; a failure is tried again. */
export const fiscalize = (view: View, { id, operation, answer }: Fiscalize, now: Instant): Decision => {
  const before = view.receipts.find((receipt) => receipt.operation === operation);
  if (!before || !isOpen(before)) return { kind: 'settled' };
  const draft = new Draft({ id }, now, view);
  const tries = before.tries + 1;
  const { kind, ...words } = answer;
  draft.putReceipt({ ...before, ...words, state: kind, tries });
  draft.note(kind === 'registered' ? 'fiscalized' : 'fiscal_failed', 'office', operation);
  if (before.state === 'pending' && operation === 1) draft.tellings.push({ operation, late: true });
  if (kind === 'failed' && tries === triesUntilCase) {
    draft.cases.push({ kind: 'unresolved', operation, evidence: 'the tax office does not register the receipt' });
  }
  const open = draft.receipts.filter(isOpen);
  const pauseMs = pausesMs[Math.min(tries, pausesMs.length) - 1]!;
  if (open.length === 0) draft.unschedule('fiscal');
  else draft.schedule('fiscal', kind === 'failed' ? now + pauseMs : now);
  return draft.decision();
};
