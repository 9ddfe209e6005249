import type { Answer } from '../test/spiral-merchant.ts';

export type CommandName = 'SALE' | 'REFUND' | 'SALESESSION';

/** What a merchant was told of a transaction, by an answer, a query, a notice or its payer's browser. */
export interface Told {
  readonly by: 'answer' | 'query' | 'browser';
  readonly status: 'Approved' | 'Declined';
  /** Absent where a browser told it. */
  readonly orderId?: string;
  /** Major units. */
  readonly amt?: number;
}

/** One transaction as the merchant knows it. */
export interface Asked {
  readonly reference: string;
  readonly cmd: CommandName;
  readonly amt: number;
  readonly told: Told[];
  /** It was answered that it is on record, whatever became of it. */
  isKnown: boolean;
  /** It was answered that its end is open and will be told. */
  isOwedNotice: boolean;
}

interface Waiter {
  readonly since: number;
  readonly served: (at: number) => void;
}

/** Everything that the clients asked and were told. Times are of `performance.now()`. */
export class Journal {
  readonly asked = new Map<string, Asked>();
  /** What no server should ever say. */
  readonly complaints: string[] = [];
  requests = 0;
  answers = 0;
  /** Requests that left and got no answer. */
  cutOff = 0;
  #waiters: Waiter[] = [];

  ask(reference: string, cmd: CommandName, amt: number): Asked {
    const asked: Asked = { reference, cmd, amt, told: [], isKnown: false, isOwedNotice: false };
    this.asked.set(reference, asked);
    return asked;
  }

  /** Writes an answer about `asked` down. `startedAt` is when its request left. */
  hear(asked: Asked, by: 'answer' | 'query', { status, body, text }: Answer, startedAt: number): void {
    if (status === 200) {
      asked.isKnown = true;
      this.#serve(startedAt);
      const isOpen = by === 'answer' && asked.cmd === 'SALESESSION';
      if (isOpen || body.status === 'Unconfirmed') {
        if (by === 'answer') asked.isOwedNotice = true;
      } else if (body.status === 'Approved' || body.status === 'Declined') {
        asked.told.push({ by, status: body.status, orderId: body.orderId, amt: body.amt });
      }
    } else if (by === 'answer' && (status === 504 || status === 502)) {
      asked.isKnown = true;
      asked.isOwedNotice = true;
    } else if (status === 404) {
      if (asked.isKnown) this.complaints.push(`${asked.reference} was on record, and a query was answered 404`);
    } else if (by === 'answer' && status === 400 && body.error === 'Duplicate merchantRef') {
      asked.isKnown = true;
    } else if (status !== 500 && status !== 503) {
      this.complaints.push(`${asked.cmd} ${asked.reference} was answered ${status} ${text}`);
    }
  }

  /** When the first request that left after `since` had been served. */
  servedAfter(since: number): Promise<number> {
    return new Promise((served) => this.#waiters.push({ since, served }));
  }

  #serve(startedAt: number): void {
    for (const { since, served } of this.#waiters) if (startedAt >= since) served(performance.now());
    this.#waiters = this.#waiters.filter(({ since }) => startedAt < since);
  }
}
