import { brandOf, faceOf } from '../core/cards.ts';
import type { Charge, Submit, Withdraw } from '../core/commands.ts';
import { expiryOf } from '../core/due.ts';
import type { Attempt, Claim, Id, View } from '../core/model.ts';
import type { Refusal } from '../core/reasons.ts';
import { isAttemptFinal } from '../core/states.ts';
import { wireId } from '../kit/ids.ts';
import { Acts, type Luggage, noLuggage } from './act.ts';
import { type Carried, carry, carryNew, gather } from './carry.ts';
import { debitOf } from './debits.ts';
import { describeCard } from './describe.ts';
import { endOf, type Gateway, type PageResult, type Result } from './gateway.ts';
import { marginMs } from './leave-time.ts';
import { Limits, type Passage, type Spending } from './limits.ts';
import { createOpenedCards, type Opened } from './opened-cards.ts';
import type { GatewayParts } from './parts.ts';
import type { Shop } from './ports.ts';
import { Queue } from './queue.ts';
import { wayBack, wayIn, wayToCard, wayToPayee } from './ways.ts';

/** A number that was only looked up is forgotten after so long; one that nobody's token stands for, too. */
const lookUpMs = 60_000;
const forgetMs = 86_400_000;

/** The attempt by which a card was charged, for an acquirer that is to send money to the same one. */
const paidBy = ({ operations, attempts }: View): Attempt | undefined =>
  operations[0]!.state === 'approved' ? attempts.findLast((a) => a.operation === 1) : undefined;

const spendingOf = ({ payment: { id, currency, amountMinor } }: View): Spending => ({
  amountMinor,
  currency,
  paymentId: id,
});

/** The gateway over its rooms, with what its workers use as well. */
export interface OpenGateway {
  readonly gateway: Gateway;
  readonly parts: GatewayParts;
  readonly acts: Acts;
  readonly queue: Queue;
}

export const createGateway = (parts: GatewayParts): OpenGateway => {
  const { surroundings, payments, directory, vault, acquirerTimeoutMs } = parts;
  const { clock, newId } = surroundings;
  const queue = new Queue();
  const limits = new Limits(parts, queue);
  const acts = new Acts(parts, queue);
  const { openStored, openCard, payeeOf, unsealed } = createOpenedCards(parts);
  const dueAt = () => clock.now() + acquirerTimeoutMs + marginMs;

  /** How much more than what is authorized the acquirer of a payment captures, in percent. */
  const overcaptureAt = ({ attempts }: View): number => {
    const way = attempts.findLast(({ operation }) => operation === 1);
    return parts.acquirers.get(way?.acquirer ?? '')?.capabilities.overcapturePercent ?? 0;
  };

  /** The result of a command whose operation is `id`, once nothing more is to be done about it here. */
  const resultOf = async (shop: Shop, carried: Carried, id: Id): Promise<Result> => {
    if (carried.kind === 'refused') {
      const holder = carried.claim && (await payments.findByClaim(shop.merchantId, carried.claim));
      return { kind: 'refused', refusal: carried.refusal, ...(holder && { holder }) };
    }
    return endOf(carried.view, id);
  };

  const find = async (shop: Shop, paymentId: Id): Promise<View | undefined> => {
    const view = await payments.find(shop.merchantId, paymentId);
    return view?.payment.shopId === shop.id ? upToDate(shop, view) : undefined;
  };

  const upToDate = async (shop: Shop, view: View): Promise<View> => {
    const expiresAt = expiryOf(view);
    if (expiresAt === null || clock.now() < expiresAt) return view;
    const { id, merchantId } = view.payment;
    const command = { type: 'due', id: newId(merchantId), task: 'expire' } as const;
    return (await queue.run(id, () => carry(parts, shop, id, command))).view ?? view;
  };

  const findOf: Gateway['findOf'] = async (merchantId, by) => {
    const view =
      'paymentId' in by
        ? await payments.find(merchantId, by.paymentId)
        : await payments.findByOperation(merchantId, by.operationId);
    const shop = view && (await directory.shopById(view.payment.shopId));
    return shop && { shop, view: await upToDate(shop, view) };
  };

  const found = async (shop: Shop, paymentId: Id): Promise<View> => {
    const view = await find(shop, paymentId);
    if (!view) throw new Error(`payment ${paymentId} is not of this shop`);
    return view;
  };

  /** What a page shows after a payer's command: where nothing left, the payment as it stands. */
  const paged = async (
    shop: Shop,
    carried: Carried,
    paymentId: Id,
    luggage: () => Promise<Luggage>,
    patienceMs: number,
  ): Promise<PageResult> => {
    if (carried.kind === 'refused') {
      return { view: await found(shop, paymentId), oneTimeKey: null, refusal: carried.refusal };
    }
    if (carried.kind === 'settled' || !carried.departure) {
      return { view: carried.view, oneTimeKey: null, refusal: null };
    }
    if (carried.departure.action === 'resend') {
      await acts.text(carried.view, carried.departure);
      return { view: carried.view, oneTimeKey: null, refusal: null };
    }
    const end = await acts.act(shop, carried.view, carried.departure, await luggage(), patienceMs);
    return { view: end.view, oneTimeKey: end.oneTimeKey, refusal: null };
  };

  /** A try to pay what waits for its payer, with what takes it past the rules of its shop. */
  const carryOn = (shop: Shop, view: View, command: Submit, passage: Passage | null): Promise<Carried> => {
    const { id } = view.payment;
    // A passage is for the payment as it stands: what was read before others had their turn may be old.
    const known = passage ? undefined : view;
    return queue.run(id, () => carry(parts, shop, id, command, known, passage));
  };

  /** What payer or merchant do to a payment that waits, with nothing in their hands. */
  const turn = async (
    shop: Shop,
    paymentId: Id,
    what: { readonly type: 'cancel' | 'resend' | 'again' } | Omit<Withdraw, 'id'>,
  ): Promise<PageResult> => {
    const id = newId(shop.merchantId);
    await found(shop, paymentId);
    const carried = await queue.run(paymentId, () => carry(parts, shop, paymentId, { ...what, id }));
    return paged(shop, carried, paymentId, async () => noLuggage, 0);
  };

  const gateway: Gateway = {
    async open(shop, { namesCard = false, cardName, patienceMs = 0, gate, payer = null, returnTo, ...request }) {
      const { merchantId, id: shopId } = shop;
      const id = newId(merchantId);
      const paymentId = newId(merchantId);
      const cardToken = cardName ?? (namesCard ? wireId(id) : null);
      const { wallet } = request.checkout;
      const way = wallet && wayIn(parts, shop, wallet, request);
      if (way && 'reason' in way) return { kind: 'refused', refusal: way };
      const offer = way && { way, dueAt: dueAt() };
      const command = { ...request, type: 'open', id, paymentId, merchantId, shopId, cardToken, offer } as const;
      const gates = gate ? [gate] : [];
      const { currency, amountMinor } = request;
      const passing = (passage: Passage | null) =>
        carryNew(parts, shop, command, [...gates, ...(passage?.gates ?? [])], passage?.uses);
      // A card that a payer submits later passes the rules then.
      const carried = await (offer
        ? limits.pass(shop, { amountMinor, currency, paymentId: null }, passing)
        : passing(null));
      if (carried.kind !== 'written' || !carried.departure) return resultOf(shop, carried, id);
      const luggage = { ...noLuggage, payer, returnUrl: returnTo?.(paymentId) ?? null };
      return endOf((await acts.act(shop, carried.view, carried.departure, luggage, patienceMs)).view, id);
    },

    takes(shop, means, currency, amountMinor) {
      return !('reason' in wayIn(parts, shop, means, { currency, amountMinor }));
    },

    async charge(shop, asked) {
      const { card, brands, patienceMs, pass, ...request } = asked;
      const { merchantId, id: shopId } = shop;
      const paid = 'paid' in card ? paidBy(card.paid) : undefined;
      const payee =
        'account' in card ? ((await payeeOf(card.account, card.owner)) ?? null) : 'payee' in card ? card.payee : null;
      const opened: Opened =
        'token' in card || 'details' in card ? await openCard(shop, card, brands) : { reason: 'invalid_token' };
      const known = 'reason' in opened ? null : opened;
      const id = newId(merchantId);
      const way = () => {
        if (paid) return wayBack(parts, shop, paid, asked);
        if (payee) return wayToPayee(parts, shop, payee, asked);
        if (!known) return opened as Refusal;
        return (request.kind === 'payout' ? wayToCard : wayIn)(parts, shop, known.face.brand, request);
      };
      const command: Charge = {
        ...request,
        type: 'charge',
        id,
        paymentId: newId(merchantId),
        merchantId,
        shopId,
        card: paid?.card ?? known?.face ?? null,
        cardToken: 'token' in card ? card.token : null,
        vaultRef: known?.vaultRef ?? null,
        way: way(),
        dueAt: dueAt(),
      };
      const { amountMinor, currency } = request;
      const paying = known && { card: { face: known.face, number: known.details.number } };
      const passingLimits = (passage: Passage | null) => carryNew(parts, shop, command, passage?.gates, passage?.uses);
      const passing = async (): Promise<Carried> => {
        const gate = await pass!.read();
        if ('reason' in gate) return { kind: 'refused', refusal: gate, view: null };
        return carryNew(parts, shop, command, [gate]);
      };
      const carried = await (pass
        ? queue.run(pass.name, passing)
        : request.kind === 'payout' || 'reason' in command.way
          ? carryNew(parts, shop, command)
          : limits.pass(shop, { amountMinor, currency, paymentId: null, ...paying }, passingLimits));
      if (carried.kind !== 'written' || !carried.departure) return resultOf(shop, carried, id);
      const luggage = {
        ...noLuggage,
        card: known?.details ?? null,
        firstNetworkReference: known?.networkReference ?? null,
        paid: paid ?? null,
        payee,
      };
      return endOf((await acts.act(shop, carried.view, carried.departure, luggage, patienceMs)).view, id);
    },

    async follow(shop, paymentId, { patienceMs, isLast = false, ...request }) {
      const id = newId(shop.merchantId);
      const rest = isLast && { restId: newId(shop.merchantId) };
      const command = { ...request, ...rest, type: 'follow', id, dueAt: dueAt() } as const;
      const carried = await queue.run(paymentId, async () => {
        // It goes the way that the payment went, which a payment that can be followed does not change any more.
        const view = await gather(parts, shop, paymentId);
        const overcapturePercentMax = overcaptureAt(view);
        return carry(parts, shop, paymentId, { ...command, overcapturePercentMax }, view);
      });
      if (carried.kind !== 'written' || !carried.departure) return resultOf(shop, carried, id);
      return endOf((await acts.act(shop, carried.view, carried.departure, noLuggage, patienceMs)).view, id);
    },

    find,

    async findByClaim(shop, claim: Claim) {
      const held = await payments.findByClaim(shop.merchantId, claim);
      if (held?.view.payment.shopId !== shop.id) return undefined;
      return { view: await upToDate(shop, held.view), command: held.command };
    },

    list: (shop, stretch) => payments.listOperations(shop.id, stretch),

    async submit(shop, paymentId, card, { returnUrl, patienceMs, carriesKey = true, keeps = false }) {
      const view = await found(shop, paymentId);
      const digits = card.number.reveal();
      if (!brandOf(digits)) throw new Error('the page lets only cards of known brands through');
      const face = faceOf(digits, card.expiry);
      const way = wayIn(parts, shop, face.brand, view.payment);
      if ('reason' in way) return { view, oneTimeKey: null, refusal: way };
      const id = newId(shop.merchantId);
      const cardToken = view.checkout?.asksToKeep && keeps ? wireId(view.operations[0]!.id) : null;
      const command = { type: 'submit', id, card: face, cardToken, vaultRef: null, way, dueAt: dueAt() } as const;
      const spending = { ...spendingOf(view), card: { face, number: card.number } };
      const carried = await limits.pass(shop, spending, (passage) => carryOn(shop, view, command, passage));
      return paged(shop, carried, paymentId, async () => ({ ...noLuggage, card, returnUrl, carriesKey }), patienceMs);
    },

    async offer(shop, paymentId, { patienceMs, returnUrl = null }) {
      const view = await found(shop, paymentId);
      const wallet = view.checkout?.wallet;
      const refused = (refusal: Refusal) => ({ view, oneTimeKey: null, refusal });
      if (!wallet) return refused({ reason: 'invalid_state' });
      const way = wayIn(parts, shop, wallet, view.payment);
      if ('reason' in way) return refused(way);
      const id = newId(shop.merchantId);
      const command = { type: 'submit', id, card: null, cardToken: null, vaultRef: null, way, dueAt: dueAt() } as const;
      const carried = await limits.pass(shop, spendingOf(view), (passage) => carryOn(shop, view, command, passage));
      return paged(shop, carried, paymentId, async () => ({ ...noLuggage, returnUrl }), patienceMs);
    },

    async notice(acquirer, sentReference) {
      // A reference is the operation's id and the attempt's ordinal.
      const operationId = sentReference.slice(0, Math.max(0, sentReference.lastIndexOf('-')));
      const merchantId = surroundings.merchantOf(operationId);
      if (merchantId === undefined) return false;
      const found = await payments.findByOperation(merchantId, operationId);
      const attempt = found?.attempts.find((a) => a.sentReference === sentReference && a.acquirer === acquirer);
      const shop = found && (await directory.shopById(found.payment.shopId));
      if (!shop || !attempt) return false;
      // What has ended has nothing more to say, but a bank may send money to what is closed.
      const { kind } = found.operations[attempt.operation - 1]!;
      if (isAttemptFinal(attempt.state) && kind !== 'collect') return false;
      await acts.lookAfter(shop, found, attempt);
      return true;
    },

    async resume(shop, paymentId, { sentReference, answer, oneTimeKey }, { patienceMs }) {
      const id = newId(shop.merchantId);
      const command = { type: 'resume', id, sentReference, dueAt: dueAt() } as const;
      await found(shop, paymentId);
      const carried = await queue.run(paymentId, () => carry(parts, shop, paymentId, command));
      // Only the return that won opens the sealed card: a second one finds the attempt already on its way.
      const luggage = async () => ({
        ...noLuggage,
        answer,
        card: await unsealed(shop, (carried as { view: View }).view, sentReference, oneTimeKey),
      });
      return paged(shop, carried, paymentId, luggage, patienceMs);
    },

    async perform(
      shop,
      view,
      { stored, code, owner },
      { returnUrl, patienceMs, initiator = code ? 'payer' : 'merchant', claims },
    ) {
      const refused = (refusal: Refusal) => ({ view, oneTimeKey: null, refusal });
      const { id: paymentId } = view.payment;
      const { token } = stored;
      const opened = await openStored(shop, stored, view.checkout?.brands ?? [], code, owner);
      if ('reason' in opened) return refused(opened);
      const { details, face, vaultRef, networkReference } = opened;
      const way = wayIn(parts, shop, face.brand, view.payment);
      if ('reason' in way) return refused(way);
      const id = newId(shop.merchantId);
      const about = { card: face, cardToken: token, vaultRef, ...(claims && { claims }) };
      const command = { type: 'submit', id, ...about, way, dueAt: dueAt() } as const;
      const spending = { ...spendingOf(view), card: { face, number: details.number } };
      const carried = await limits.pass(shop, spending, (passage) => carryOn(shop, view, command, passage));
      const who = { initiator, firstNetworkReference: networkReference };
      const luggage = { ...noLuggage, ...who, card: details, returnUrl, carriesKey: false };
      return paged(shop, carried, paymentId, async () => luggage, patienceMs);
    },

    async debit(shop, view, account, page) {
      const { id: paymentId } = view.payment;
      const about = { id: newId(shop.merchantId), dueAt: dueAt() };
      const debit = await debitOf(parts, shop, view, account, page, about);
      if ('reason' in debit) return { view, oneTimeKey: null, refusal: debit };
      const { command, luggage } = debit;
      const carried = await limits.pass(shop, spendingOf(view), (passage) => carryOn(shop, view, command, passage));
      return paged(shop, carried, paymentId, async () => luggage, page.patienceMs);
    },

    withdraw: (shop, paymentId, reason = 'withdrawn') => turn(shop, paymentId, { type: 'withdraw', reason }),
    resend: (shop, paymentId) => turn(shop, paymentId, { type: 'resend' }),
    again: (shop, paymentId) => turn(shop, paymentId, { type: 'again' }),
    cancel: (shop, paymentId) => turn(shop, paymentId, { type: 'cancel' }),

    findOf,
    storedCards: (merchantId, tokens) => payments.storedCards(merchantId, tokens),
    cardsOf: async (merchantId, customer) =>
      payments.storedCards(merchantId, await payments.cardsOf(merchantId, customer)),
    related: (by, limit) => payments.findRelated(by, limit),

    async findChallenged(merchantId, number) {
      const vaultRef = await vault.seal(merchantId, number, clock.now() + lookUpMs);
      const view = await payments.findChallenged(merchantId, vaultRef);
      return view && findOf(merchantId, { paymentId: view.payment.id });
    },

    judge: (shop, wish) => limits.judge(shop, wish),

    describeCard: (shop, card, currency) => describeCard(parts, shop, card, currency),

    async forgetCard(merchantId, token) {
      const card = await payments.storedCard(merchantId, { token });
      if (!card || !(await payments.forgetCard(merchantId, token))) return false;
      await vault.release(merchantId, card.vaultRef, clock.now() + forgetMs);
      // Another token may stand for the same number, or have come to do so just now: looked for after the release.
      if (await payments.storedCard(merchantId, { vaultRef: card.vaultRef }))
        await vault.keep(merchantId, card.vaultRef);
      return true;
    },
  };

  return { gateway, parts, acts, queue };
};
