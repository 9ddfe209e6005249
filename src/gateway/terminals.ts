import { type BatchTotals, countBatch, differencesOf } from '../core/batch.ts';
import type { Charge, Forestall, Undo, Way } from '../core/commands.ts';
import type { CardFace, Claim, Id, View } from '../core/model.ts';
import type { Reason, Refusal } from '../core/reasons.ts';
import { noLuggage } from './act.ts';
import { attempt, type Carried } from './carry.ts';
import type { OpenGateway } from './create.ts';
import { endOf, type Result } from './gateway.ts';
import { marginMs } from './leave-time.ts';
import { type Batch, type Settlement, type Terminal, type Terminals, traceClaim } from './ports/terminals.ts';
import type { CardPresent, GateMove, Shop } from './ports.ts';
import { able, wayFor } from './ways.ts';

/** Which terminal speaks, and of which of its batches. */
export interface Speaker {
  readonly account: string;
  readonly terminal: string;
  /** The cards that the batch is for, as the API names them. */
  readonly method: string;
  readonly batch: string;
}

interface Said extends Speaker {
  /** The number of the message within its batch. */
  readonly trace: string;
  /** Minor units of `currency`. */
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly reference: string;
  readonly requestHash: string;
  readonly memo: string;
  /** That of the reference. */
  readonly claim: Claim;
}

/** A sale, or a refund that names no sale. */
export interface TerminalCharge extends Said {
  readonly kind: 'sale' | 'payout';
  readonly face: CardFace | Refusal;
  /** The payment that a refund says it is about; it must exist, and nothing else follows from it. */
  readonly originId: Id | null;
  readonly present: Pick<CardPresent, 'entryMode' | 'track2' | 'pinBlock' | 'emvTags'>;
  /** How long the terminal waits for the acquirer before `open` is answered, ms. */
  readonly patienceMs: number;
}

/** What undoes a sale or refund of the same batch: the one of this payment if one is named, else that of the trace number. */
export interface TerminalUndo extends Said {
  readonly kind: 'void' | 'reversal';
  readonly paymentId: Id | null;
  readonly patienceMs: number;
}

export interface TerminalTotals extends Speaker {
  readonly totals: BatchTotals;
  /** Closes the batch even if the totals differ; the difference is on record. */
  readonly closesAnyway: boolean;
  readonly reference: string;
  readonly requestHash: string;
  readonly memo: string;
}

/** The door for terminals. Whatever one says passes the gate of its batch, which settlement closes. */
export interface TerminalGateway {
  /**
   * Refusals that are written down: `unknown_terminal`, `batch_closed`, `duplicate_trace`, `unknown_original`, that of the card's face,
   * and `no_route`.
   * Not written: `duplicate_reference`, `busy`.
   */
  charge(shop: Shop, request: TerminalCharge): Promise<Result>;
  /** Refusals that are written down: `unknown_terminal`, `unknown_original` (voids), `batch_closed`, and those of `undo` in core. */
  undo(shop: Shop, request: TerminalUndo): Promise<Result>;
  /** Undefined when the reference is taken; `busy` when others kept moving the batch on. */
  settle(shop: Shop, request: TerminalTotals): Promise<Settlement | undefined | 'busy'>;
  findSettlement(shop: Shop, reference: string): Promise<Settlement | undefined>;
}

const batchClosed: Refusal = { reason: 'batch_closed' };
const wrongAmount: Refusal = { reason: 'wrong_amount' };

/** A message starts over when another one of its batch came first. */
const triesMax = 5;

type Open = Pick<OpenGateway, 'gateway' | 'parts' | 'acts' | 'queue'>;

export const createTerminals = ({ gateway, parts, acts, queue }: Open, terminals: Terminals): TerminalGateway => {
  const { surroundings, payments, acquirerTimeoutMs } = parts;
  const { clock, newId } = surroundings;
  const dueAt = () => clock.now() + acquirerTimeoutMs + marginMs;

  const terminalOf = (shop: Shop, { account, terminal }: Speaker) => terminals.find(shop.id, account, terminal);
  const batchOf = (terminal: Terminal, { method, batch: number }: Speaker): Promise<Batch> =>
    terminals.batch(terminal, { method, number }, newId(terminal.merchantId), clock.now());

  const gateOf = ({ id, version, state }: Batch): GateMove[] => (state === 'open' ? [{ id, read: version }] : []);

  /** A route of the terminal's own account, to an acquirer that takes what it read. */
  const wayOf = (shop: Shop, request: TerminalCharge, { brand }: CardFace): Way | Refusal => {
    const { routes } = able(parts, shop, (can) => can.cardPresent && (can.payouts || request.kind === 'sale'));
    const own = routes.filter(({ account }) => account === request.account);
    return wayFor({ routes: own }, brand, request.currency, request.amountMinor);
  };

  const asked = ({ reference, requestHash, memo, amountMinor, currency }: Said) => ({
    reference,
    requestHash,
    noticeUrl: null,
    memo,
    amountMinor,
    currency,
  });

  const newPayment = (shop: Shop, said: Said) => ({
    ...asked(said),
    paymentId: newId(shop.merchantId),
    merchantId: shop.merchantId,
    shopId: shop.id,
  });

  /** Writes down why nothing was done. It belongs to no batch and takes nothing but its reference. */
  const refuse = (shop: Shop, request: TerminalCharge | TerminalUndo, reason: Reason): Promise<Carried | null> => {
    const card = 'face' in request && 'brand' in request.face ? request.face : null;
    const command: Charge = {
      ...newPayment(shop, request),
      type: 'charge',
      id: newId(shop.merchantId),
      kind: request.kind,
      claims: [request.claim],
      card,
      cardToken: null,
      vaultRef: null,
      way: { reason },
      dueAt: dueAt(),
    };
    return once(shop, null, command, []);
  };

  /** Null: something moved on, and what is to be done must be found out again. */
  const once = async (
    shop: Shop,
    view: View | null,
    command: (Charge | Undo | Forestall) & { readonly claims: readonly Claim[] },
    gates: readonly GateMove[],
  ): Promise<Carried | null> => {
    const end = await attempt(parts, shop, view, command, gates);
    if (end === 'full') return { kind: 'refused', refusal: { reason: 'busy' }, view };
    return typeof end === 'string' ? null : end;
  };

  const isTaken = async (shop: Shop, { claim, reference }: Said): Promise<boolean> =>
    (await payments.findByClaim(shop.merchantId, claim)) !== undefined ||
    (await terminals.findSettlement(shop, reference)) !== undefined;

  /** Tries until one of the tries has an end. */
  const persistently = async (
    shop: Shop,
    said: Said,
    tryOnce: () => Promise<{ readonly carried: Carried | null; readonly id: Id }>,
    present: CardPresent | null,
    patienceMs: number,
  ): Promise<Result> => {
    for (let tries = 1; tries <= triesMax; tries++) {
      const { carried, id } = await tryOnce();
      if (carried?.kind === 'refused') return { kind: 'refused', refusal: carried.refusal };
      if (carried?.kind === 'written' && carried.departure) {
        const end = await acts.act(shop, carried.view, carried.departure, { ...noLuggage, present }, patienceMs);
        return endOf(end.view, id);
      }
      if (carried) return endOf(carried.view, id);
      if (await isTaken(shop, said)) return { kind: 'refused', refusal: { reason: 'duplicate_reference' } };
    }
    return { kind: 'refused', refusal: { reason: 'busy' } };
  };

  /** The end of a refusal that was written down; its operation is the only one. */
  const refused = async (shop: Shop, request: TerminalCharge | TerminalUndo, reason: Reason) => {
    const carried = await refuse(shop, request, reason);
    return { carried, id: carried?.view?.operations[0]?.id ?? '' };
  };

  const charge: TerminalGateway['charge'] = async (shop, request) => {
    const terminal = await terminalOf(shop, request);
    const { trace, batch: number } = request;
    const present = { ...request.present, terminal: request.terminal, batch: number, trace };
    const tryOnce = async () => {
      if (!terminal) return refused(shop, request, 'unknown_terminal');
      const batch = await batchOf(terminal, request);
      if (batch.state === 'closed') return refused(shop, request, 'batch_closed');
      const taken = traceClaim(batch.id, trace);
      if (await payments.findByClaim(shop.merchantId, taken)) return refused(shop, request, 'duplicate_trace');
      const { face, originId } = request;
      if (originId !== null && !(await gateway.find(shop, originId))) return refused(shop, request, 'unknown_original');
      const way = 'reason' in face ? face : wayOf(shop, request, face);
      const command: Charge = {
        ...newPayment(shop, request),
        type: 'charge',
        id: newId(shop.merchantId),
        kind: request.kind,
        claims: [request.claim, taken],
        gateId: batch.id,
        card: 'reason' in face ? null : face,
        cardToken: null,
        vaultRef: null,
        way,
        dueAt: dueAt(),
      };
      return { carried: await once(shop, null, command, gateOf(batch)), id: command.id };
    };
    return persistently(shop, request, tryOnce, present, request.patienceMs);
  };

  /** The sale or refund that is to be undone: of this batch alone. */
  const originalOf = async (
    shop: Shop,
    { paymentId, trace }: TerminalUndo,
    batch: Batch,
  ): Promise<View | undefined> => {
    const found =
      paymentId === null
        ? (await payments.findByClaim(shop.merchantId, traceClaim(batch.id, trace)))?.view
        : await gateway.find(shop, paymentId);
    return found?.operations.some(({ gateId }) => gateId === batch.id) ? found : undefined;
  };

  const undo: TerminalGateway['undo'] = async (shop, request) => {
    const terminal = await terminalOf(shop, request);
    const { kind, trace, claim } = request;
    const tryOnce = async () => {
      if (!terminal) return refused(shop, request, 'unknown_terminal');
      const batch = await batchOf(terminal, request);
      const isClosed = batch.state === 'closed';
      const original = await originalOf(shop, request, batch);
      const id = newId(shop.merchantId);
      if (original) {
        const isOther = original.payment.currency !== request.currency;
        const refusal = isClosed ? batchClosed : isOther ? wrongAmount : null;
        const more = { gateId: batch.id, claims: [claim], refusal, dueAt: dueAt() };
        const command: Undo = { ...asked(request), ...more, type: 'undo', id, kind };
        const { id: paymentId } = original.payment;
        const carried = await queue.run(paymentId, () => once(shop, original, command, gateOf(batch)));
        return { carried, id };
      }
      if (kind === 'void') return refused(shop, request, isClosed ? 'batch_closed' : 'unknown_original');
      const taken = traceClaim(batch.id, trace);
      // One that names a payment which is not there may have the number of another that is.
      const claims = (await payments.findByClaim(shop.merchantId, taken)) ? [claim] : [claim, taken];
      const more = { claims, gateId: batch.id, id, id2: newId(shop.merchantId) };
      const command: Forestall = { ...newPayment(shop, request), ...more, type: 'forestall' };
      return { carried: await once(shop, null, command, gateOf(batch)), id };
    };
    return persistently(shop, request, tryOnce, null, request.patienceMs);
  };

  const settle: TerminalGateway['settle'] = async (shop, request) => {
    const { reference, requestHash, memo, totals: claimed } = request;
    const terminal = await terminalOf(shop, request);
    for (let tries = 1; tries <= triesMax; tries++) {
      const batch = terminal ? await batchOf(terminal, request) : null;
      const isOpen = batch?.state === 'open';
      const count = batch && isOpen ? countBatch(await terminals.paymentsOf(batch)) : null;
      const agrees = count !== null && count.openCount === 0 && differencesOf(claimed, count.totals).length === 0;
      const closes = agrees || request.closesAnyway;
      const result = !batch ? 'refused' : !isOpen ? 'repeated' : closes ? 'closed' : 'differs';
      const settlement: Settlement = {
        merchantId: shop.merchantId,
        id: newId(shop.merchantId),
        shopId: shop.id,
        batchId: batch?.id ?? null,
        reference,
        requestHash,
        memo,
        result,
        reason: batch ? null : 'unknown_terminal',
        claimed,
        counted: count && { totals: count.totals, openCount: count.openCount },
        settledAt: clock.now(),
      };
      const verdict = await terminals.settle(settlement, batch, result === 'closed' ? count!.postings : []);
      if (verdict === 'written') return settlement;
      if (verdict === 'taken') return undefined;
    }
    return 'busy';
  };

  return {
    charge,
    undo,
    settle,
    findSettlement: (shop, reference) => terminals.findSettlement(shop, reference),
  };
};
