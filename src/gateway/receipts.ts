import type { OfficeAnswer } from '../core/commands.ts';
import { openReceipts } from '../core/fiscal.ts';
import type { Receipt, View } from '../core/model.ts';
import { carry } from './carry.ts';
import type { GatewayParts } from './parts.ts';
import type { FiscalOffice, ReceiptOrder, Shop } from './ports.ts';
import type { Queue } from './queue.ts';

/** How long the office gets for one receipt, ms of real time. A payer may be waiting. */
const officeTimeoutMs = 3_000;

const orderOf = (shop: Shop, view: View, { operation: ordinal, lines }: Receipt): ReceiptOrder => {
  const operation = view.operations[ordinal - 1]!;
  const isRefund = operation.kind === 'refund';
  return {
    reference: operation.id,
    kind: isRefund ? 'refund' : 'sale',
    merchantName: shop.merchantName,
    amountMinor: operation.amountMinor,
    currency: view.payment.currency,
    lines,
    original: isRefund ? (view.receipts.find((receipt) => receipt.operation === 1)?.number ?? null) : null,
  };
};

/** A bug of an adapter, or an office that is gone from this installation, must not hold up what was paid. */
const register = async (
  office: FiscalOffice | null,
  order: ReceiptOrder,
  deadlineAt: number,
): Promise<OfficeAnswer> => {
  if (!office) return { kind: 'failed', message: 'no tax office is connected' };
  try {
    return await office.register(order, deadlineAt);
  } catch {
    return { kind: 'failed', message: 'the tax office cannot be reached' };
  }
};

/**
 * Takes the open receipts of a payment to the tax office, in order, until one fails: a refund is about a sale that the
 * office knows. Sent twice it is the same receipt there, so a worker may do this beside the sender.
 */
export const takeReceipts = async (parts: GatewayParts, queue: Queue, shop: Shop, view: View): Promise<View> => {
  const { office, surroundings } = parts;
  const { merchantId, id: paymentId } = view.payment;
  let now = view;
  for (let [receipt] = openReceipts(now); receipt; [receipt] = openReceipts(now)) {
    const deadlineAt = surroundings.realClock.now() + officeTimeoutMs;
    const answer = await register(office, orderOf(shop, now, receipt), deadlineAt);
    const { operation } = receipt;
    const known = now;
    const command = { type: 'fiscalize', id: surroundings.newId(merchantId), operation, answer } as const;
    const carried = await queue.run(paymentId, () => carry(parts, shop, paymentId, command, known));
    now = carried.view ?? now;
    // A task is due for what the books would not take just now.
    if (answer.kind === 'failed' || carried.kind === 'refused') break;
  }
  return now;
};
