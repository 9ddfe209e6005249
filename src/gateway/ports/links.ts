/** What the gateway needs of the store for payment links. */
import type { Claim, Id, Instant } from '../../core/model.ts';
import type { Shop } from './directory.ts';
import type { NoticeText } from './notices.ts';

/** Scope of the claims that keep the references of a shop's links unique: another key space than that of its payments. */
export const linkScope = (shopId: Id): string => `link:${shopId}`;

/** The claim of the payment that is a link's attempt of that number, counted from 1. */
export const attemptClaim = (linkId: Id, number: number): Claim => ({ scope: `attempt:${linkId}`, value: `${number}` });

/** An offer to pay that its merchant hands out. Payers try one at a time, until one is approved or the time is over. */
export interface Link {
  readonly merchantId: number;
  readonly id: Id;
  readonly shopId: Id;
  readonly reference: string;
  /** What is to be paid; the least of it where payers choose. */
  readonly amountMinor: bigint;
  /** Whether payers say how much they pay, and the most that they may; null: no limit. */
  readonly payerChooses: boolean;
  readonly amountMaxMinor: bigint | null;
  /** Whether it can be paid again and again, by several at once; else attempts come one after another, and one pays it. */
  readonly takesMany: boolean;
  readonly currency: string;
  /** What one API must echo and show: JSON text, first member `v`. */
  readonly memo: string;
  /** See Checkout. */
  readonly payerInfo: string | null;
  readonly requestHash: string;
  /** Empty where nobody is told of its end. */
  readonly noticeUrl: string;
  /** From then on no attempt begins. */
  readonly expiresAt: Instant;
  readonly createdAt: Instant;
}

/** What most links are: paid once, by the amount that they name. */
export const paidOnce = { payerChooses: false, amountMaxMinor: null, takesMany: false, payerInfo: null } as const;

/** A link as it is on record. */
export interface LinkRow {
  readonly link: Link;
  /**
   * Attempts begun so far, and changes of the amount, which take a number as well. Unless it takes many, the newest may be open
   * and the others have ended unpaid.
   */
  readonly attemptCount: number;
  /** Null until a worker has found that it is paid, or over, or its merchant took it back. */
  readonly ended: 'approved' | 'expired' | 'cancelled' | null;
  /** When it was made, changed by its merchant, or ended. */
  readonly changedAt: Instant;
  /** Counted up over the whole installation. */
  readonly number: number;
  /** Whether a mail that tells of it has been taken by the mail server. */
  readonly isMailed: boolean;
}

/** What takes the place of a link's address, memo and end of time. `notices` are owed from the same commit on. */
export interface Renewal {
  readonly tokenHash: string;
  readonly memo: string;
  readonly expiresAt: Instant;
  readonly notices: readonly NoticeText[];
}

/** A link that is to be put on record. */
export interface NewLink {
  readonly link: Link;
  /** Hex of a SHA-256. */
  readonly tokenHash: string;
  /** Owed from the same commit on. */
  readonly notices: readonly NoticeText[];
  /** One that was taken for it before; null: the next. */
  readonly number: number | null;
  /** Other references by which it is found, and which no other link can have. */
  readonly alsoNamed: readonly string[];
}

export interface Links {
  /**
   * Links of one shop, all of them or none. False when the shop had a link of the first one's reference before; nothing is written
   * then. Who has that one has the other references as well: that one of those is taken is a fault of ours, and throws.
   */
  add(links: readonly [NewLink, ...NewLink[]]): Promise<boolean>;
  /** Numbers for links that are to be made, the least first: where their notices name them. */
  newNumbers(count: number): Promise<number[]>;
  /** Owes a notice that tells of the link, whatever has become of it. */
  tell(link: Link, notice: NoticeText, now: Instant): Promise<void>;
  find(by: {
    readonly shop: Pick<Shop, 'id' | 'merchantId'>;
    readonly reference: string;
  }): Promise<LinkRow | undefined>;
  /** Those that there are of these references, in no order. */
  findAll(shop: Pick<Shop, 'id' | 'merchantId'>, references: readonly string[]): Promise<LinkRow[]>;
  findByToken(tokenHash: string): Promise<LinkRow | undefined>;
  /**
   * Ends a link, closes its gate and cuts the notice that tells of it, all at once. False, and without effect, when another
   * attempt has begun since the row was read, or when it has ended already.
   */
  end(row: LinkRow, end: NonNullable<LinkRow['ended']>, notice: string | null, now: Instant): Promise<boolean>;
  /** Changes the amount. False, and without effect, when an attempt has begun since the row was read, or it has ended. */
  amend(row: LinkRow, amountMinor: bigint, now: Instant): Promise<boolean>;
  /** Puts another address in the place of the old one. False, and without effect, as of `amend`. */
  renew(row: LinkRow, renewal: Renewal, now: Instant): Promise<boolean>;
  findByNumber(number: number): Promise<LinkRow | undefined>;
  /** A shop's links, newest first; `like`: of references that match this pattern of SQL. */
  list(shopId: Id, limit: number, like?: string, skip?: number): Promise<LinkRow[]>;
}
