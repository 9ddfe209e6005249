import type { Scheme } from '../core/bank-accounts.ts';
import type { Attempt, Checkout, Operation, Payment, Receipt, ReceiptLine, View } from '../core/model.ts';

/**
 * The columns of one payment with all that hangs from it, from `tollgate.payments p`: one round trip and one snapshot.
 * Amounts travel as text inside the JSON, because a JSON number would lose digits above 2⁵³.
 */
export const viewColumns = `
p.merchant_id, p.id, p.shop_id, p.state, p.version, p.currency, p.amount_minor, p.authorized_minor, p.captured_minor,
p.refunded_minor, p.disputed_minor, p.authorized_held_minor, p.captured_held_minor, p.paid_out_minor, p.payout_held_minor, p.direction,
p.takes_more, p.overcapture_percent, p.frees_reference, p.order_reference, p.origin_payment_id, p.notice_count, p.created_at,
(select coalesce(json_agg(o order by o.ordinal), '[]') from (
  select ordinal, id, kind, state, amount_minor::text as "amountMinor", target, undone_by as "undoneBy", reason,
    reference, request_hash as "requestHash", notice_url as "noticeUrl", card_token as "cardToken", memo,
    gate_id as "gateId", requested_at as "requestedAt", finished_at as "finishedAt"
  from tollgate.operations where merchant_id = p.merchant_id and payment_id = p.id) o) as operations,
(select coalesce(json_agg(a order by a.operation, a.ordinal), '[]') from (
  select operation, ordinal, route_id as "routeId", acquirer, account, state, sent_reference as "sentReference",
    acquirer_reference as "acquirerReference", acquirer_time as "acquirerTime", response_code as "responseCode",
    response_text as "responseText", approval_code as "approvalCode", network_reference as "networkReference",
    case when card_brand is not null then json_build_object('brand', card_brand, 'first6', card_first6,
      'last4', card_last4, 'expiry', card_expiry) end as card,
    wallet, bank_account::json as "bankAccount", payer, vault_ref as "vaultRef", challenge::json, doubt, sent_at as "sentAt", inquiries, not_found as "notFound",
    due_at as "dueAt"
  from tollgate.attempts where merchant_id = p.merchant_id and payment_id = p.id) a) as attempts,
(select row_to_json(c) from (
  select success_url as "successUrl", failure_url as "failureUrl", expires_at as "expiresAt", brands::json, wallet, debit,
    keeps_card as "keepsCard", asks_to_keep as "asksToKeep", customer, payer_info as "payerInfo",
    demands_challenge as "demandsChallenge", redirect_ms as "redirectMs", submit_count_max as "submitCountMax",
    nullif(requires_challenge, false) as "requiresChallenge", nullif(retries_declined, false) as "retriesDeclined"
  from tollgate.checkouts where merchant_id = p.merchant_id and payment_id = p.id) c) as checkout,
(select coalesce(json_agg(f order by f.operation), '[]') from (
  select operation, state, lines::json, tries, number, terminal, sign, url, message, registered_at as "registeredAt"
  from tollgate.fiscal_receipts where merchant_id = p.merchant_id and payment_id = p.id) f) as receipts,
(select true from tollgate.statement_items s where s.merchant_id = p.merchant_id and s.payment_id = p.id limit 1) as settled`;

interface ReceiptRow extends Omit<Receipt, 'lines'> {
  readonly lines: readonly (Omit<ReceiptLine, 'priceMinor'> & { readonly priceMinor: string })[];
}

type Wishes = 'requiresChallenge' | 'retriesDeclined';
type CheckoutRow = Omit<Checkout, Wishes | 'debit'> &
  Readonly<Record<Wishes, true | null>> & { readonly debit: Scheme | null };

/** A wish that most checkouts do not have is absent there. */
const checkoutOf = ({ requiresChallenge, retriesDeclined, debit, ...checkout }: CheckoutRow): Checkout => ({
  ...checkout,
  ...(debit && { debit }),
  ...(requiresChallenge && { requiresChallenge }),
  ...(retriesDeclined && { retriesDeclined }),
});

export interface ViewRow {
  readonly merchant_id: number;
  readonly id: string;
  readonly shop_id: string;
  readonly state: Payment['state'];
  readonly version: number;
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly authorized_minor: bigint;
  readonly captured_minor: bigint;
  readonly refunded_minor: bigint;
  readonly disputed_minor: bigint;
  readonly authorized_held_minor: bigint;
  readonly captured_held_minor: bigint;
  readonly paid_out_minor: bigint;
  readonly payout_held_minor: bigint;
  readonly direction: Payment['direction'];
  readonly takes_more: boolean;
  readonly overcapture_percent: number;
  readonly frees_reference: boolean;
  readonly order_reference: string | null;
  readonly origin_payment_id: string | null;
  readonly notice_count: number;
  readonly created_at: bigint;
  readonly operations: readonly (Omit<Operation, 'amountMinor'> & { readonly amountMinor: string })[];
  readonly attempts: readonly Attempt[];
  readonly checkout: CheckoutRow | null;
  readonly receipts: readonly ReceiptRow[];
  readonly settled: true | null;
}

export const viewOf = (row: ViewRow): View => ({
  payment: {
    merchantId: row.merchant_id,
    id: row.id,
    shopId: row.shop_id,
    state: row.state,
    version: row.version,
    currency: row.currency,
    amountMinor: row.amount_minor,
    authorizedMinor: row.authorized_minor,
    capturedMinor: row.captured_minor,
    refundedMinor: row.refunded_minor,
    disputedMinor: row.disputed_minor,
    authorizedHeldMinor: row.authorized_held_minor,
    capturedHeldMinor: row.captured_held_minor,
    paidOutMinor: row.paid_out_minor,
    payoutHeldMinor: row.payout_held_minor,
    direction: row.direction,
    takesMore: row.takes_more,
    overcapturePercent: row.overcapture_percent,
    freesReference: row.frees_reference,
    orderReference: row.order_reference,
    originPaymentId: row.origin_payment_id,
    noticeCount: row.notice_count,
    createdAt: Number(row.created_at),
  },
  operations: row.operations.map((operation) => ({ ...operation, amountMinor: BigInt(operation.amountMinor) })),
  attempts: row.attempts,
  checkout: row.checkout && checkoutOf(row.checkout),
  receipts: row.receipts.map((receipt) => ({
    ...receipt,
    lines: receipt.lines.map((line) => ({ ...line, priceMinor: BigInt(line.priceMinor) })),
  })),
  ...(row.settled && { isSettled: true }),
});
