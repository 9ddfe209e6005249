/** What is owed to merchants: how it is kept, and how an API says it. */
import type { Telling } from '../../core/change.ts';
import type { Id, Instant, View } from '../../core/model.ts';
import type { Lease } from '../ports.ts';
import type { Shop } from './directory.ts';
import type { Link } from './links.ts';

export interface LeasedNotice {
  readonly merchantId: number;
  /** The payment, or link, that it tells of. */
  readonly paymentId: Id;
  readonly seq: number;
  /** That of the link again where it tells of one. */
  readonly operationId: Id;
  readonly shopId: Id;
  readonly url: string;
  readonly body: string;
  /** Tries before this one. */
  readonly tries: number;
  readonly dueAt: Instant;
  readonly fence: number;
}

/** Outcome of one delivery try. Fenced: has no effect when the lease has passed to another worker. */
export type NoticeEnd =
  | { readonly state: 'delivered' }
  | { readonly state: 'due'; readonly dueAt: Instant }
  | { readonly state: 'abandoned' };

export interface Outbox {
  /**
   * Leases due notices, oldest first, so that of one endpoint (a shop's receiver: scheme, host and port of the address)
   * at most `perEndpoint` are under lease at once, whoever holds them: a dead endpoint starves nobody. Notices of one
   * payment go one at a time, in order.
   */
  leaseNotices(lease: Lease & { readonly perEndpoint: number }): Promise<LeasedNotice[]>;
  settleNotice(
    notice: LeasedNotice,
    end: NoticeEnd,
    answer: { status: number | null; note: string | null },
  ): Promise<void>;
  listNotices(filter: { limit: number; state?: NoticeState }): Promise<NoticeRow[]>;
  /** Makes a notice due again now, with a fresh series of tries. False when there is none of that name. */
  replayNotice(merchantId: number, paymentId: Id, seq: number, dueAt: Instant): Promise<boolean>;
  /** How long the oldest due notice has waited, ms; 0 when none is due. */
  noticeLag(now: Instant): Promise<number>;
}

export type NoticeState = 'due' | 'delivered' | 'replaced' | 'abandoned';

export interface NoticeRow {
  readonly merchantId: number;
  readonly paymentId: Id;
  readonly seq: number;
  readonly operationId: Id;
  readonly url: string;
  readonly state: NoticeState;
  readonly tries: number;
  readonly dueAt: Instant;
  readonly lastStatus: number | null;
  readonly lastNote: string | null;
}

export interface NoticeText {
  readonly url: string;
  readonly body: string;
}

/** How one API tells: the `notice.ts` of its folder. */
export interface NoticeVoice {
  readonly api: string;
  /**
   * The notices that this API owes for the telling, from the state as it will be committed; undefined for none. One without a body
   * is a GET. A promise where the body is signed with a key that has to be fetched.
   */
  compose(
    shop: Shop,
    view: View,
    telling: Telling,
  ): NoticeText | readonly NoticeText[] | undefined | Promise<readonly NoticeText[] | undefined>;
  /** Whether it also wants to hear that a payer is done and the end is not known; such a telling ends nothing. */
  readonly tellsOpen?: true;
  /** Body of the notice that a link's time is over, unpaid. Absent where an API has no links. */
  readonly composeExpired?: (shop: Shop, link: Link) => string;
  /** Headers of one try at `at` (real ms): signature and date. The body goes out byte for byte as stored. */
  headers(
    shop: Shop,
    body: string,
    at: number,
    delivery: Pick<LeasedNotice, 'operationId' | 'tries'>,
  ): Promise<Record<string, string>>;
  acknowledged(status: number): boolean;
  /** Pauses between tries, ms; after the last the notice is abandoned. */
  readonly pausesMs: readonly number[];
  readonly timeoutMs: number;
}
