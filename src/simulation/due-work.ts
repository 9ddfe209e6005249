import type { Attempt, Id, Instant, TaskKind } from '../core/model.ts';
import type { Lease, LeasedAttempt, LeasedTask } from '../gateway/ports.ts';

interface Due<T> {
  readonly what: T;
  readonly dueAt: Instant;
  leaseUntil: number;
}

const lease = <T>(dues: Iterable<Due<T>>, { dueBefore, realNow, leaseUntil, limit }: Lease): T[] => {
  const found: Due<T>[] = [];
  for (const due of dues) if (due.dueAt <= dueBefore && due.leaseUntil <= realNow) found.push(due);
  const mine = found.sort((a, b) => a.dueAt - b.dueAt).slice(0, limit);
  for (const due of mine) due.leaseUntil = leaseUntil;
  return mine.map(({ what }) => what);
};

/** What workers look after: attempts and tasks with their due times and leases. A change of one ends its lease. */
export class DueWork {
  readonly #attempts = new Map<string, Due<LeasedAttempt>>();
  readonly #tasks = new Map<string, Due<LeasedTask>>();

  putAttempt(merchantId: number, paymentId: Id, { operation, ordinal, dueAt }: Attempt): void {
    const key = `${paymentId} ${operation} ${ordinal}`;
    if (dueAt === null) this.#attempts.delete(key);
    else {
      const what = { merchantId, paymentId, operation, attempt: ordinal };
      this.#attempts.set(key, { what, dueAt, leaseUntil: 0 });
    }
  }

  putTask(merchantId: number, paymentId: Id, kind: TaskKind, dueAt: Instant | null): void {
    const key = `${paymentId} ${kind}`;
    if (dueAt === null) this.#tasks.delete(key);
    else this.#tasks.set(key, { what: { merchantId, paymentId, kind }, dueAt, leaseUntil: 0 });
  }

  leaseAttempts(asked: Lease): LeasedAttempt[] {
    return lease(this.#attempts.values(), asked);
  }

  leaseTasks(asked: Lease): LeasedTask[] {
    return lease(this.#tasks.values(), asked);
  }

  /** When the next piece of work can be leased; Infinity when there is none. */
  nextAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { dueAt, leaseUntil } of this.#attempts.values()) next = Math.min(next, Math.max(dueAt, leaseUntil));
    for (const { dueAt, leaseUntil } of this.#tasks.values()) next = Math.min(next, Math.max(dueAt, leaseUntil));
    return next;
  }

  /** What is due at `now`, leased or not. */
  overdue(now: Instant): string[] {
    return [...this.#attempts, ...this.#tasks].filter(([, { dueAt }]) => dueAt <= now).map(([key]) => key);
  }
}
