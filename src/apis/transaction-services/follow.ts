import type { View } from '../../core/model.ts';
import { isOperationFinal } from '../../core/states.ts';
import { capturable, uncaptured, unrefunded } from '../../core/totals.ts';
import type { Shop } from '../../gateway/ports.ts';
import { isAmount, minorOf } from './amount.ts';
import { type FollowKind, followAnswer } from './answers.ts';
import { checksumFault, memberOf } from './authenticate.ts';
import { type Call, type Fault, fault, type Handler, isFault, patienceMs } from './call.ts';
import type { Formula } from './checksum.ts';
import { paymentOf } from './claims.ts';
import { type Code, codeOfRefusal } from './codes.ts';
import { memoOf } from './memo.ts';
import { noticeUrlIn } from './read.ts';
import { faultsIn } from './rules.ts';
import { settingsOf } from './settings.ts';
import { type LongStatus, statusOf } from './status.ts';

/** How long one writing operation waits for another on the same payment, ms (section 12.7). */
const waitMs = 10_000;
const pollMs = 50;
const dayMs = 86_400_000;

const isBusy = ({ operations }: View): boolean =>
  operations.some(({ kind, state, target }) => target === 1 && kind !== 'reversal' && !isOperationFinal(state));

/** The payment once nothing is under way on it any more, or as it stands when patience ends. */
const settled = async ({ gateway }: Call['parts'], shop: Shop, view: View): Promise<View> => {
  const endAt = performance.now() + waitMs;
  let now = view;
  while (isBusy(now) && performance.now() < endAt) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    now = (await gateway.find(shop, view.payment.id)) ?? now;
  }
  return now;
};

const captured: ReadonlySet<LongStatus> = new Set([
  'capturestarted',
  'capturesuccess',
  'settled',
  'markedforreversal',
  'reversed',
  'chargeback',
]);
const isHeld = (status: LongStatus): boolean => status === 'authsuccessful' || status === 'capturefailed';

/** What one kind of operation is judged by; `amountMinor` null where an RV has none. */
interface Rules {
  readonly type: string;
  readonly accepted: (hasAmount: boolean) => readonly Formula[];
  /** What speaks against it by how the payment stands. */
  readonly state: (view: View) => Code | undefined;
  /** What speaks against its amount. */
  readonly amount: (shop: Shop, view: View, amountMinor: bigint, now: number) => Code | undefined;
  readonly needsAmount: boolean;
}

/** Sections 12.3 to 12.5. */
const rulesOf: Readonly<Record<FollowKind, Rules>> = {
  capture: {
    type: 'CP',
    accepted: () => ['C2'],
    state: (view) => (isHeld(statusOf(view)) ? undefined : '20044'),
    // The gateway knows what the acquirer takes as well, and refuses more than that: with the same code.
    amount: (_shop, { payment }, amountMinor) => (amountMinor > capturable(payment) ? '20071' : undefined),
    needsAmount: true,
  },
  release: {
    type: 'RV',
    accepted: (hasAmount) => (hasAmount ? ['C3', 'C3r'] : ['C3']),
    state: (view) => {
      const status = statusOf(view);
      if (captured.has(status)) return '20045';
      if (status === 'authcancelled') return '20067';
      return isHeld(status) ? undefined : '20044';
    },
    amount: (_shop, { payment }, amountMinor) => (amountMinor > uncaptured(payment) ? '40002' : undefined),
    needsAmount: false,
  },
  refund: {
    type: 'RF',
    accepted: () => ['C2'],
    state: (view) =>
      ['capturesuccess', 'settled', 'reversed', 'markedforreversal'].includes(statusOf(view)) ? undefined : '20044',
    amount: (shop, { payment, operations }, amountMinor, now) => {
      const { refunds, refundDays, multipleRefunds, partialRefunds } = settingsOf(shop);
      if (!refunds) return '20063';
      if (refundDays !== null && now > operations[0]!.finishedAt! + refundDays * dayMs) return '30068';
      const counts = operations.some(
        ({ kind, state }) => kind === 'refund' && (state === 'approved' || !isOperationFinal(state)),
      );
      if (counts && !multipleRefunds) return '10006';
      if (amountMinor > unrefunded(payment)) return '20064';
      return !partialRefunds && amountMinor < payment.capturedMinor ? '10006' : undefined;
    },
    needsAmount: true,
  },
};

/** CP, RV or RF on a payment (sections 6.5 to 6.7), with the checks of section 10.3 in their order. */
const run = async (call: Call, kind: FollowKind): Promise<ReturnType<typeof followAnswer> | Fault> => {
  const { parts, fields, id } = call;
  const rules = rulesOf[kind];
  if (!/^\d{1,20}$/.test(id)) return fault('30036');
  const amount = fields.get('amount');
  const isNeeded = rules.needsAmount || amount !== undefined;
  const shop = await memberOf(call);
  if (isFault(shop)) return shop;
  if (isNeeded && !isAmount(amount)) return fault('30003');
  const signed = await checksumFault(call, shop, rules.accepted(amount !== undefined), { id, amount });
  if (signed) return signed;
  const named = fields.get('paymentId');
  const wrong = [...faultsIn(fields), ...(named !== undefined && named !== id ? (['30036'] as const) : [])];
  if (wrong.length > 0) return fault(...wrong);
  const found = await paymentOf(parts, shop, id);
  if (!found || memoOf(found).type === 'PO') return fault('20044');
  const view = await settled(parts, shop, found);
  const standing = rules.state(view);
  if (standing) return fault(standing);
  const { currency } = view.payment;
  const asked = fields.get('currency')?.toUpperCase();
  if (asked !== undefined && asked !== currency) return fault('40003');
  const amountMinor = amount === undefined ? uncaptured(view.payment) : minorOf(amount, currency);
  if (amountMinor === undefined) return fault('20018');
  const beyond = rules.amount(shop, view, amountMinor, parts.clock.now());
  if (beyond) return fault(beyond);
  const result = await parts.gateway.follow(shop, view.payment.id, {
    kind,
    amountMinor,
    // Where more may be captured than is held, one that takes all of it would leave room for another beside it.
    ...(kind === 'capture' && { isLast: true, isOnly: true }),
    ...(kind === 'refund' && { isOnly: !settingsOf(shop).multipleRefunds }),
    recordsRefusal: false,
    refusal: null,
    reference: null,
    requestHash: null,
    noticeUrl: noticeUrlIn(fields) ?? view.operations[0]!.noticeUrl,
    memo: null,
    claims: [],
    patienceMs,
  });
  if (result.kind !== 'refused') return followAnswer(shop, result.view, result.operation);
  // Another one came between: it is judged by what that one left.
  const after = (await parts.gateway.find(shop, view.payment.id)) ?? view;
  return fault(
    rules.state(after) ?? rules.amount(shop, after, amountMinor, parts.clock.now()) ?? codeOfRefusal(result.refusal),
  );
};

/** One of the three; a refusal names its type (section 10.1). */
export const followHandler =
  (kind: FollowKind): Handler =>
  async (call) => {
    const came = await run(call, kind);
    return isFault(came) ? { ...came, with: { paymentType: rulesOf[kind].type } } : came;
  };
