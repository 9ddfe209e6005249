import type { Operation, View } from '../../core/model.ts';
import type { Settlement } from '../../gateway/ports/terminals.ts';
import type { Shop } from '../../gateway/ports.ts';
import { wireId } from '../../kit/ids.ts';
import { dateTimeText, hostTimeText } from './dates.ts';
import { JsonText, type WireObject } from './json.ts';
import { terminalResponseOf, terminalResultOf } from './softpos-codes.ts';
import { settlementMemoOf, type TerminalMemo } from './softpos-memo.ts';
import { paymentTypeOf } from './types.ts';
import { amountText } from './write.ts';

/** What became of a sale or refund since (section 18.2). A reversal counts from the moment at which it was taken on. */
const undoneOf = (view: View, { ordinal, state }: Operation): WireObject => {
  if (state !== 'approved') return {};
  const holds = ({ target, state: of }: Operation) => target === ordinal && of !== 'refused' && of !== 'declined';
  const reversed = view.operations.some((o) => o.kind === 'reversal' && holds(o));
  const voided = view.operations.some((o) => o.kind === 'void' && holds(o) && o.state === 'approved');
  return { voided: voided || undefined, reversed: reversed || undefined };
};

/** The retrieval reference number: the last twelve digits of what the host calls it. */
const hostTxnIdOf = (acquirerReference: string | null | undefined): string | undefined =>
  /\d{12}$/.exec(acquirerReference ?? '')?.[0];

/** When it came to its result: by the host's clock, or ours where the end was not its word. */
const resultAt = ({ finishedAt, requestedAt }: Operation, hostTime: string | null | undefined): number => {
  const at = Date.parse(hostTime ?? '');
  return Number.isNaN(at) ? (finishedAt ?? requestedAt) : at;
};

const metadataOf = ({ metadata }: Pick<TerminalMemo, 'metadata'>) =>
  metadata === undefined ? undefined : new JsonText(metadata);

/**
 * The record of a terminal's message (section 18.3), as E5 answers it and E2 and E7 repeat it. EMV tags are kept nowhere, so only
 * the first answer has them.
 */
export const terminalRecordOf = (
  shop: Shop,
  view: View,
  operation: Operation,
  memo: TerminalMemo,
  emvTags?: JsonText,
): WireObject => {
  const { currency } = view.payment;
  const { status, resp } = terminalResultOf(operation);
  const attempt = view.attempts.findLast((a) => a.operation === operation.ordinal);
  const face = (attempt ?? view.attempts[0])?.card;
  return {
    dateTime: dateTimeText(operation.requestedAt),
    clientId: shop.wireName,
    merchantRef: operation.reference!,
    cmd: memo.cmd,
    orderId: wireId(view.payment.id),
    type: memo.type,
    txnId: wireId(operation.id),
    txnType: memo.cmd,
    merchantId: memo.merchantId,
    hostId: paymentTypeOf(memo.type)?.hostId ?? '1',
    status,
    amt: amountText(operation.amountMinor, currency),
    resp: resp ?? undefined,
    hostTime: resp === null ? undefined : hostTimeText(resultAt(operation, attempt?.acquirerTime)),
    appCode: (operation.state === 'approved' && attempt?.approvalCode) || undefined,
    hostTxnId: hostTxnIdOf(attempt?.acquirerReference),
    terminalId: memo.terminalId,
    card: face?.brand.toUpperCase(),
    pan: memo.pan,
    expDate: memo.expDate,
    batchId: memo.batchId,
    traceNo: memo.traceNo,
    emvTags,
    metadata: metadataOf(memo),
    currency,
    ...undoneOf(view, operation),
  };
};

/** The record of a settlement (section 19.3), as E6 answers it and E2 repeats it. */
export const settlementRecordOf = (shop: Shop, settlement: Settlement): WireObject => {
  const { reference, result, reason, settledAt } = settlement;
  const memo = settlementMemoOf(settlement);
  const isApproved = result === 'closed' || result === 'repeated';
  return {
    dateTime: dateTimeText(settledAt),
    clientId: shop.wireName,
    merchantRef: reference,
    cmd: memo.cmd,
    type: memo.type,
    merchantId: memo.merchantId,
    status: isApproved ? 'Approved' : 'Declined',
    resp: isApproved ? '00' : reason ? terminalResponseOf(reason)! : '95',
    hostTime: hostTimeText(settledAt),
    terminalId: memo.terminalId,
    batchId: memo.batchId,
    traceNo: memo.traceNo,
    metadata: metadataOf(memo),
  };
};
