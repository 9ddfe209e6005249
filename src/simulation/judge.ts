import { lapseOf } from '../core/due.ts';
import { faultsOfKept, faultsOfMove, type Kept } from '../core/faults.ts';
import type { Attempt, View } from '../core/model.ts';
import { isAttemptFinal, paymentStates } from '../core/states.ts';
import type { Order, Outcome, Shop, Step } from '../gateway/ports.ts';
import type { Entry, Host } from './host.ts';
import { operationOf } from './host.ts';
import type { Told } from './receivers.ts';
import { type Asked, type Heard, overcapturePercentOf } from './till.ts';
import type { World } from './world.ts';

/** What was ever heard about one of our references: the only things that may end it. */
interface Evidence {
  leftCount: number;
  leftAt: number;
  resumeCount: number;
  /** Declined, or waiting for a payer's answer without which nothing moves. */
  isDeclined: boolean;
  isNotSent: boolean;
  isUndone: boolean;
  /** Times that the host knew nothing of it after its stated lag. */
  notFoundCount: number;
}

/** Card numbers that the run uses: none of their digits may be written down. */
const secrets = ['4440000009900010', '8600123412341234', '314'];

const holdsSecret = (value: unknown): boolean => {
  if (typeof value === 'string')
    return secrets.some((secret) => (secret.length > 3 ? value.includes(secret) : value === secret));
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(holdsSecret);
};

const isCharge = (kind: string) => kind === 'sale' || kind === 'authorize';

/** Holds everything that happens against what must be true at every moment. */
export class Judge {
  readonly #world: () => World;
  readonly #evidence = new Map<string, Evidence>();
  readonly #operationOf = new Map<string, string>();
  /** What a client was told for good, by shop, reference and what it had asked. */
  readonly #final = new Map<string, string>();
  /** The link of an attempt, and a link's attempts as they stand. */
  readonly #linkOf = new Map<string, string>();
  readonly #attemptsAt = new Map<string, Map<string, View>>();
  /** What was asked under a reference. */
  readonly #bodies = new Map<string, Set<string>>();

  constructor(world: () => World) {
    this.#world = world;
  }

  need(holds: boolean, what: () => string): void {
    this.#world().watch.need(holds, what);
  }

  // ── commits ────────────────────────────────────────────────────────────────────────────────────────────────────────

  committed(before: View | null, kept: Kept, step: Step): void {
    const { watch } = this.#world();
    const { view } = kept;
    const { id, version, state, noticeCount, shopId, merchantId } = view.payment;
    watch.tell(`commit ${id} ${version} ${state} ${step.events.map(({ name }) => name).join(' ')}`);
    const faults = [...faultsOfKept(kept), ...(before ? faultsOfMove(before, view) : [])];
    this.need(faults.length === 0, () => `payment ${id}: not true: ${faults.join('; ')}`);
    this.need(!holdsSecret(step), () => `payment ${id}: card data are written down`);
    this.need(!before || before.payment.merchantId === merchantId, () => `payment ${id} changes its merchant`);

    const first = noticeCount - step.notices.length + 1;
    this.need(
      step.notices.every(({ seq }, index) => seq === first + index) && first === (before?.payment.noticeCount ?? 0) + 1,
      () => `payment ${id}: notices are not numbered one after another`,
    );
    for (const { id: operationId, reference, kind, requestedAt, ordinal } of step.operations) {
      const isNew = !before?.operations[ordinal - 1];
      const lapsesAt = isNew && kind === 'capture' ? lapseOf(view) : null;
      this.need(
        lapsesAt === null || requestedAt < lapsesAt || view.operations[ordinal - 1]!.state === 'refused',
        () => `payment ${id}: captured after the authorization had lapsed`,
      );
      if (reference === null) continue;
      const key = `${shopId} ${reference}`;
      const other = this.#operationOf.get(key) ?? operationId;
      this.need(other === operationId, () => `reference ${reference} names two operations`);
      this.#operationOf.set(key, operationId);
    }
    for (const attempt of step.attempts) this.#ended(view, attempt, before);
    this.#atLink(view, step);
  }

  /** Of the attempts of a link one at a time can be paid, and one ever is. */
  #atLink(view: View, step: Step): void {
    const { id } = view.payment;
    const claim = step.claims.find(({ scope }) => scope.startsWith('attempt:'));
    if (claim) this.#linkOf.set(id, claim.scope);
    const link = this.#linkOf.get(id);
    if (link === undefined) return;
    const attempts = this.#attemptsAt.get(link) ?? new Map<string, View>();
    this.#attemptsAt.set(link, attempts.set(id, view));
    const alive = [...attempts.values()].filter(({ payment }) => paymentStates[payment.state].rank < 2);
    this.need(alive.length <= 1, () => `${alive.length} attempts of one link can be paid at once`);
    const paid = [...attempts.values()].filter(({ payment }) => payment.state === 'approved');
    this.need(paid.length <= 1, () => `a link is paid ${paid.length} times`);
  }

  /** Only evidence ends an attempt. */
  #ended(view: View, attempt: Attempt, before: View | null): void {
    const { sentReference, state } = attempt;
    const old = before?.attempts.find((a) => a.operation === attempt.operation && a.ordinal === attempt.ordinal);
    const { kind } = view.operations[attempt.operation - 1]!;
    if (old?.state === state || kind === 'reversal' || kind === 'stray' || kind === 'verify') return;
    const known = this.#evidence.get(sentReference);
    if (state === 'declined') {
      const enough = known !== undefined && (known.isDeclined || known.notFoundCount >= 2 || known.isUndone);
      this.need(enough, () => `attempt ${sentReference} ends declined without evidence`);
    }
    if (state === 'not_sent') {
      // A challenge that was never answered moves nothing either.
      const nothingLeft =
        known?.isNotSent === true && known.resumeCount === 0 && (known.leftCount === 0 || known.isDeclined);
      this.need(nothingLeft, () => `attempt ${sentReference} ends not sent, but it was`);
    }
    if (state === 'reversed') {
      this.need(
        this.#hostOf(attempt).undone.has(sentReference),
        () => `attempt ${sentReference} ends reversed, but nobody took it back`,
      );
    }
  }

  // ── the acquirers ──────────────────────────────────────────────────────────────────────────────────────────────────

  #hostOf({ acquirer }: Attempt): Host {
    return this.#world().hosts.get(acquirer)!;
  }

  #of(reference: string): Evidence {
    const known = this.#evidence.get(reference);
    if (known) return known;
    const fresh: Evidence = {
      leftCount: 0,
      leftAt: 0,
      resumeCount: 0,
      isDeclined: false,
      isNotSent: false,
      isUndone: false,
      notFoundCount: 0,
    };
    this.#evidence.set(reference, fresh);
    return fresh;
  }

  /** A message leaves the house. */
  left(order: Order): void {
    const { store, timeline, watch, drawn: weather } = this.#world();
    const { sentReference, action } = order;
    watch.tell(`${action} ${sentReference} leaves`);
    const evidence = this.#of(sentReference);
    const view = store.viewWith(operationOf(sentReference));
    const attempt = view?.attempts.find((a) => a.sentReference === sentReference);
    this.need(attempt !== undefined, () => `${sentReference} leaves before it is durable`);
    const operation = view?.operations[order.operation - 1];
    this.need(
      operation?.amountMinor === order.amountMinor && view?.payment.currency === order.currency,
      () => `${sentReference} leaves with another amount than it was asked for`,
    );
    const mayMoveMoney = action === 'perform' || action === 'resume';
    const hasEnded = attempt !== undefined && isAttemptFinal(attempt.state);
    // A sender whose clock is behind may find that others have asked meanwhile, and that the acquirer has refused for good.
    const isClockSet = weather.clockSet > 0 || weather.setBack > 0;
    const hasRefused = isClockSet && attempt && this.#hostOf(attempt).hasRefused(sentReference);
    // A release is sent until it is answered, and has one effect.
    const isRelease = operation?.kind === 'release';
    const isHarmless = isRelease ? attempt && this.#hostOf(attempt).book.has(sentReference) : hasRefused;
    this.need(
      !mayMoveMoney || !hasEnded || isHarmless === true,
      () => `${sentReference} leaves after it has ended ${attempt!.state}`,
    );
    if (action === 'perform') {
      evidence.leftCount += 1;
      evidence.leftAt = timeline.now;
      this.need(evidence.leftCount === 1 || isRelease, () => `${sentReference} leaves a second time`);
    }
    if (action === 'resume') {
      evidence.resumeCount += 1;
      evidence.leftAt = timeline.now;
      const redirects = attempt?.challenge?.kind === 'redirect';
      this.need(
        !redirects || evidence.resumeCount === 1,
        () => `the payer's answer about ${sentReference} is used twice`,
      );
    }
  }

  /** An answer, or the want of one, comes to the process that asked. */
  heard(host: Host, order: Order, outcome: Outcome): void {
    const { timeline, weather, watch } = this.#world();
    watch.tell(`${order.action} ${order.sentReference} hears ${outcome.kind}`);
    const evidence = this.#of(order.sentReference);
    const { kind } = outcome;
    if (order.action === 'undo') {
      if (kind === 'approved') this.#of(order.original!.sentReference).isUndone = true;
      return;
    }
    // A challenge waits for an answer that we carry; a code is paid without us.
    if (kind === 'challenge' && order.wallet) return;
    if (kind === 'declined' || kind === 'challenge' || kind === 'wrong_code') evidence.isDeclined = true;
    if (kind === 'received' && outcome.isClosed) evidence.isDeclined = true;
    if (kind === 'not_sent' && order.action !== 'inquire') evidence.isNotSent = true;
    const slackMs = 2 * weather.skewMaxMs;
    if (kind === 'not_found' && timeline.now + slackMs >= evidence.leftAt + host.lagMs) evidence.notFoundCount += 1;
  }

  /** The host's book takes a line in: money has moved, or is reserved, in the real world. */
  effect(host: Host, entry: Entry): void {
    const { store } = this.#world();
    const { reference, original, kind, amountMinor } = entry;
    const view = store.viewWith(operationOf(reference));
    const operation = view?.operations.find(({ id }) => id === operationOf(reference));
    this.need(operation !== undefined, () => `the acquirer moves money for ${reference}, which we never wrote down`);
    if (!operation || !view) return;
    const agrees =
      operation.amountMinor === amountMinor && operation.kind === kind && view.payment.currency === entry.currency;
    const attempt = view.attempts.find((a) => a.sentReference === reference);
    const isAsked = attempt?.acquirer === host.name && attempt.account === entry.account;
    this.need(
      isAsked,
      () => `${host.name} moves ${reference} on account ${entry.account}, which was meant for another`,
    );
    this.need(agrees, () => `the acquirer moves ${amountMinor} for ${reference}, asked was ${operation.amountMinor}`);
    if (entry.isOverdue) return;
    if (isCharge(kind)) {
      const others = view.attempts.filter((a) => a.operation === 1 && a.sentReference !== reference);
      const isTwin = (a: Attempt) => {
        const other = this.#hostOf(a);
        return other.isLive(a.sentReference) && this.#isKnown(other.book.get(a.sentReference)!, view, 1);
      };
      this.need(!others.some(isTwin), () => `payment ${view.payment.id} is charged twice`);
    }
    if (original !== null) this.#within(host, original, view, operation.ordinal);
  }

  /**
   * Nobody can reckon with what comes later than the host's stated lag, until it has been found: `ordinal` is of the operation
   * that should have.
   */
  #isKnown({ isOverdue, reference }: Entry, view: View, ordinal: number): boolean {
    if (!isOverdue) return true;
    const found = view.attempts.find((a) => a.sentReference === reference && a.state === 'approved');
    return found !== undefined && (view.operations[found.operation - 1]!.kind !== 'stray' || found.operation < ordinal);
  }

  /**
   * In the acquirer's own book: no more captured than authorized and what merchant and acquirer let it be beyond, no more refunded than
   * captured.
   */
  #within(host: Host, original: string, view: View, ordinal: number): void {
    const charge = host.book.get(original);
    const pushed = (charge?.transfers ?? []).reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
    const isPushed = charge?.kind === 'collect';
    let captured = isPushed ? pushed : charge?.kind === 'sale' ? charge.amountMinor : 0n;
    let refunded = 0n;
    let released = 0n;
    for (const entry of host.book.values()) {
      if (
        entry.original !== original ||
        entry.state !== 'approved' ||
        entry.isUndone ||
        !this.#isKnown(entry, view, ordinal)
      )
        continue;
      if (entry.kind === 'capture') captured += entry.amountMinor;
      if (entry.kind === 'release') released += entry.amountMinor;
      if (entry.kind === 'refund') refunded += entry.amountMinor;
    }
    const authorized = isPushed ? pushed : (charge?.amountMinor ?? 0n);
    const isHeld = charge?.kind === 'authorize';
    const percent = isHeld ? Math.min(overcapturePercentOf(view.payment.amountMinor), host.overcapturePercent) : 0;
    const most = ((authorized - released) * BigInt(100 + percent)) / 100n;
    this.need(released <= authorized, () => `${released} of ${authorized} released of ${original}`);
    this.need(
      captured <= most,
      () => `${captured} of ${authorized} less ${released} and ${percent} % captured of ${original}`,
    );
    this.need(refunded <= captured, () => `${refunded} of ${captured} refunded to ${original}`);
  }

  // ── merchants ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A client is about to ask; remembered, because an answer may be about any of these. */
  asks(
    shop: Shop,
    { reference, kind, amountMinor }: Asked | { reference: string; kind: string; amountMinor: bigint },
  ): void {
    const key = `${shop.id} ${reference}`;
    if (kind === 'query') return;
    const bodies = this.#bodies.get(key) ?? new Set();
    this.#bodies.set(key, bodies.add(`${kind} ${amountMinor}`));
  }

  /** An answer leaves for the client that asked. */
  answered(shop: Shop, asked: { reference: string; kind: string; amountMinor: bigint }, heard: Heard): void {
    const { store, watch } = this.#world();
    const { reference } = asked;
    const name = `${shop.id} ${reference}`;
    watch.tell(`answer ${reference} ${heard.kind} ${heard.kind === 'done' ? heard.words : ''}`);
    const bodies = this.#bodies.get(name)!;
    if (heard.kind === 'conflict') {
      this.need(bodies.size > 1, () => `${reference} was never used for anything else`);
    }
    if (heard.kind === 'refused') {
      this.need(heard.reason !== 'duplicate_reference', () => `${reference} is refused as used, by nobody's`);
    }
    if (heard.kind !== 'done') return;
    const before = this.#final.get(name) ?? heard.words;
    this.need(before === heard.words, () => `${reference} was answered ${before}, and now ${heard.words}`);
    this.#final.set(name, heard.words);
    const held = store.findByClaim(shop.merchantId, { scope: `ref:${shop.id}`, value: reference });
    const operation = held?.view.operations.find(({ id }) => id === held.command);
    const durable =
      operation && `${operation.kind} ${operation.amountMinor} ${operation.state} ${operation.reason ?? ''}`;
    this.need(durable === heard.words, () => `${reference} was answered ${heard.words}, but kept is ${durable}`);
    this.need(
      asked.kind === 'query' || heard.words.startsWith(`${asked.kind} ${asked.amountMinor} `),
      () => `${reference} asked for ${asked.kind} ${asked.amountMinor}, answered was ${heard.words}`,
    );
  }

  /** A notice reaches its receiver. */
  noticed({ paymentId, operation, version, state, amountMinor }: Told): void {
    const { store, watch } = this.#world();
    watch.tell(`notice ${paymentId} ${operation} ${state}`);
    const view = store.rows.get(paymentId)?.view;
    const kept = view?.operations[operation - 1];
    this.need(
      view !== undefined && version <= view.payment.version,
      () => `notice of ${paymentId} tells what is not durable`,
    );
    const awaited = view?.receipts.some((receipt) => receipt.operation === operation && receipt.state === 'pending');
    this.need(operation !== 1 || !awaited, () => `notice of ${paymentId} comes before the tax office was asked`);
    // A part that was pushed is told while more is awaited, and may have been overtaken.
    if (state === 'challenged') return;
    this.need(kept?.state === state, () => `notice of ${paymentId} tells ${state}, kept is ${kept?.state}`);
    this.need(`${kept?.amountMinor}` === amountMinor, () => `notice of ${paymentId} tells another amount`);
  }
}
