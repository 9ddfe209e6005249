import type { Instant, View } from './model.ts';
import { isOperationFinal } from './states.ts';

/** On which terms the payer agreed to charges of a stored card that come without him. */
export interface Terms {
  /** Least time between two of them, ms; 0: any. */
  readonly gapMs: number;
}

/** Whether a card may be charged once more without its payer. */
export type Turn =
  /** `turn` names this chance: of several charges that see the same one, one may be had. It changes with every end. */
  | { readonly kind: 'due'; readonly turn: string }
  /** The last one is not long enough ago, or the end of one is not known yet. */
  | { readonly kind: 'too_soon' };

/**
 * When a stored card may be charged next, by `first`, the payment that stored it, and `charges`, those without the payer since.
 * One that went to no acquirer counts for nothing, one that was declined for nothing but its chance; one whose end is unknown may have
 * charged.
 */
export const turnOf = ({ gapMs }: Terms, first: View, charges: readonly View[], now: Instant): Turn => {
  const sent = charges.filter(({ attempts }) => attempts.length > 0).map(({ operations }) => operations[0]!);
  if (sent.some(({ state }) => !isOperationFinal(state))) return { kind: 'too_soon' };
  const endOf = ({ finishedAt }: { readonly finishedAt: Instant | null }): Instant => finishedAt ?? 0;
  const all = [first.operations[0]!, ...sent];
  const chargedAt = Math.max(...all.filter(({ state }) => state === 'approved').map(endOf));
  if (now < chargedAt + gapMs) return { kind: 'too_soon' };
  const last = Math.max(...all.map(endOf));
  return { kind: 'due', turn: `${last}.${all.filter((one) => endOf(one) === last).length}` };
};
