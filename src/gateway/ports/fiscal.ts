/** What every folder under src/fiscal is. */
import type { OfficeAnswer } from '../../core/commands.ts';
import type { ReceiptLine } from '../../core/model.ts';

/** A receipt for the tax office. Amounts in minor units of `currency`, VAT included. */
export interface ReceiptOrder {
  /** Ours, unique for ever: sent again it is the same receipt. */
  readonly reference: string;
  readonly kind: 'sale' | 'refund';
  readonly merchantName: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** Empty for a refund. */
  readonly lines: readonly ReceiptLine[];
  /** The number of the sale's receipt that a refund is about. */
  readonly original: string | null;
}

/** One folder under src/fiscal. Never throws for what the outside world does: that is `failed`, with a text to show. */
export interface FiscalOffice {
  readonly name: string;
  /** `deadlineAt` in real ms. */
  register(order: ReceiptOrder, deadlineAt: number): Promise<OfficeAnswer>;
}
