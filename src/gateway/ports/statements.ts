/** What acquirers say that they paid merchants for: brought in by operators, told to merchants. */
import type { Id, Instant } from '../../core/model.ts';

/** A capture or refund that was settled, with what the acquirer kept of it. Minor units of the statement's currency. */
export interface StatementItem {
  readonly paymentId: Id;
  /** Ordinal of the operation. */
  readonly operation: number;
  readonly amountMinor: bigint;
  readonly feeMinor: bigint;
}

/** One batch of a statement. `provider`: as the shop's API calls the way to pay; texts are as the acquirer has them. */
export interface Statement {
  readonly merchantId: number;
  readonly id: Id;
  readonly shopId: Id;
  readonly kind: 'sale' | 'refund';
  readonly provider: string;
  readonly terminal: string;
  readonly batch: string;
  /** `YYYY-MM-DD`. */
  readonly settledOn: string;
  /** Text of the transfer to the merchant. */
  readonly notice: string;
  readonly currency: string;
  readonly importedAt: Instant;
  readonly items: readonly StatementItem[];
}

/** Which batches are wanted; absent: any. */
export interface StatementQuery extends Pick<Statement, 'kind' | 'provider' | 'settledOn'> {
  readonly terminal?: string;
  readonly batch?: string;
  readonly notice?: string;
  readonly currency?: string;
}

export interface Statements {
  /** All of them or none. `taken`: a batch is there already, or an operation was settled before. */
  add(statements: readonly Statement[]): Promise<'written' | 'taken'>;
  find(shopId: Id, query: StatementQuery): Promise<Statement[]>;
}
