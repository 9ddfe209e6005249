import { hold } from './books.ts';
import type { Decision } from './change.ts';
import type { Charge, Follow, Forestall, Open, Undo } from './commands.ts';
import { Draft } from './draft.ts';
import { refuse } from './ends.ts';
import { wanted } from './fiscal.ts';
import type { Checkout, Instant, Payment, View } from './model.ts';
import { noTotals } from './totals.ts';

/** What a command brings along for the operation it asks for. */
export const asked = (command: Open | Charge | Follow | Undo) => {
  const { id, kind, amountMinor, reference, requestHash, noticeUrl, memo, gateId = null } = command;
  return { id, kind, amountMinor, reference, requestHash, noticeUrl, memo, gateId };
};

const newPayment = (
  command: Pick<
    Open | Charge,
    | 'merchantId'
    | 'paymentId'
    | 'shopId'
    | 'kind'
    | 'currency'
    | 'amountMinor'
    | 'orderReference'
    | 'originPaymentId'
    | 'freesReference'
    | 'overcapturePercent'
  >,
  state: Payment['state'],
  checkout: Checkout | null,
  now: Instant,
): View => {
  const { merchantId, paymentId, shopId, kind, currency, amountMinor } = command;
  const who = { merchantId, id: paymentId, shopId };
  const takesMore = kind === 'collect';
  const direction = kind === 'payout' ? 'out' : 'in';
  const { orderReference = null, originPaymentId = null, freesReference = false } = command;
  const overcapturePercent = kind === 'authorize' ? (command.overcapturePercent ?? 0) : 0;
  const asks = {
    currency,
    amountMinor,
    direction,
    takesMore,
    orderReference,
    originPaymentId,
    freesReference,
    overcapturePercent,
  } as const;
  const payment = { ...noTotals, ...who, ...asks, state, version: 0, noticeCount: 0, createdAt: now };
  return { payment, operations: [], attempts: [], checkout, receipts: [] };
};

/**
 * A merchant opens a checkout: the payment waits for its payer until the checkout's end. One by wallet goes to the acquirer
 * at once, which makes the code that the payer scans.
 */
export const open = (command: Open, now: Instant): Decision => {
  const { offer, receipt, kind, checkout } = command;
  if (receipt && kind !== 'sale') throw new Error('a receipt is owed for a sale alone');
  const isAtOnce = kind === 'sale' || kind === 'collect';
  if ((checkout.wallet !== null || checkout.debit) && !isAtOnce) throw new Error('wallets and accounts pay at once');
  if ((offer === null) !== (checkout.wallet === null)) throw new Error('a wallet has a way, and nothing else has one');
  const draft = new Draft(command, now, newPayment(command, offer ? 'acting' : 'open', checkout, now));
  draft.addOperation({ ...asked(command), state: offer ? 'acting' : 'waiting', cardToken: command.cardToken });
  if (receipt) draft.putReceipt(wanted(1, receipt));
  draft.claims.push(...command.claims);
  if (offer) {
    const about = { card: null, wallet: checkout.wallet, vaultRef: null, dueAt: offer.dueAt };
    draft.depart(draft.send(1, offer.way, about), 'perform');
  } else draft.schedule('expire', checkout.expiresAt);
  draft.note('opened', 'merchant', 1);
  return draft.decision();
};

/**
 * A merchant charges a card, or pays out to it, without a payer at the page: one step takes the reference and writes the attempt
 * that is about to leave, or writes down why there is none.
 */
export const charge = (command: Charge, now: Instant): Decision => {
  const { way, cardToken } = command;
  const refused = 'reason' in way;
  const draft = new Draft(command, now, newPayment(command, refused ? 'declined' : 'acting', null, now));
  draft.claims.push(...command.claims);
  const operation = { ...asked(command), cardToken };
  if (refused) refuse(draft, operation, way.reason);
  else {
    hold(draft, draft.addOperation({ ...operation, state: 'acting' }));
    draft.depart(draft.send(1, way, { ...command, wallet: null }), 'perform');
    draft.note(command.kind === 'payout' ? 'paid_out' : 'charged', 'merchant', 1);
  }
  return draft.decision();
};

/** A merchant takes back a sale that never arrived. The sale that its claims keep out is written down with it, as withdrawn. */
export const forestall = (command: Forestall, now: Instant): Decision => {
  const { id, id2, amountMinor, reference, requestHash, noticeUrl, memo, gateId = null } = command;
  const sale = { ...command, kind: 'sale' } as const;
  const draft = new Draft(command, now, newPayment(sale, 'cancelled', null, now));
  draft.claims.push(...command.claims);
  draft.addOperation({ id: id2, kind: 'sale', amountMinor, state: 'cancelled', reason: 'withdrawn' });
  const words = { reference, requestHash, noticeUrl, memo, gateId };
  draft.addOperation({ id, kind: 'reversal', amountMinor, ...words, state: 'approved', target: 1 });
  draft.note('forestalled', 'merchant', 1);
  return draft.decision();
};
