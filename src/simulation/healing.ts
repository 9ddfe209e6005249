import type { Operation, View } from '../core/model.ts';
import { isAttemptFinal, isOperationFinal } from '../core/states.ts';
import { faultsOfCounters } from './counter.ts';
import { faultsOfLinks } from './link-visit.ts';
import type { World } from './world.ts';

/** A notice is owed for every end but these. */
const isToldOf = ({ kind, state, reason }: Operation): boolean =>
  isOperationFinal(state) && !['stray', 'reversal', 'release', 'receipt'].includes(kind) && reason !== 'withdrawn';

/** Every promise must have been kept once the faults are over and time has passed. */
const settled = (world: World, { payment, operations, attempts, receipts }: View): string[] => {
  const faults: string[] = [];
  const { receivers, store, whoIsWho } = world;
  const need = (holds: boolean, fault: string) => holds || faults.push(`payment ${payment.id}: ${fault}`);
  for (const operation of operations) {
    const { ordinal, kind, state } = operation;
    need(isOperationFinal(state), `${kind} ${ordinal} is still ${state}`);
    const isReturnable =
      kind === 'stray' && !['refund', 'payout', 'void', 'collect'].includes(operations[operation.target! - 1]!.kind);
    const isReturning = operations.some((other) => other.kind === 'reversal' && other.target === ordinal);
    need(!isReturnable || isReturning, `nobody gives back what came too late for operation ${operation.target}`);
    if (!isToldOf(operation)) continue;
    const told = receivers.acknowledged.get(`${payment.id} ${ordinal}`);
    // Its merchant has moved meanwhile, and nobody was there to be told.
    const isAway = store.box.notices.some(
      (n) =>
        n.paymentId === payment.id &&
        n.operation === ordinal &&
        n.state === 'abandoned' &&
        whoIsWho.deadHooks.has(n.url),
    );
    need(isAway || told?.has(state) === true, `nobody was told that ${kind} ${ordinal} is ${state}`);
  }
  for (const { sentReference, state } of attempts)
    need(isAttemptFinal(state), `attempt ${sentReference} is still ${state}`);
  const heldMinor = payment.authorizedHeldMinor + payment.capturedHeldMinor + payment.payoutHeldMinor;
  need(heldMinor === 0n, 'something is held by nobody');
  need(payment.authorizedMinor <= payment.capturedMinor, 'an authorization is left hanging');
  for (const { state, operation } of receipts) {
    const isOwed = operations[operation - 1]!.state === 'approved';
    need(!isOwed || state === 'registered', `receipt ${operation} is still ${state}`);
  }
  return faults;
};

/** How late healthy workers may be with what is due: a lease of one that died, and a little. */
const latenessMsMax = 90_000;

/** Once the faults are over, nobody waits longer than for the lease of a worker that died. */
export const punctual = ({ judge, store, timeline }: World): void => {
  const dueBefore = timeline.now - latenessMsMax;
  const late = store.work.overdue(dueBefore);
  judge.need(late.length === 0, () => `nobody looks after ${late[0]}`);
  const notice = store.box.notices.find(({ state, dueAt }) => state === 'due' && dueAt < dueBefore);
  judge.need(notice === undefined, () => `nobody delivers notice ${notice!.seq} of ${notice!.paymentId}`);
};

/** Whatever is not known to be approved is asked about once more: what came later than its lag allows turns up. */
export const audit = ({ store, shops, processes, watch }: World): void => {
  watch.tell('audit');
  for (const { view } of store.rows.values()) {
    const shop = shops.find(({ id }) => id === view.payment.shopId)!;
    for (const attempt of view.attempts) {
      const { kind } = view.operations[attempt.operation - 1]!;
      const isOpenEnded = kind === 'collect' && attempt.state !== 'challenged' && attempt.state !== 'sending';
      const isDoubtful = attempt.state !== 'approved' && attempt.state !== 'challenged' && attempt.state !== 'sending';
      if (kind !== 'reversal' && kind !== 'stray' && kind !== 'receipt' && (isDoubtful || isOpenEnded))
        void processes[0]!.audit(shop, view, attempt);
    }
  }
};

const isVoidOf = ({ operations }: View, ordinal: number, target: number): boolean => {
  const operation = operations[ordinal - 1]!;
  return operation.kind === 'void' && operation.target === target;
};

/**
 * The acquirer's book and ours, line by line. A refund that was found too late, and what the acquirer would not take back,
 * stand in both: the stray has the reference that the acquirer knows.
 */
const booksDiffer = ({ hosts, store }: World): string[] => {
  const ours = new Set<string>();
  for (const { view } of store.rows.values()) {
    for (const { kind, state, ordinal, target, undoneBy } of view.operations) {
      if (state !== 'approved' || undoneBy !== null || ['reversal', 'void', 'collect'].includes(kind)) continue;
      // What has lapsed, nobody told the acquirer.
      if (kind === 'release' && !view.attempts.some(({ operation }) => operation === ordinal)) continue;
      // What a void undid after it had been called declined is gone, and a person has been called.
      const isVoidedLate = view.operations.some(
        (o) => o.kind === 'stray' && o.target !== null && isVoidOf(view, o.target, ordinal),
      );
      if (isVoidedLate || (kind === 'stray' && view.operations[target! - 1]!.kind === 'void')) continue;
      const { sentReference, acquirerReference } = view.attempts.findLast((a) => a.operation === ordinal)!;
      // A transfer has the name that the acquirer gave it.
      const isLate = kind === 'stray' && view.operations[target! - 1]!.kind === 'collect';
      const isTransfer = kind === 'receipt' || isLate;
      ours.add(isTransfer ? acquirerReference! : sentReference);
    }
  }
  const faults: string[] = [];
  for (const host of hosts.values()) {
    for (const [reference, { kind, transfers }] of host.book) {
      for (const transfer of transfers) {
        if (!ours.delete(transfer.reference))
          faults.push(`the acquirer's book has ${transfer.reference}, ours has not`);
      }
      if (kind === 'verify' || kind === 'void') ours.delete(reference);
      else if (host.isLive(reference) && !ours.delete(reference)) {
        faults.push(`the acquirer's book has ${kind} ${reference}, ours has not`);
      }
    }
  }
  for (const reference of ours) faults.push(`our book has ${reference}, the acquirer's has not`);
  return faults;
};

/** What is wrong when all faults are over and nothing is left to do; empty when all is well. */
export const faultsAfterHealing = (world: World): string[] => {
  const { store, processes } = world;
  const faults: string[] = [];
  for (const { view, tasks, cases } of store.rows.values()) {
    faults.push(...settled(world, view));
    if (tasks.size > 0) faults.push(`payment ${view.payment.id}: a timer is still set`);
    const stuck = view.operations.some(({ kind, state }) => kind === 'reversal' && state === 'declined');
    if (stuck && cases.length === 0) faults.push(`payment ${view.payment.id}: nobody was called to a refused reversal`);
  }
  for (const { state, paymentId, seq, url } of store.box.notices) {
    const isGivenUp = state === 'abandoned' && world.whoIsWho.deadHooks.has(url);
    if (state !== 'delivered' && state !== 'replaced' && !isGivenUp)
      faults.push(`notice ${seq} of ${paymentId} is ${state}`);
  }
  for (const process of processes) if (!process.isAtRest()) faults.push(`${process.name} still holds something`);
  return [...faults, ...faultsOfCounters(world), ...faultsOfLinks(world), ...booksDiffer(world)];
};
