import type { Operation, View } from '../../core/model.ts';
import { unrefunded } from '../../core/totals.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { Result } from '../../gateway/gateway.ts';
import type { Shop } from '../../gateway/ports.ts';
import { type Fault, faults } from './codes.ts';
import { paymentNamed } from './payments.ts';
import { readRevertV2 } from './read.ts';
import { gatePaymentOf } from './write.ts';

const patienceMs = 10_000;

/** How a refund was asked for: all of it, a share of the amount, an amount, or all that is left. */
type Wanted = { readonly percent: number } | { readonly amountMinor: bigint } | 'rest';

interface Memo {
  readonly v: 1;
  readonly percent?: number;
  readonly rest?: boolean;
}

const memoOf = ({ memo }: Operation): Memo => (memo === null ? { v: 1 } : (JSON.parse(memo) as Memo));

const refundsOf = (view: View): readonly Operation[] =>
  view.operations.filter(({ kind, state }) => kind === 'refund' && state !== 'declined' && state !== 'refused');

/** Shares refunded or on their way so far. */
const percentSoFar = (view: View): number =>
  refundsOf(view).reduce((sum, refund) => sum + (memoOf(refund).percent ?? 0), 0);

/** How much a refund would be now; undefined where the shares would come to more than the whole (section 14.4.5). */
const amountOf = (view: View, wanted: Wanted): bigint | undefined => {
  const { amountMinor } = view.payment;
  const left = unrefunded(view.payment);
  if (wanted === 'rest') return left;
  if ('amountMinor' in wanted) return wanted.amountMinor;
  const percent = percentSoFar(view) + wanted.percent;
  if (percent > 100) return undefined;
  return percent === 100 ? left : (amountMinor * BigInt(wanted.percent)) / 100n;
};

/** Whether a refund that is there already is the one that is asked for again (section 13). */
const isSame = (refund: Operation, wanted: Wanted): boolean => {
  const memo = memoOf(refund);
  if (wanted === 'rest') return memo.rest === true;
  return 'percent' in wanted ? memo.percent === wanted.percent : refund.amountMinor === wanted.amountMinor;
};

const revert = async (
  parts: ApiParts,
  shop: Shop,
  view: View,
  externalId: string | null,
  wanted: Wanted,
): Promise<object | Fault> => {
  const answered = (now: View, refund: Operation) =>
    isSame(refund, wanted) ? told(now, refund) : faults.revertRepeated;
  const told = (now: View, { state }: Operation) =>
    state === 'declined' || state === 'refused' ? faults.revertNotAllowed : gatePaymentOf(shop, now, parts.publicUrl);
  const known = view.operations.find(({ kind, reference }) => kind === 'refund' && reference === externalId);
  if (known && externalId !== null) return answered(view, known);
  const amountMinor = amountOf(view, wanted);
  if (amountMinor === undefined || amountMinor <= 0n) return faults.revertNotAllowed;
  const memo: Memo = {
    v: 1,
    ...(wanted === 'rest' && { rest: true }),
    ...(typeof wanted === 'object' && 'percent' in wanted && { percent: wanted.percent }),
  };
  const result: Result = await parts.gateway.follow(shop, view.payment.id, {
    kind: 'refund',
    amountMinor,
    reference: externalId,
    requestHash: null,
    noticeUrl: null,
    memo: JSON.stringify(memo),
    // Two calls with one id at once: one of them makes the refund.
    claims: externalId === null ? [] : [{ scope: `ext:${view.payment.id}`, value: externalId }],
    recordsRefusal: false,
    refusal: null,
    patienceMs,
  });
  if (result.kind !== 'refused') return told(result.view, result.operation);
  if (result.refusal.reason === 'busy') return faults.busy;
  const holder = result.holder?.view.operations.find(({ id }) => id === result.holder?.command);
  return holder ? answered(result.holder!.view, holder) : faults.revertNotAllowed;
};

/** `POST /payments/v1/payment/revert/{id}` and `revert/partial/{id}` (sections 14.4.4, 14.4.5). */
export const revertPayment = async (
  parts: ApiParts,
  merchantId: number,
  id: string,
  query: { readonly ext?: string | undefined; readonly percent?: string | null | undefined },
): Promise<object | Fault> => {
  const { ext, percent } = query;
  const share =
    percent === null || percent === undefined ? null : /^[1-9]\d?$|^100$/.test(percent) ? Number(percent) : 0;
  if (share === 0 || percent === undefined) return faults.invalid('percent: must be a whole number from 1 to 100');
  if (ext !== undefined && (ext.length > 255 || ext.includes('\0')))
    return faults.invalid('ext: must have at most 255 characters');
  const found = await paymentNamed(parts, merchantId, id);
  if (!found) return faults.notFound('Payment');
  return revert(
    parts,
    found.shop,
    found.view,
    ext === undefined || ext === '' ? null : ext,
    share === null ? 'rest' : { percent: share },
  );
};

/** `POST /payments/v2/payment/revert` (section 14.5.3). */
export const revertPaymentV2 = async (
  parts: ApiParts,
  merchantId: number,
  body: Record<string, unknown>,
): Promise<object | Fault> => {
  const read = readRevertV2(body);
  if ('faults' in read) return faults.invalid(read.faults);
  const { id, externalId, amountMinor } = read.value;
  const found = await paymentNamed(parts, merchantId, id);
  if (!found) return faults.notFound('Payment');
  return revert(parts, found.shop, found.view, externalId, amountMinor === null ? 'rest' : { amountMinor });
};
