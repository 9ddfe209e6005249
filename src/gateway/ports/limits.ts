/** What the gateway needs of the store for limits of shops: what was tried lately, and the gate that guards the sum. */
import type { Limit, Standing } from '../../core/limits.ts';
import type { Id, Instant } from '../../core/model.ts';

/** One try to pay that counts, written in the commit that lets it leave. */
export interface Use {
  readonly gateId: Id;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** The vault's mark of the card; null where none is counted. */
  readonly card: string | null;
}

/** Whose sum is asked for. */
export interface UseQuery {
  readonly merchantId: number;
  readonly gateId: Id;
  readonly limits: readonly Limit[];
  readonly currency: string;
  readonly card: string | null;
  /** The payment in question: it does not count its own amount twice. */
  readonly paymentId: Id | null;
  readonly now: Instant;
}

export interface Uses {
  /** The sums, and the version of the gate, as of one moment: a use that they do not show has not moved it either. */
  read(query: UseQuery): Promise<{ readonly version: number; readonly standing: Standing }>;
}
