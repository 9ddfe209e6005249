import type { Id, Notice, View } from '../core/model.ts';
import type { Lease, LeasedNotice, NoticeEnd, NoticeState } from '../gateway/ports.ts';

/** A notice as the outbox keeps it. */
export interface KeptNotice extends Notice {
  readonly merchantId: number;
  readonly paymentId: Id;
  readonly shopId: Id;
  readonly operationId: Id;
  readonly endpoint: string;
  state: NoticeState;
  dueAt: number;
  tries: number;
  leaseUntil: number;
  fence: number;
}

/** The outbox: notices with their due times, leases and fences. */
export class NoticeBox {
  readonly notices: KeptNotice[] = [];
  #due: KeptNotice[] = [];

  /** Takes in what a commit cut. A newer notice of an operation replaces an older one that is still due. */
  put({ payment, operations }: View, cut: readonly Notice[]): void {
    for (const notice of cut) {
      for (const old of this.#due) {
        if (old.paymentId === payment.id && old.operation === notice.operation) old.state = 'replaced';
      }
      const { merchantId, id: paymentId, shopId } = payment;
      const operationId = operations[notice.operation - 1]!.id;
      const who = {
        merchantId,
        paymentId,
        shopId,
        operationId,
        endpoint: `${shopId} ${URL.parse(notice.url)?.origin}`,
      };
      const kept: KeptNotice = { ...notice, ...who, state: 'due', tries: 0, leaseUntil: 0, fence: 0 };
      this.notices.push(kept);
      this.#due.push(kept);
    }
    if (cut.length > 0) this.#sweep();
  }

  lease({ dueBefore, realNow, leaseUntil, limit, perEndpoint }: Lease & { perEndpoint: number }): LeasedNotice[] {
    const heads = new Map<string, number>();
    const payments = new Set<Id>();
    const queue = this.#due
      .filter((notice) => notice.dueAt <= dueBefore)
      .sort((a, b) => a.dueAt - b.dueAt || a.seq - b.seq);
    const mine: KeptNotice[] = [];
    for (const notice of queue) {
      const ahead = heads.get(notice.endpoint) ?? 0;
      if (ahead >= perEndpoint) continue;
      heads.set(notice.endpoint, ahead + 1);
      // Of a payment only the first in the queue may go.
      if (payments.has(notice.paymentId)) continue;
      payments.add(notice.paymentId);
      if (notice.leaseUntil <= realNow && mine.length < limit) mine.push(notice);
    }
    return mine.map((notice) => {
      notice.leaseUntil = leaseUntil;
      notice.fence += 1;
      return { ...notice };
    });
  }

  /** Without effect when the lease has passed on, or a newer notice has taken this one's place. */
  settle({ paymentId, seq, fence }: LeasedNotice, end: NoticeEnd): void {
    const notice = this.#due.find((one) => one.paymentId === paymentId && one.seq === seq);
    if (!notice || notice.fence !== fence || notice.state !== 'due') return;
    notice.state = end.state;
    notice.tries += 1;
    notice.leaseUntil = 0;
    if (end.state === 'due') notice.dueAt = end.dueAt;
    else this.#sweep();
  }

  /** When the next notice can be leased; Infinity when none is due. */
  nextAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { dueAt, leaseUntil } of this.#due) next = Math.min(next, Math.max(dueAt, leaseUntil));
    return next;
  }

  #sweep(): void {
    this.#due = this.#due.filter(({ state }) => state === 'due');
  }
}
