/** What a payment must never look like, for tests only. */
import { expiryOf } from './due.ts';
import type { Attempt, Instant, Operation, Posting, TaskKind, View } from './model.ts';
import { isAttemptFinal, isOperationFinal, paymentStates } from './states.ts';
import type { Story } from './testing.ts';
import { arePossible, overcaptureOf } from './totals.ts';

/** All that a store keeps of one payment, as far as it can be wrong. */
export interface Kept {
  readonly view: View;
  readonly tasks: ReadonlyMap<TaskKind, Instant>;
  readonly postings: readonly Posting[];
}

const agreeing: Readonly<
  Record<Operation['state'], { payment: View['payment']['state'][]; attempt: Attempt['state'][] }>
> = {
  waiting: { payment: ['open'], attempt: ['not_sent', 'abandoned'] },
  acting: { payment: ['acting'], attempt: ['sending'] },
  challenged: { payment: ['acting', 'part_paid'], attempt: ['challenged'] },
  accepted: { payment: ['acting'], attempt: ['accepted'] },
  unknown: { payment: ['acting'], attempt: ['unknown'] },
  approved: { payment: ['approved'], attempt: ['approved'] },
  declined: { payment: ['declined'], attempt: ['declined', 'not_sent', 'abandoned'] },
  refused: { payment: ['declined'], attempt: [] },
  cancelled: { payment: ['cancelled'], attempt: ['abandoned', 'not_sent', 'declined', 'reversed'] },
  expired: { payment: ['expired'], attempt: ['abandoned', 'not_sent', 'declined'] },
  reversed: { payment: ['declined'], attempt: ['reversed'] },
};

/** What is wrong with what a payer sees: turns, limits, timers. */
const faultsOfPage = ({ view, tasks, postings }: Kept): string[] => {
  const faults: string[] = [];
  const need = (holds: boolean, fault: string) => holds || faults.push(fault);
  const { checkout: page, operations, attempts } = view;
  const first = operations[0]!;
  for (const { state, challenge, operation, ordinal } of attempts) {
    const name = `attempt ${operation}.${ordinal}`;
    need(state !== 'challenged' || challenge !== null, `${name} knows what is asked of its payer`);
    need(!isAttemptFinal(state) || challenge === null, `${name} has ended, and so has what its payer was asked`);
    if (challenge?.kind !== 'otp') continue;
    need(challenge.wrongCount < 3 && challenge.resendCount <= 3, `${name} keeps to the limits of a code`);
  }
  const max = page?.submitCountMax ?? null;
  const cards = attempts.filter((a) => a.operation === 1 && a.state !== 'not_sent').length;
  need(max === null || cards <= max, 'no more cards than the checkout allows');
  const waits = first.state === 'waiting' || first.state === 'challenged';
  const endsAt = waits ? expiryOf(view) : null;
  const isClosing = attempts.some(({ challenge }) => challenge?.kind === 'qr' && challenge.closing !== null);
  need(!waits || (endsAt === null) === isClosing, 'only the acquirer ends a code that is being closed');
  need(endsAt === null || tasks.get('expire') === endsAt, 'a timer ends what waits for the payer, in time');
  need(!isClosing || !tasks.has('expire'), 'no timer ends a code that is being closed');
  need(!isOperationFinal(first.state) || !tasks.has('expire'), 'no timer ends what has ended');
  const isSent = (ordinal: number) => attempts.some(({ operation }) => operation === ordinal);
  const moves = ({ kind, ordinal }: Operation) => kind === 'stray' || (kind === 'reversal' && isSent(ordinal));
  const moved = postings.length + operations.filter(moves).length;
  need(first.kind !== 'verify' || moved === 0, 'to prove a card moves no money');
  return faults;
};

/** What is wrong with what the tax office is owed. */
const faultsOfReceipts = ({ view, tasks }: Kept): string[] => {
  const faults: string[] = [];
  const need = (holds: boolean, fault: string) => holds || faults.push(fault);
  const { receipts, operations } = view;
  const open = receipts.some(({ state }) => state === 'pending' || state === 'failed');
  need(open === tasks.has('fiscal'), 'somebody takes open receipts to the office, and no others');
  for (const { operation, state, number, tries } of receipts) {
    const about = operations[operation - 1]!;
    need(operation === 1 || about.kind === 'refund', 'a receipt is of the payment or of a refund');
    need((state === 'wanted') === (about.state !== 'approved'), 'a receipt is owed for what was approved');
    need((state === 'registered') === (number !== null), 'what is registered has its number');
    need((state === 'wanted' || state === 'pending') === (tries === 0), 'what was tried has its answer');
  }
  const refunds = operations.filter(({ kind, state }) => kind === 'refund' && state === 'approved');
  const due = receipts.length === 0 ? 0 : 1 + refunds.length;
  need(receipts.length === due, 'every approved refund of what was taxed has its receipt');
  return faults;
};

/** What is wrong with what the merchant hears: each end once, that of a taxed payment when the office has been asked. */
const faultsOfTellings = ({ view, tellings, events }: Story): string[] => {
  const awaits = view.receipts.some(({ operation, state }) => operation === 1 && state === 'pending');
  // What is left at the end, or by a last capture, goes without a word.
  const isOfMerchant = (ordinal: number, state: Operation['state'], target: number | null): boolean =>
    state === 'refused' || (target === 1 && view.attempts.some(({ operation }) => operation === ordinal));
  const isTold = ({ ordinal, kind, state, reason, target }: Operation): boolean =>
    isOperationFinal(state) &&
    !['stray', 'receipt'].includes(kind) &&
    (kind !== 'release' || isOfMerchant(ordinal, state, target)) &&
    (kind !== 'reversal' || state === 'refused') &&
    reason !== 'withdrawn' &&
    !(ordinal === 1 && awaits);
  // Each part that was pushed, and did not pay it all, was told as well.
  const parts = (ordinal: number) => (ordinal === 1 ? events.filter((name) => name === 'part_paid').length : 0);
  const toldCount = (ordinal: number) =>
    tellings.filter(({ operation, isOpen }) => operation === ordinal && !isOpen).length;
  return view.operations
    .filter((o) => toldCount(o.ordinal) !== (isTold(o) ? 1 : 0) + parts(o.ordinal))
    .map(({ kind, ordinal }) => `the end of ${kind} ${ordinal} is told once`);
};

/** What accounts of this name, or that begin with it, have received less what they have given. */
const balanceOf = (postings: readonly Posting[], name: string): bigint => {
  let balance = 0n;
  for (const { debit, credit, amountMinor } of postings) {
    if (debit.startsWith(name)) balance += amountMinor;
    if (credit.startsWith(name)) balance -= amountMinor;
  }
  return balance;
};

/** What is wrong with a payment as it is kept between two decisions; empty when all is well. */
export const faultsOfKept = (kept: Kept): string[] => {
  const { tasks, postings } = kept;
  const { payment, operations, attempts } = kept.view;
  const faults: string[] = [];
  const need = (holds: boolean, fault: string) => holds || faults.push(fault);
  const sum = (matches: (o: Operation) => boolean) =>
    operations.filter(matches).reduce((total, o) => total + o.amountMinor, 0n);
  const approved = (...kinds: string[]) =>
    sum((o) => kinds.includes(o.kind) && o.state === 'approved' && o.undoneBy === null);
  const underWay = (kind: string) => sum((o) => o.kind === kind && !isOperationFinal(o.state));

  need(arePossible(payment), 'totals are possible');
  const leaving = underWay('capture') + underWay('release');
  need(payment.authorizedHeldMinor === leaving, 'captures and releases under way are held');
  const sureMinor = payment.authorizedMinor - underWay('release');
  const mostMinor = sureMinor + overcaptureOf(sureMinor, payment.overcapturePercent);
  need(payment.capturedMinor + underWay('capture') <= mostMinor, 'captures and releases under way may all come true');
  const isUndoing = ({ kind, state, target }: Operation): boolean =>
    (kind === 'void' || kind === 'reversal') &&
    !isOperationFinal(state) &&
    operations[target! - 1]!.kind === 'sale' &&
    operations[target! - 1]!.state === 'approved';
  const capturedHeld = underWay('refund') + sum(isUndoing);
  need(payment.capturedHeldMinor === capturedHeld, 'refunds under way are held, and sales that are being undone');
  need(payment.payoutHeldMinor === underWay('payout'), 'payouts under way are held');
  need(payment.paidOutMinor === approved('payout'), 'paid out is what was approved and not undone');
  need((payment.direction === 'out') === (operations[0]!.kind === 'payout'), 'only a payout goes out');
  const authorized = approved('sale', 'authorize', 'receipt') - approved('release');
  need(payment.authorizedMinor === authorized, 'authorized is what was approved and not released');
  need(
    payment.capturedMinor === approved('sale', 'capture', 'receipt'),
    'captured is what was approved and not undone',
  );
  need(payment.disputedMinor === approved('dispute'), 'disputed is what was written down');
  need(payment.refundedMinor === approved('refund'), 'refunded is what was approved');

  // What went to a payer late went out of suspense; an authorization and its release moved nothing; the others wait until given back.
  const paysBack = ({ kind, target }: Operation): boolean =>
    kind === 'void' ? operations[target! - 1]!.kind === 'sale' : kind === 'refund' || kind === 'payout';
  const suspense = operations
    .filter((o) => o.kind === 'stray' && o.undoneBy === null)
    .map((o) => ({ about: operations[o.target! - 1]!, amountMinor: o.amountMinor }))
    .reduce((total, { about, amountMinor }) => {
      if (about.kind === 'authorize' || about.kind === 'release') return total;
      return paysBack(about) ? total - amountMinor : total + amountMinor;
    }, 0n);
  const held = payment.capturedMinor - payment.refundedMinor - payment.paidOutMinor;
  const { disputedMinor } = payment;
  need(balanceOf(postings, 'disputes') === -disputedMinor, 'disputes holds what was disputed');
  need(
    balanceOf(postings, 'merchant') === disputedMinor - held,
    'the merchant is owed what was captured and not refunded',
  );
  need(balanceOf(postings, 'suspense') === -suspense, 'suspense holds what came late');
  need(balanceOf(postings, 'acquirer:') === held + suspense, 'the acquirer owes both');

  for (const operation of operations) {
    const own = attempts.filter((a) => a.operation === operation.ordinal);
    const name = `${operation.kind} ${operation.ordinal}`;
    const last = own.at(-1);
    need((operation.finishedAt !== null) === isOperationFinal(operation.state), `${name} is stamped at its end`);
    // A declined card may be followed by another, which is awaited then.
    const isAgain =
      operation.state === 'waiting' && last?.state === 'declined' && kept.view.checkout?.retriesDeclined === true;
    need(!last || isAgain || agreeing[operation.state].attempt.includes(last.state), `${name} agrees with its attempt`);
    need(
      own.slice(0, -1).every((a) => ['not_sent', 'abandoned', 'declined'].includes(a.state)),
      `only the last attempt of ${name} can move money`,
    );
    const waitsForPayer = last?.state === 'challenged' && last.challenge?.kind !== 'qr';
    if (last && !isAttemptFinal(last.state) && !waitsForPayer) {
      const reversing = operations.some(
        (o) => o.kind === 'reversal' && o.target === operation.ordinal && !isOperationFinal(o.state),
      );
      need(last.dueAt !== null || reversing, `somebody looks after ${name}`);
    }
    if (last && isAttemptFinal(last.state)) need(last.dueAt === null, `nobody looks after ${name} any more`);
  }
  const first = operations[0]!;
  need(agreeing[first.state].payment.includes(payment.state), 'the payment agrees with its operation 1');
  const isPart = payment.capturedMinor > 0n && payment.capturedMinor < payment.amountMinor;
  need((payment.state === 'part_paid') === (isPart && first.state === 'challenged'), 'a part that was pushed shows');
  need(payment.takesMore === (first.kind === 'collect'), 'only what is pushed may be more than was asked for');
  need(payment.takesMore || payment.authorizedMinor <= payment.amountMinor, 'no more is authorized than was asked for');
  const isOver = payment.overcapturePercent > 0;
  need(!isOver || first.kind === 'authorize', 'only an authorization may be captured for more');
  need(payment.authorizedMinor <= payment.capturedMinor || tasks.has('lapse'), 'a timer ends an authorization');
  const strays = new Set(operations.filter((o) => o.kind === 'stray').map((o) => o.ordinal));
  const references = attempts.filter((a) => !strays.has(a.operation)).map((a) => a.sentReference);
  need(new Set(references).size === references.length, 'our references are unique');
  return [...faults, ...faultsOfPage(kept), ...faultsOfReceipts(kept)];
};

/** The same of a story, and with it what the merchant has been told. */
export const faultsOf = (story: Story): string[] => [...faultsOfKept(story), ...faultsOfTellings(story)];

const isSameButUndone = (a: Operation, b: Operation): boolean =>
  (Object.keys(a) as (keyof Operation)[]).every((name) => name === 'undoneBy' || a[name] === b[name]);

/** What may never change from one decision to the next, and has. */
export const faultsOfMove = (before: View, after: View): string[] => {
  const faults: string[] = [];
  const need = (holds: boolean, fault: string) => holds || faults.push(fault);
  const rankOf = (view: View) => paymentStates[view.payment.state].rank;
  need(after.payment.version > before.payment.version || after === before, 'the version rises');
  need(rankOf(after) >= rankOf(before), 'the rank never falls');
  need(rankOf(before) < 2 || after.payment.state === before.payment.state, 'an ended payment stays as it is');
  for (const [index, old] of before.operations.entries()) {
    const now = after.operations[index]!;
    need(!isOperationFinal(old.state) || isSameButUndone(old, now), `ended operation ${old.ordinal} stays as it is`);
    need(old.undoneBy === null || now.undoneBy === old.undoneBy, `operation ${old.ordinal} is undone once`);
  }
  for (const old of before.attempts) {
    const now = after.attempts.find((a) => a.operation === old.operation && a.ordinal === old.ordinal);
    need(!isAttemptFinal(old.state) || now === old, `ended attempt ${old.operation}.${old.ordinal} stays as it is`);
  }
  for (const old of before.receipts) {
    const now = after.receipts.find(({ operation }) => operation === old.operation);
    need(old.state !== 'registered' || now === old, `registered receipt ${old.operation} stays as it is`);
  }
  // Two live charges at once would charge a payer twice.
  const live = after.attempts.filter((a) => a.operation === 1 && (a.state === 'approved' || !isAttemptFinal(a.state)));
  need(live.length <= 1, 'one charge is alive');
  return faults;
};
