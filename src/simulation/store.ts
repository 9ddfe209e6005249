import type { Kept } from '../core/faults.ts';
import type { Case, Claim, Id, Instant, Posting, StoredCard, TaskKind, View } from '../core/model.ts';
import type { Step, Verdict } from '../gateway/ports.ts';
import { DueWork } from './due-work.ts';
import { type Gate, isOpenAt } from './gates.ts';
import { LinkTable } from './link-table.ts';
import { NoticeBox } from './notice-box.ts';
import { TerminalTable } from './terminal-table.ts';

/** One payment with all that is written about it. */
export interface Row extends Kept {
  readonly view: View;
  readonly tasks: Map<TaskKind, Instant>;
  readonly postings: Posting[];
  readonly cases: Case[];
}

/** Told of every commit, with the payment as it was. */
export type OnCommit = (before: View | null, row: Row, step: Step) => void;

const replaced = <T>(old: readonly T[], changed: readonly T[], isSame: (a: T, b: T) => boolean): readonly T[] => {
  if (changed.length === 0) return old;
  const next = [...old];
  for (const one of changed) {
    const index = next.findIndex((before) => isSame(before, one));
    if (index < 0) next.push(one);
    else next[index] = one;
  }
  return next;
};

const isSameOrdinal = (a: { ordinal: number }, b: { ordinal: number }) => a.ordinal === b.ordinal;
const isSameAttempt = (a: { operation: number; ordinal: number }, b: { operation: number; ordinal: number }): boolean =>
  a.ordinal === b.ordinal && a.operation === b.operation;
const isSameOperation = (a: { operation: number }, b: { operation: number }) => a.operation === b.operation;

/** Where a claim stands in the table. */
export const keyOf = (merchantId: number, { scope, value, everywhere }: Claim): string =>
  `${everywhere ? 0 : merchantId} ${scope} ${value}`;

/**
 * What the database does, without the database: serial commits, the guards of the record statement with their verdicts,
 * and the writes behind them. Everything here happens at once; how long it takes, and what gets lost, is `lines.ts`'s.
 */
export class Store {
  rows = new Map<Id, Row>();
  claims = new Map<string, { readonly paymentId: Id; readonly command: Id }>();
  cards = new Map<string, StoredCard>();
  gates = new Map<Id, Gate>();
  links = new LinkTable(this.gates, this.claims);
  terminals = new TerminalTable(this);
  /** The command of each commit, by payment and version. */
  writers = new Map<string, Id>();
  work = new DueWork();
  box = new NoticeBox();
  readonly #onCommit: OnCommit;
  #paymentOf = new Map<Id, Id>();

  constructor(onCommit: OnCommit) {
    this.#onCommit = onCommit;
  }

  /** Stands as another one does, which is used up by this. */
  become(other: Store): void {
    const { rows, claims, cards, gates, links, terminals, writers, work, box } = other;
    Object.assign(this, { rows, claims, cards, gates, links, terminals, writers, work, box });
    this.#paymentOf = other.#paymentOf;
  }

  /** Writes the step whole or not at all. */
  record(step: Step): Verdict {
    const { id, merchantId } = step.payment;
    const row = this.rows.get(id);
    if ((row?.view.payment.version ?? 0) !== step.read) return 'stale';
    if (step.gates.some((move) => !isOpenAt(this.gates, move))) return 'stale';
    for (const claim of step.claims) {
      const held = this.claims.get(keyOf(merchantId, claim));
      if (held && held.command !== step.command) return 'taken';
    }
    for (const claim of step.claims) {
      this.claims.set(keyOf(merchantId, claim), { paymentId: id, command: step.command });
    }
    for (const freed of step.freed) {
      const key = keyOf(merchantId, freed);
      if (this.claims.get(key)?.command === freed.holder) this.claims.delete(key);
    }
    for (const { id: gateId, read } of step.gates) this.gates.set(gateId, { version: read + 1, state: 'open' });
    this.#write(row, step);
    return 'written';
  }

  #write(row: Row | undefined, step: Step): void {
    const { payment, merchantId } = { ...step, merchantId: step.payment.merchantId };
    const old = row?.view ?? { operations: [], attempts: [], checkout: step.checkout, receipts: [] };
    const view: View = {
      payment,
      operations: replaced(old.operations, step.operations, isSameOrdinal),
      attempts: replaced(old.attempts, step.attempts, isSameAttempt),
      checkout: old.checkout,
      receipts: replaced(old.receipts, step.receipts, isSameOperation),
    };
    const next = {
      view,
      tasks: row?.tasks ?? new Map(),
      postings: row?.postings ?? [],
      cases: row?.cases ?? [],
    };
    next.postings.push(...step.postings);
    next.cases.push(...step.cases);
    for (const { kind, dueAt } of step.tasksIn) {
      next.tasks.set(kind, dueAt);
      this.work.putTask(merchantId, payment.id, kind, dueAt);
    }
    for (const kind of step.tasksOut) {
      next.tasks.delete(kind);
      this.work.putTask(merchantId, payment.id, kind, null);
    }
    for (const attempt of step.attempts) this.work.putAttempt(merchantId, payment.id, attempt);
    for (const operation of step.operations) this.#paymentOf.set(operation.id, payment.id);
    if (step.storedCard) this.#keepCard(merchantId, step.storedCard);
    this.box.put(view, step.notices);
    this.rows.set(payment.id, next);
    this.writers.set(`${payment.id} ${payment.version}`, step.command);
    this.#onCommit(row?.view ?? null, next, step);
  }

  #keepCard(owner: number, card: StoredCard): void {
    const key = `${owner} ${card.token}`;
    const known = this.cards.get(key);
    const networkReference = card.networkReference ?? known?.networkReference ?? null;
    const face = { ...(known ?? card).face, expiry: card.face.expiry };
    this.cards.set(key, { ...(known ?? card), face, networkReference });
  }

  /** The earliest time at which a worker has something to do because of this step; Infinity when it has not. */
  nextWorkOf({ attempts, tasksIn, notices }: Step): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { dueAt } of [...attempts, ...tasksIn, ...notices]) if (dueAt !== null) next = Math.min(next, dueAt);
    return next;
  }

  find(merchantId: number, paymentId: Id): View | undefined {
    const view = this.rows.get(paymentId)?.view;
    return view?.payment.merchantId === merchantId ? view : undefined;
  }

  findByOperation(merchantId: number, operationId: Id): View | undefined {
    const view = this.viewWith(operationId);
    return view?.payment.merchantId === merchantId ? view : undefined;
  }

  findByClaim(merchantId: number, claim: Claim): { view: View; command: Id } | undefined {
    const held = this.claims.get(keyOf(merchantId, claim));
    const view = held && this.find(merchantId, held.paymentId);
    return view && { view, command: held.command };
  }

  /** Whosever it is. */
  viewWith(operationId: Id): View | undefined {
    const paymentId = this.#paymentOf.get(operationId);
    return paymentId === undefined ? undefined : this.rows.get(paymentId)?.view;
  }

  storedCard(owner: number, by: { token: string } | { vaultRef: string; shopId?: Id | null }): StoredCard | undefined {
    if ('token' in by) return this.cards.get(`${owner} ${by.token}`);
    for (const [key, card] of this.cards) {
      if (!key.startsWith(`${owner} `) || card.vaultRef !== by.vaultRef) continue;
      if (by.shopId === undefined || by.shopId === card.shopId) return card;
    }
    return undefined;
  }
}
