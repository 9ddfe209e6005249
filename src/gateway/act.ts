import type { Departure } from '../core/change.ts';
import type { Conclude, Evidence } from '../core/commands.ts';
import { challengeGraceMs } from '../core/due.ts';
import { openReceipts } from '../core/fiscal.ts';
import type { Attempt, Id, Operation, View } from '../core/model.ts';
import { carryOutcome, type Leaving } from './carry.ts';
import { keepInstrument, sealForDoubt, wantsKept } from './keep.ts';
import { mayOvertake, timeLeft } from './leave-time.ts';
import { orderOf } from './order.ts';
import type { GatewayParts } from './parts.ts';
import type { BankAccount } from './ports/accounts.ts';
import type { Acquirer, CardDetails, CardPresent, Order, Outcome, Payee, Payer, Shop } from './ports.ts';
import type { Queue } from './queue.ts';
import { takeReceipts } from './receipts.ts';

/** A clock that moved by so much more or less than the time that has passed was set meanwhile, ms. */
export const clockStepMinMs = 1_000;

/** What leaves with an attempt besides what is on record. Lives in memory only. */
export interface Luggage {
  readonly card: CardDetails | null;
  /** In the place of `card` where one was held to a terminal. */
  readonly present: CardPresent | null;
  /** In the place of a card that is paid out to. */
  readonly payee: Payee | null;
  /** What is told of whoever pays at a site. */
  readonly payer: Payer | null;
  /** The bank account that is debited. */
  readonly account: BankAccount | null;
  readonly returnUrl: string | null;
  /** What the payer's browser brought back from a challenge. */
  readonly answer: Readonly<Record<string, string>>;
  /** Who is there where a checkout is being paid; elsewhere the merchant is alone. */
  readonly initiator: 'payer' | 'merchant';
  /** See Order. */
  readonly firstNetworkReference: string | null;
  /** Of a payout: the attempt by which its card was charged, if no number is at hand. */
  readonly paid: Attempt | null;
  /** Whether the caller brings a one-time key to the payer's browser; where nobody does, no code is sealed. */
  readonly carriesKey: boolean;
}

export const noLuggage: Luggage = {
  card: null,
  present: null,
  payee: null,
  payer: null,
  account: null,
  returnUrl: null,
  answer: {},
  initiator: 'payer',
  firstNetworkReference: null,
  paid: null,
  carriesKey: true,
};

/** How an act stands when its caller is answered. */
export interface ActEnd {
  readonly view: View;
  /** False when the caller's patience ended first: the act goes on, and its end will be told. */
  readonly known: boolean;
  /** Set when a challenge began and a security code was sealed for it. */
  readonly oneTimeKey: string | null;
}

/** `newId` names the operations that new transfers become. */
const evidenceOf = (outcome: Outcome, newId: () => Id): Evidence => {
  const { kind } = outcome;
  if (kind === 'not_found' || kind === 'not_sent') return { kind };
  if (kind === 'unknown') return { kind, doubt: outcome.doubt };
  const { acquirerReference, acquirerTime, responseCode, responseText } = outcome;
  const words = { acquirerReference, acquirerTime, responseCode, responseText };
  switch (kind) {
    case 'approved':
      return {
        kind,
        ...words,
        approvalCode: outcome.approvalCode,
        networkReference: outcome.networkReference,
        payer: outcome.payer ?? null,
      };
    case 'received': {
      const transfers = outcome.transfers.map((transfer) => ({ id: newId(), ...transfer }));
      return { kind, ...words, transfers, isClosed: outcome.isClosed, challenge: outcome.challenge };
    }
    case 'declined':
      return { kind, ...words, reason: outcome.reason };
    case 'challenge':
      return { kind, ...words, challenge: outcome.challenge };
    case 'accepted':
    case 'wrong_code':
      return { kind, ...words };
  }
};

/** Number and code are sealed until the payer is back, where the acquirer will want them again. */
const sealForChallenge = async (
  { vault, surroundings }: GatewayParts,
  view: View,
  attempt: Attempt,
  card: CardDetails,
  carriesKey: boolean,
): Promise<{ vaultRef: string; oneTimeKey: string | null }> => {
  const { merchantId } = view.payment;
  const { redirectMs, expiresAt } = view.checkout!;
  // A code that was texted again and again is good for less than the grace of a form.
  const until = (redirectMs === null ? expiresAt : surroundings.clock.now() + redirectMs) + 2 * challengeGraceMs;
  const vaultRef = await vault.seal(merchantId, card.number, until);
  if (!card.code || !carriesKey) return { vaultRef, oneTimeKey: null };
  const key = await vault.sealCode(merchantId, attempt.sentReference, card.code, until);
  return { vaultRef, oneTimeKey: key.reveal() };
};

/**
 * What a worker does about an attempt: a reversal is sent again, and a release where that has one effect; a code that is to be
 * closed is closed, the rest is asked about.
 */
const lookOf = (acquirer: Acquirer | undefined, { kind }: Operation, { challenge }: Attempt): Look['action'] => {
  if (kind === 'reversal') return 'undo';
  if (kind === 'release' && acquirer?.capabilities.knowsReference) return 'perform';
  return challenge?.kind === 'qr' && challenge.closing ? 'close' : 'inquire';
};

/** That a question did not leave says nothing about the order it was about. */
const asked = (answer: Outcome): Outcome =>
  answer.kind === 'not_sent' ? { kind: 'unknown', doubt: 'silence', note: answer.note } : answer;

/** Whose money it is, for an acquirer that is to move it. */
const whoPays = ({ card, present, payee, payer, account }: Luggage) =>
  card ?? present ?? payee ?? (account ? { payer: 'account' as const, told: account.told } : payer);

const send = async (acquirer: Acquirer, order: Order, luggage: Luggage, deadlineAt: number): Promise<Outcome> => {
  try {
    if (order.action === 'resume') return await acquirer.resume(order, luggage.card, luggage.answer, deadlineAt);
    if (order.action === 'inquire') return asked(await acquirer.inquire(order, deadlineAt));
    if (order.action === 'close') return asked(await acquirer.close(order, deadlineAt));
    if (order.action === 'undo') return await acquirer.undo(order, deadlineAt);
    return await acquirer.perform(order, whoPays(luggage), deadlineAt);
  } catch (error) {
    // An adapter's bug is no evidence: bytes may have left.
    return { kind: 'unknown', doubt: 'host_error', note: (error as Error).name };
  }
};

/** A worker's question, a repeated reversal or release, the end of a wallet's code: these may leave whenever they are due. */
interface Look {
  readonly operation: number;
  readonly attempt: number;
  readonly action: 'inquire' | 'close' | 'undo' | 'perform';
  readonly leavesBy: null;
}

/** Carries orders to acquirers and what came of them into the books. */
export class Acts {
  readonly #parts: GatewayParts;
  readonly #queue: Queue;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(parts: GatewayParts, queue: Queue) {
    this.#parts = parts;
    this.#queue = queue;
  }

  get underWayCount(): number {
    return this.#underWay.size;
  }

  /** Resolves when no act is under way any more. */
  async drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /**
   * Takes a recorded attempt to its acquirer and records the outcome. Answers when that is written or when `patienceMs`
   * (real time) is over, whichever comes first; whether the caller heard the end is settled before it is written.
   */
  act(shop: Shop, view: View, departure: Leaving, luggage: Luggage, patienceMs: number): Promise<ActEnd> {
    return new Promise<ActEnd>((resolve, reject) => {
      let answered = false;
      let concluding = false;
      const callOff = this.#parts.surroundings.after(patienceMs, () => {
        if (concluding) return;
        answered = true;
        resolve({ view, known: false, oneTimeKey: null });
      });
      const whole = this.#toTheEnd(shop, view, departure, luggage, () => {
        concluding = true;
        callOff();
        return answered;
      });
      this.#underWay.add(whole);
      whole.then(resolve, (error) => {
        if (answered)
          this.#parts.surroundings.log.error({ paymentId: view.payment.id, error: error.name }, 'act failed');
        else reject(error);
      });
      whole.catch(() => {}).finally(() => this.#underWay.delete(whole));
    });
  }

  /** Has a new code texted. Whether it was is no evidence of anything: the payer asks again. */
  async text(view: View, { operation, attempt: ordinal }: Departure): Promise<void> {
    const { surroundings, acquirers, acquirerTimeoutMs } = this.#parts;
    const attempt = view.attempts.find((a) => a.operation === operation && a.ordinal === ordinal)!;
    const order = orderOf(view, attempt, 'resend', noLuggage);
    try {
      await acquirers.get(attempt.acquirer)?.resend(order, surroundings.realClock.now() + acquirerTimeoutMs);
    } catch (error) {
      surroundings.log.error({ paymentId: view.payment.id, error: (error as Error).name }, 'a text failed');
    }
  }

  /** How far this process's clock is ahead of elapsed time, ms: it changes only when the clock is set. */
  clockAheadMs(): number {
    const { realClock, elapsed } = this.#parts.surroundings;
    return realClock.now() - elapsed();
  }

  /**
   * Looks after an attempt that nobody waits for: asks, or sends a reversal again. `aheadMs`: what the clock was ahead when it was
   * found to be due.
   */
  async lookAfter(shop: Shop, view: View, attempt: Attempt, aheadMs = this.clockAheadMs()): Promise<View> {
    const operation = view.operations[attempt.operation - 1]!;
    const luggage: Luggage = { ...noLuggage, initiator: 'merchant', carriesKey: false };
    const look = {
      operation: attempt.operation,
      attempt: attempt.ordinal,
      action: lookOf(this.#parts.acquirers.get(attempt.acquirer), operation, attempt),
      leavesBy: null,
    } as const;
    const whole = this.#toTheEnd(shop, view, look, luggage, () => true, aheadMs);
    this.#underWay.add(whole);
    try {
      return (await whole).view;
    } finally {
      this.#underWay.delete(whole);
    }
  }

  /** `conclude` is called once, when the outcome is about to be written; answers whether the caller is gone. */
  async #toTheEnd(
    shop: Shop,
    view: View,
    which: Leaving | Look,
    luggage: Luggage,
    conclude: () => boolean,
    wasAheadMs = this.clockAheadMs(),
  ): Promise<ActEnd> {
    const parts = this.#parts;
    const { surroundings, acquirers, acquirerTimeoutMs } = parts;
    const attempt = view.attempts.find((a) => a.operation === which.operation && a.ordinal === which.attempt)!;
    const acquirer = acquirers.get(attempt.acquirer);
    const { action } = which;
    const order = orderOf(view, attempt, action, luggage);
    const answer = async (): Promise<Outcome> => {
      const operation = view.operations[which.operation - 1]!;
      if (action === 'undo' && mayOvertake(view, operation, attempt, surroundings.clock.now()))
        return { kind: 'unknown', doubt: 'silence', note: 'what it takes back may still leave' };
      if (acquirer)
        return send(acquirer, order, luggage, surroundings.realClock.now() + timeLeft(parts, attempt, which.leavesBy));
      return {
        kind: action === 'inquire' ? 'unknown' : 'not_sent',
        doubt: 'host_error',
        note: 'no such acquirer here',
      };
    };
    const outcome = await answer();
    // Whether an acquirer has had time to know of an order is told from the clock, and from when others asked about it: by one that
    // was set meanwhile, nothing of either is written. Who looks next asks again.
    const wasSet = Math.abs(this.clockAheadMs() - wasAheadMs) > clockStepMinMs;
    const tellsNothing = outcome.kind === 'not_found' || outcome.kind === 'unknown';
    if (wasSet && tellsNothing && which.leavesBy === null) return { view, known: true, oneTimeKey: null };
    let evidence = evidenceOf(outcome, () => surroundings.newId(view.payment.merchantId));
    let oneTimeKey: string | null = null;
    if (outcome.kind === 'challenge' && luggage.card && acquirer!.capabilities.resumeNeedsCard && view.checkout) {
      const sealed = await sealForChallenge(parts, view, attempt, luggage.card, luggage.carriesKey);
      oneTimeKey = sealed.oneTimeKey;
      evidence = { ...evidence, vaultRef: sealed.vaultRef };
    }
    const { merchantId, id: paymentId } = view.payment;
    const mayKeep = which.operation === 1 && wantsKept(view);
    const instrument = luggage.card ?? luggage.account;
    if (mayKeep && instrument && (outcome.kind === 'unknown' || outcome.kind === 'accepted')) {
      evidence = { ...evidence, vaultRef: await sealForDoubt(parts, merchantId, instrument) };
    }
    const keeps = mayKeep && outcome.kind === 'approved' && outcome.storable !== false;
    const late = conclude();
    const ids = { id: surroundings.newId(merchantId), id2: surroundings.newId(merchantId) };
    const command = async (): Promise<Conclude> => ({
      type: 'conclude',
      ...ids,
      operation: which.operation,
      attempt: which.attempt,
      evidence,
      late,
      asked: attempt.state === 'sending' ? null : attempt.inquiries,
      // Its sender may be alive and have a clock that runs behind, so that it is looked after while it may still leave.
      mayLeaveMs: which.leavesBy === null ? acquirerTimeoutMs : 0,
      lagMs: acquirer?.capabilities.lagMs ?? 0,
      keep: keeps ? await keepInstrument(parts, shop, view.operations[0]!, attempt, instrument) : null,
    });
    const carried = await this.#queue.run(paymentId, () => carryOutcome(parts, shop, view, command));
    const ended = carried.view ?? view;
    const told = openReceipts(ended).length > 0 ? await takeReceipts(parts, this.#queue, shop, ended) : ended;
    return { view: told, known: true, oneTimeKey };
  }
}
