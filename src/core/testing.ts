/** One payment as a story, for tests only: commands go in, and all that was decided is written down as a store would. */
import type { Decision, Telling } from './change.ts';
import type { Command, Conclude, Evidence, Follow, Submit, Way } from './commands.ts';
import { decide } from './decide.ts';
import type { Attempt, CardFace, Case, Checkout, Id, Instant, Operation, Posting, TaskKind, View } from './model.ts';
import type { Refusal } from './reasons.ts';
import { isAttemptFinal, isOperationFinal } from './states.ts';
import { arePossible } from './totals.ts';

export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;
export const start: Instant = Date.UTC(2026, 0, 17, 3, 39, 51);
export const face: CardFace = { brand: 'visa', first6: '444000', last4: '0010', expiry: '2039-01' };
export const way: Way = { routeId: 'route-1', acquirer: 'north', account: 'H000000H0000001' };
export const checkout: Checkout = {
  successUrl: null,
  failureUrl: 'https://shop.example/retry',
  expiresAt: start + 30 * minuteMs,
  brands: ['visa'],
  keepsCard: true,
};
const bankForm = { kind: 'redirect', url: 'https://bank.example', fields: {}, echoField: 'session' } as const;

type Change = Extract<Decision, { kind: 'change' }>;
type About = Partial<Pick<Conclude, 'operation' | 'attempt' | 'late' | 'lagMs' | 'keep'>>;

const upsert = <T>(old: readonly T[], changed: readonly T[], isSame: (a: T, b: T) => boolean): T[] => {
  const kept = old.map((before) => changed.find((after) => isSame(before, after)) ?? before);
  return [...kept, ...changed.filter((after) => !old.some((before) => isSame(before, after)))];
};

export class Story {
  view: View = null as unknown as View;
  now = start;
  readonly postings: Posting[] = [];
  readonly cases: Case[] = [];
  readonly tellings: Telling[] = [];
  readonly events: string[] = [];
  readonly tasks = new Map<TaskKind, Instant>();
  #ids = 0;

  /** As it stands; what is done to the copy is not done to this one. */
  copy(): Story {
    const copy = new Story();
    copy.view = this.view;
    copy.now = this.now;
    copy.postings.push(...this.postings);
    copy.cases.push(...this.cases);
    copy.tellings.push(...this.tellings);
    copy.events.push(...this.events);
    for (const [kind, dueAt] of this.tasks) copy.tasks.set(kind, dueAt);
    copy.#ids = this.#ids;
    return copy;
  }

  id(): Id {
    this.#ids += 1;
    return `id-${this.#ids}`;
  }

  wait(ms: number): this {
    this.now += ms;
    return this;
  }

  operation(ordinal: number): Operation {
    return this.view.operations[ordinal - 1]!;
  }

  /** The newest attempt of an operation. */
  attempt(operation = 1): Attempt {
    return this.view.attempts.findLast((a) => a.operation === operation)!;
  }

  /** Decides and writes down; throws if what was written does not add up to the next view. */
  tell(command: Command): Decision {
    const decision = decide(this.view, command, this.now);
    if (decision.kind === 'change') this.write(decision);
    return decision;
  }

  write({ change, next, tellings }: Change): void {
    const old = this.view ?? { operations: [], attempts: [], checkout: change.checkout };
    if (change.read !== (this.view?.payment.version ?? 0)) throw new Error('stale');
    const written: View = {
      payment: change.payment,
      operations: upsert(old.operations, change.operations, (a, b) => a.ordinal === b.ordinal),
      attempts: upsert(old.attempts, change.attempts, (a, b) => a.operation === b.operation && a.ordinal === b.ordinal),
      checkout: old.checkout,
    };
    const isSame = <T>(a: readonly T[], b: readonly T[]) => a.length === b.length && a.every((x, i) => x === b[i]);
    const adds =
      next.payment === change.payment &&
      isSame(written.operations, next.operations) &&
      isSame(written.attempts, next.attempts) &&
      written.checkout === next.checkout;
    if (!adds) throw new Error('what is written is not the next view');
    this.view = next;
    this.postings.push(...change.postings);
    this.cases.push(...change.cases);
    this.tellings.push(...tellings);
    this.events.push(...change.events.map(({ name }) => name));
    for (const { kind, dueAt } of change.tasksIn) this.tasks.set(kind, dueAt);
    for (const kind of change.tasksOut) this.tasks.delete(kind);
    if (change.tasksIn.some(({ kind }) => change.tasksOut.includes(kind))) throw new Error('a task both in and out');
  }

  readonly #new = (kind: 'sale' | 'authorize', amountMinor: bigint) => ({
    id: this.id(),
    paymentId: 'payment',
    merchantId: 1,
    shopId: 'shop',
    kind,
    amountMinor,
    currency: 'HKD',
    reference: 'INV-1',
    requestHash: 'hash',
    noticeUrl: 'https://shop.example/hooks',
    memo: '{"v":1}',
    claims: [{ scope: 'ref:shop', value: 'INV-1' }],
  });

  open(kind: 'sale' | 'authorize' = 'sale', amountMinor = 10_000n): Decision {
    return this.tell({ type: 'open', ...this.#new(kind, amountMinor), checkout });
  }

  charge(kind: 'sale' | 'authorize' = 'sale', amountMinor = 10_000n, by: Way | Refusal = way): Decision {
    const known = { card: face, cardToken: 'TK1', vaultRef: 'vault-1', dueAt: this.now + 15_000 };
    return this.tell({ type: 'charge', ...this.#new(kind, amountMinor), ...known, way: by });
  }

  posted(): Submit {
    return { type: 'submit', id: this.id(), card: face, vaultRef: null, way, dueAt: this.now + 15_000 };
  }

  submit(): Decision {
    return this.tell(this.posted());
  }

  resume(sentReference = this.attempt().sentReference): Decision {
    return this.tell({ type: 'resume', id: this.id(), sentReference, dueAt: this.now + 15_000 });
  }

  cancel(): Decision {
    return this.tell({ type: 'cancel', id: this.id() });
  }

  followed(kind: 'capture' | 'refund', amountMinor: bigint, more: Partial<Follow> = {}): Follow {
    const own = { reference: 'INV-1F', requestHash: 'hash', noticeUrl: null, memo: null, refusal: null };
    const claims = [{ scope: 'ref:shop', value: 'INV-1F' }];
    const rest = { claims, recordsRefusal: true, dueAt: this.now + 15_000 };
    return { type: 'follow', id: this.id(), kind, amountMinor, ...own, ...rest, ...more };
  }

  capture(amountMinor: bigint, more: Partial<Follow> = {}): Decision {
    return this.tell(this.followed('capture', amountMinor, more));
  }

  refund(amountMinor: bigint, more: Partial<Follow> = {}): Decision {
    return this.tell(this.followed('refund', amountMinor, more));
  }

  due(task: TaskKind): Decision {
    return this.tell({ type: 'due', id: this.id(), task });
  }

  heard(said: Evidence['kind'] | Evidence, about: About = {}): Conclude {
    const operation = about.operation ?? 1;
    const form = said === 'challenge' ? { challenge: bankForm } : {};
    const evidence = typeof said === 'string' ? { kind: said, ...form } : said;
    const attempt = about.attempt ?? this.attempt(operation).ordinal;
    const ids = { id: this.id(), id2: this.id() };
    return { type: 'conclude', ...ids, late: false, lagMs: 0, keep: null, ...about, evidence, operation, attempt };
  }

  /** Evidence about an attempt; of operation 1 and its newest one unless told otherwise. */
  hear(said: Evidence['kind'] | Evidence, about: About = {}): Decision {
    return this.tell(this.heard(said, about));
  }

  /** The acquirer is asked whenever that is due, `times` over, and says this each time. */
  ask(times: number, said: Evidence['kind'] | Evidence, about: About = {}): void {
    for (let i = 0; i < times; i++) {
      this.now = Math.max(this.now, this.attempt(about.operation).dueAt ?? this.now);
      this.hear(said, about);
    }
  }

  /** What an account has received less what it has given. */
  balance(account: string): bigint {
    const side = (name: string, amountMinor: bigint) => (name === account ? amountMinor : 0n);
    return this.postings.reduce((sum, p) => sum + side(p.debit, p.amountMinor) - side(p.credit, p.amountMinor), 0n);
  }
}

const agreeing: Readonly<
  Record<Operation['state'], { payment: View['payment']['state']; attempt: Attempt['state'][] }>
> = {
  waiting: { payment: 'open', attempt: ['not_sent'] },
  acting: { payment: 'acting', attempt: ['sending'] },
  challenged: { payment: 'acting', attempt: ['challenged'] },
  accepted: { payment: 'acting', attempt: ['accepted'] },
  unknown: { payment: 'acting', attempt: ['unknown'] },
  approved: { payment: 'approved', attempt: ['approved'] },
  declined: { payment: 'declined', attempt: ['declined', 'not_sent'] },
  refused: { payment: 'declined', attempt: [] },
  cancelled: { payment: 'cancelled', attempt: ['abandoned', 'not_sent'] },
  expired: { payment: 'expired', attempt: ['abandoned', 'not_sent'] },
  reversed: { payment: 'declined', attempt: ['reversed'] },
};

/** What is wrong with a payment at rest between two decisions; empty when all is well. */
export const faultsOf = (story: Story): string[] => {
  const { tasks } = story;
  const { payment, operations, attempts } = story.view;
  const faults: string[] = [];
  const need = (holds: boolean, fault: string) => holds || faults.push(fault);
  const sum = (matches: (o: Operation) => boolean) =>
    operations.filter(matches).reduce((total, o) => total + o.amountMinor, 0n);
  const approved = (...kinds: string[]) => sum((o) => kinds.includes(o.kind) && o.state === 'approved');
  const underWay = (kind: string) => sum((o) => o.kind === kind && !isOperationFinal(o.state));

  need(arePossible(payment), 'totals are possible');
  need(payment.authorizedHeldMinor === underWay('capture'), 'captures under way are held');
  need(payment.capturedHeldMinor === underWay('refund'), 'refunds under way are held');
  const authorized = approved('sale', 'authorize') - approved('release');
  need(payment.authorizedMinor === authorized, 'authorized is what was approved and not released');
  need(payment.capturedMinor === approved('sale', 'capture'), 'captured is what was approved');
  need(payment.refundedMinor === approved('refund'), 'refunded is what was approved');

  // A stray of a refund went out of suspense; one of an authorization moved nothing; the others wait until given back.
  const suspense = operations
    .filter((o) => o.kind === 'stray' && o.undoneBy === null)
    .map((o) => ({ about: operations[o.target! - 1]!.kind, amountMinor: o.amountMinor }))
    .reduce((total, { about, amountMinor }) => {
      if (about === 'authorize') return total;
      return about === 'refund' ? total - amountMinor : total + amountMinor;
    }, 0n);
  const held = payment.capturedMinor - payment.refundedMinor;
  need(story.balance('merchant') === -held, 'the merchant is owed what was captured and not refunded');
  need(story.balance('suspense') === -suspense, 'suspense holds what came late');
  need(story.balance('acquirer:north') === held + suspense, 'the acquirer owes both');

  for (const operation of operations) {
    const own = attempts.filter((a) => a.operation === operation.ordinal);
    const name = `${operation.kind} ${operation.ordinal}`;
    const last = own.at(-1);
    need((operation.finishedAt !== null) === isOperationFinal(operation.state), `${name} is stamped at its end`);
    need(!last || agreeing[operation.state].attempt.includes(last.state), `${name} agrees with its attempt`);
    need(
      own.slice(0, -1).every((a) => a.state === 'not_sent'),
      `only the last attempt of ${name} can have left`,
    );
    if (last && !isAttemptFinal(last.state) && last.state !== 'challenged') {
      const reversing = operations.some(
        (o) => o.kind === 'reversal' && o.target === operation.ordinal && !isOperationFinal(o.state),
      );
      need(last.dueAt !== null || reversing, `somebody looks after ${name}`);
    }
    if (last && isAttemptFinal(last.state)) need(last.dueAt === null, `nobody looks after ${name} any more`);
  }
  const [first] = operations;
  need(payment.state === agreeing[first!.state].payment, 'the payment agrees with its operation 1');
  const waits = first!.state === 'waiting' || first!.state === 'challenged';
  need(!waits || tasks.has('expire'), 'a timer ends what waits for the payer');
  need(payment.authorizedMinor === payment.capturedMinor || tasks.has('lapse'), 'a timer ends an authorization');
  const strays = new Set(operations.filter((o) => o.kind === 'stray').map((o) => o.ordinal));
  const references = attempts.filter((a) => !strays.has(a.operation)).map((a) => a.sentReference);
  need(new Set(references).size === references.length, 'our references are unique');
  return faults;
};
