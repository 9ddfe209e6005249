/** What the gateway needs of the store for standing orders. */
import type { Mandate, MandateStanding, PeriodEnd, Progress } from '../../core/mandates.ts';
import type { Claim, Id, Instant } from '../../core/model.ts';

/** A mandate as it is on record. `version` moves on with each change. */
export interface MandateRow {
  readonly mandate: Mandate;
  readonly standing: MandateStanding;
  readonly version: number;
  /** Of the gate that its tries pass, and that a change or its end moves: what was read before begins nothing after. */
  readonly gateVersion: number;
  readonly changedAt: Instant;
}

/** What an operator may change of a mandate that is active. */
export type MandateChange = Pick<Mandate, 'amountMinor' | 'periodCountMax' | 'untilAt'> &
  Pick<MandateStanding, 'state'>;

/** The claim of a period's try, which its payment takes: nobody charges it twice, whoever tries and whatever the clocks say. */
export const tryClaim = (mandateId: Id, period: number, attempt: number): Claim => ({
  scope: `mandate:${mandateId}`,
  value: `${period}/${attempt}`,
});

export interface Mandates {
  add(mandate: Mandate, standing: MandateStanding): Promise<void>;
  find(merchantId: number, id: Id): Promise<MandateRow | undefined>;
  /** A shop's mandates, newest first. */
  list(shopId: Id, limit: number): Promise<MandateRow[]>;
  /** The periods that are over, in their order. */
  periods(merchantId: number, id: Id): Promise<(PeriodEnd & { readonly at: Instant })[]>;
  /** Writes how it goes on, and the periods that are over. False, and without effect, when it has moved on since it was read. */
  progress(row: MandateRow, progress: Progress, now: Instant): Promise<boolean>;
  /** False, and without effect, when it has moved on or a try has begun since it was read, or it is not active. */
  change(row: MandateRow, change: MandateChange, now: Instant): Promise<boolean>;
}
