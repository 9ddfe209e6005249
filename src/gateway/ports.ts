/** What the gateway needs from the rooms below it. Each port is implemented by one room. */
import type { BankAccountFace, Scheme } from '../core/bank-accounts.ts';
import type { Brand } from '../core/cards.ts';
import type { Change, Telling } from '../core/change.ts';
import type { OfficeAnswer } from '../core/commands.ts';
import type { ShopRules } from '../core/limits.ts';
import type {
  CardFace,
  Case,
  Challenge,
  Claim,
  Event,
  Id,
  Instant,
  Notice,
  Operation,
  Otp,
  Posting,
  Qr,
  ReceiptLine,
  Redirect,
  StoredCard,
  TaskKind,
  View,
} from '../core/model.ts';
import type { Reason } from '../core/reasons.ts';
import type { OperationKind, OperationState } from '../core/states.ts';
import type { App, Means, Wallet } from '../core/wallets.ts';
import type { Clock } from '../kit/clock.ts';
import type { Log } from '../kit/log.ts';
import type { Secret } from '../kit/secret.ts';
import type { BankAccount } from './ports/accounts.ts';
import type { Use } from './ports/limits.ts';
import type { MandateRow } from './ports/mandates.ts';

// ── surroundings ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Time and chance, so that the same gateway runs in the simulator. */
export interface Surroundings {
  /** The business clock: `now` of every decision. */
  readonly clock: Clock;
  /** Deadlines towards acquirers and leases follow this one. */
  readonly realClock: Clock;
  /** Milliseconds since some moment, by a clock that nobody can set. It may stand still while the whole machine sleeps. */
  elapsed(): number;
  newId(merchantId: number): Id;
  /** The merchant an id was made for; undefined for a text that is no id. */
  merchantOf(id: string): number | undefined;
  /** A name for a stored card: 16 characters of A–Z and 0–9 that begin with TK. */
  newToken(): string;
  /** Calls back after `ms` of real time; answers a function that calls it off. */
  after(ms: number, call: () => void): () => void;
  readonly log: Log;
}

// ── store ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export { referenceScope } from '../core/claims.ts';

/** Scope of the claims that keep the references of a shop's links unique: another key space than that of its payments. */
export const linkScope = (shopId: Id): string => `link:${shopId}`;

/** The claim of the payment that is a link's attempt of that number, counted from 1. */
export const attemptClaim = (linkId: Id, number: number): Claim => ({ scope: `attempt:${linkId}`, value: `${number}` });

/** A gate that must be open and still have the version that was read; it moves to `read + 1`. */
export interface GateMove {
  readonly id: Id;
  readonly read: number;
}

/** All that one decision writes, in one statement. */
export interface Step extends Change {
  readonly gates: readonly GateMove[];
  /** A newer notice of an operation replaces an older one that is still due. */
  readonly notices: readonly Notice[];
  /** Tries that count against the limits of their shop. */
  readonly uses?: readonly Use[];
}

/**
 * `written`: durable. `stale`: the payment or a gate moved on, nothing was written. `taken`: another command holds a
 * claim, nothing was written. `full`: too many steps are waiting, nothing was tried.
 */
export type Verdict = 'written' | 'stale' | 'taken' | 'full';

/** Where an operation stands in its shop's list, for good. No two share a place where the shop's references are unique. */
export interface Place {
  /** The second, by business time since 1970 UTC, in which it was asked for. */
  readonly second: number;
  /** The merchant's reference; ordered by its bytes. */
  readonly reference: string;
}

/** A piece of the list of what a shop was asked for under references of its merchant, by place, ascending. */
export interface Stretch {
  /** Operations in other states are left out, unless some of the money that payers are to push has come. */
  readonly states: readonly OperationState[];
  /** First and last second that count. */
  readonly fromSecond: number;
  readonly toSecond: number;
  /** Only what stands behind this place; null: all of it. */
  readonly after: Place | null;
  readonly limit: number;
}

export interface Page {
  readonly entries: readonly { readonly view: View; readonly operation: Operation }[];
  /** Whether more of the stretch stands behind these. */
  readonly hasMore: boolean;
}

export interface Payments {
  record(step: Step): Promise<Verdict>;
  find(merchantId: number, paymentId: Id): Promise<View | undefined>;
  /**
   * The commands by which payments got to these versions, in that order; undefined where one has not got so far. Known of
   * commits that left an event.
   */
  writtenBy(
    keys: readonly { readonly merchantId: number; readonly paymentId: Id; readonly version: number }[],
  ): Promise<(Id | undefined)[]>;
  /** The payment whose command holds the claim, and that command's id. */
  findByClaim(merchantId: number, claim: Claim): Promise<{ view: View; command: Id } | undefined>;
  /** The payment that has an operation of this id. */
  findByOperation(merchantId: number, operationId: Id): Promise<View | undefined>;
  /** A page of a shop's list, as it stands now. */
  listOperations(shopId: Id, stretch: Stretch): Promise<Page>;
  /** The payment with a challenged attempt whose card is sealed under this reference. */
  findChallenged(merchantId: number, vaultRef: string): Promise<View | undefined>;
  /** A stored card by its token, or by where the vault keeps its number, at a shop if one is named (null: at all). */
  storedCard(
    merchantId: number,
    by: { token: string } | { vaultRef: string; shopId?: Id | null },
  ): Promise<StoredCard | undefined>;
  /** Stored cards by their tokens, in that order; unknown ones are left out. */
  storedCards(merchantId: number, tokens: readonly string[]): Promise<StoredCard[]>;
  /** Tokens of a customer's cards (see Checkout), in the order in which they were stored. */
  cardsOf(merchantId: number, customer: string): Promise<string[]>;
  /** Forgets a stored card. False when there is none of that name. */
  forgetCard(merchantId: number, token: string): Promise<boolean>;
  /** Notes that its merchant has asked how a payment ended. The first time stays. */
  noteAsked(merchantId: number, paymentId: Id, at: Instant): Promise<void>;
  /** The newest of the payments that belong together, the oldest of these first. */
  findRelated(by: Related, limit: number): Promise<View[]>;
  /** Forgets what merchants told of the payers of payments that ended before then. Answers how many there were. */
  forgetPayerInfo(endedBefore: Instant): Promise<number>;
}

/** What payments have in common: an order of a shop, or the payment that they repeat. */
export type Related = { readonly shopId: Id; readonly orderReference: string } | { readonly originPaymentId: Id };

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

/** A piece of work that a worker holds for a while; the payment's version fences what it writes. */
export interface LeasedAttempt {
  readonly merchantId: number;
  readonly paymentId: Id;
  readonly operation: number;
  readonly attempt: number;
}

export interface LeasedTask {
  readonly merchantId: number;
  readonly paymentId: Id;
  readonly kind: TaskKind;
}

/** What is due, for workers. `dueBefore` is business time, `leaseUntil` real time; both ms. */
export interface Agenda {
  /** Leases up to `limit` attempts that are due and that nobody holds at `realNow`. */
  leaseAttempts(lease: Lease): Promise<LeasedAttempt[]>;
  leaseTasks(lease: Lease): Promise<LeasedTask[]>;
  /** Mandates that are due. */
  leaseMandates(lease: Lease): Promise<MandateRow[]>;
  /** Links whose time is over and that have not ended, each for one worker until `dueNext`; both business ms. */
  leaseLinks(due: {
    readonly dueBefore: Instant;
    readonly dueNext: Instant;
    readonly limit: number;
  }): Promise<LinkRow[]>;
  /** What time it is by the database's clock, ms. Nothing is decided by it: see `withAgreedTime`. */
  now(): Promise<Instant>;
}

export interface Lease {
  readonly dueBefore: Instant;
  readonly realNow: number;
  readonly leaseUntil: number;
  readonly limit: number;
}

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

// ── who is who ───────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Merchant {
  readonly id: number;
  readonly name: string;
  readonly state: 'active' | 'disabled';
}

/** One selling point of a merchant on one API. `wireName` is what that API calls it. */
export interface Shop {
  readonly id: Id;
  readonly merchantId: number;
  readonly merchantName: string;
  readonly api: string;
  readonly wireName: string;
  readonly state: 'active' | 'disabled';
  /** The API's own switches, checked by its settings.ts. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly routes: readonly Route[];
  readonly publicKeys: readonly string[];
  /** The operator's rules for its payers, and the gate that guards their sums; absent where there are none. */
  readonly rules?: ShopRules & { readonly gateId: Id };
}

/** A shop's way to an acquirer. Empty `brands` or `currencies` mean all. Limits in minor units. */
export interface Route {
  readonly id: Id;
  readonly acquirer: string;
  readonly account: string;
  /** Brands of cards and wallets. */
  readonly brands: readonly Means[];
  readonly currencies: readonly string[];
  readonly minMinor: bigint | null;
  readonly maxMinor: bigint | null;
}

/** May answer from memory for a few seconds; a miss is always looked up. */
export interface Directory {
  /** Undefined when unknown or when merchant or shop is disabled: nothing new is taken from either. */
  shop(api: string, wireName: string): Promise<Shop | undefined>;
  /** Whatever its state, for APIs that say so. */
  shopNamed(api: string, wireName: string): Promise<Shop | undefined>;
  /** Whatever its state: what a disabled shop has begun still comes to its end and is told. */
  shopById(shopId: Id): Promise<Shop | undefined>;
  /** A merchant's active shops on an API, the oldest first. */
  shopsOf(api: string, merchantId: number): Promise<readonly Shop[]>;
  /** What was read is read anew, here at once. */
  forget(): void;
}

/** What a login was given to show who it is. Kept hashed; `expiresAt` on the real clock, ms. */
export interface LoginToken {
  readonly kind: 'access' | 'refresh';
  /** Hex of the SHA-256 of the token. */
  readonly hash: string;
  readonly merchantId: number;
  /** One log-in with all that was refreshed from it. UUID. */
  readonly session: string;
  readonly expiresAt: number;
}

/** What tokens are given for: a login as it was found, or (hash of) the refresh token that was shown. */
export type TokenGrounds = { readonly name: string; readonly hash: string } | { readonly refresh: string };

/** Names and passwords of merchants on APIs that know logins. */
export interface Logins {
  /** Undefined when there is no such name, or when login or merchant is disabled. `hash` as `kit/password.ts` writes it. */
  find(api: string, name: string): Promise<{ readonly merchantId: number; readonly hash: string } | undefined>;
  /**
   * Keeps nothing when the grounds are gone meanwhile: another password was set, or the tokens were revoked. Without
   * grounds, tokens that are asked for while they are revoked would outlive that.
   */
  keepTokens(api: string, tokens: readonly LoginToken[], grounds?: TokenGrounds): Promise<void>;
  /** The token, unless it is unknown, ended before `realNow`, revoked, or its merchant disabled. May be 5 s old. */
  token(api: string, kind: LoginToken['kind'], hash: string, realNow: number): Promise<LoginToken | undefined>;
  /** Forgets tokens that ended before `realNow`. Answers how many. */
  purge(realNow: number): Promise<number>;
}

// ── vault ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A card as the payer typed it. Lives in memory only. */
export interface CardDetails {
  readonly number: Secret;
  /** `YYYY-MM`. */
  readonly expiry: string;
  readonly code: Secret | null;
  readonly holder: Secret | null;
  /** Base64; by which a phone's wallet proves that this payment is its own. For one order, and never stored. */
  readonly cryptogram?: Secret;
}

/**
 * What a terminal read from a card that was held to it, and where it stands. Lives in memory only and goes to the acquirer
 * alone: nothing of it but the numbers is ever written, whatever becomes of the order.
 */
export interface CardPresent {
  /** The terminal's number at the acquirer, the number of its batch and that of the message. */
  readonly terminal: string;
  readonly batch: string;
  readonly trace: string;
  /** How the card was read, in the acquirer's words. */
  readonly entryMode: string;
  readonly track2: Secret | null;
  readonly pinBlock: Secret | null;
  /** JSON text: what the chip told, by tag. */
  readonly emvTags: Secret | null;
}

/** Whom money is sent to where it is no card. Lives in memory only and goes to the acquirer alone. */
export interface Payee {
  readonly payee: 'account' | 'wallet';
  /** JSON text: what the merchant told of account or wallet and its holder, by name. */
  readonly told: Secret;
}

/**
 * What a merchant tells of somebody who pays without a card: for the page on which he will pay the number of a voucher, or his name at a
 * wallet; or the bank account that is debited. Lives in memory only and goes to the acquirer alone.
 */
export interface Payer {
  readonly payer: 'site' | 'account';
  /** JSON text: an object of texts. */
  readonly told: Secret;
}

export interface Vault {
  /**
   * Seals a number for an owner (merchant id) and answers its reference: the same one for the same number and owner.
   * It is forgotten after `until` (business ms) unless kept.
   */
  seal(owner: number, number: Secret, until: Instant): Promise<string>;
  /** The same of a bank account, with all that is told of it: one that is there keeps what was told first. */
  sealAccount(owner: number, account: Pick<BankAccount, 'number' | 'told'>, until: Instant): Promise<string>;
  /** A name for a number by which uses of it are counted: it cannot be turned back, nor made without the vault's key. */
  markOf(owner: number, number: Secret): Promise<string>;
  /** Keeps a sealed number for later charges. Repeating it does nothing. False when it is gone. */
  keep(owner: number, ref: string): Promise<boolean>;
  /**
   * The opposite of `keep`: a kept number is forgotten after `until` (business ms) unless it is kept again. Whatever may
   * still wait for the number must have ended by then. A number that is not kept stays as it is.
   */
  release(owner: number, ref: string, until: Instant): Promise<void>;
  /** The number, or what was told of an account, for the stated purpose; undefined when it is gone. Throws when the row was tampered with. */
  reveal(owner: number, ref: string, purpose: 'charge' | 'challenge' | 'inquiry'): Promise<Secret | undefined>;
  /**
   * Seals a security code for the time of a challenge, under a one-time key that is returned and kept nowhere here.
   * `slot` names it: the attempt's sent reference.
   */
  sealCode(owner: number, slot: string, code: Secret, until: Instant): Promise<Secret>;
  /** Opens and forgets it; undefined when it is gone or the key is not its own. */
  openCode(owner: number, slot: string, oneTimeKey: Secret): Promise<Secret | undefined>;
  /** Forgets what is past its end. Answers how many rows went. */
  purge(now: Instant): Promise<number>;
}

// ── acquirers ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What an acquirer is asked to do. Amounts in minor units of `currency`. */
export interface Order {
  readonly kind: OperationKind;
  readonly action: 'perform' | 'resume' | 'resend' | 'inquire' | 'close' | 'undo';
  readonly operation: number;
  readonly attempt: number;
  readonly acquirer: string;
  readonly account: string;
  /** Ours, unique for ever. An inquiry asks about this one; an undo has its own and names `original`. */
  readonly sentReference: string;
  /** The acquirer's name for this conversation, once it gave one. */
  readonly acquirerReference: string | null;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly card: CardFace | null;
  /** What the payer is to pay with, if not with a card. */
  readonly wallet: Wallet | null;
  /** The bank account that is debited, if that is what pays. */
  readonly bankAccount: BankAccountFace | null;
  /** The attempt that a capture, refund, release, void or undo is about; of a payout without a number, that by which its card paid. */
  readonly original: { readonly sentReference: string; readonly acquirerReference: string | null } | null;
  /** Of a stored card: the network's name for the payment that stored it; null where it has none. */
  readonly firstNetworkReference: string | null;
  /** Who is there: a payer at the page, or the merchant alone (a charge by token). */
  readonly initiator: 'payer' | 'merchant';
  /** Where the payer's browser posts to after a challenge, and goes to by GET from a site; null when no browser is there. */
  readonly returnUrl: string | null;
  /** Ask for a challenge wherever the card's issuer knows one. */
  readonly demandsChallenge: boolean;
  /** Decline what would be approved without one. */
  readonly requiresChallenge?: true;
  readonly description: string | null;
  /** See Checkout: for the issuer, who may then want no challenge. */
  readonly payerInfo: string | null;
}

/** Money that a payer pushed. */
export interface Transfer {
  /** The acquirer's name for it, unique for ever. */
  readonly reference: string;
  /** Minor units of the order's currency. */
  readonly amountMinor: bigint;
  /** ISO 8601 with offset. */
  readonly acquirerTime: string | null;
  /** The bank's or wallet's name for the payer, if it tells one. */
  readonly payer: string | null;
}

interface Answer {
  readonly acquirerReference: string | null;
  /** ISO 8601 with offset. */
  readonly acquirerTime: string | null;
  readonly responseCode: string | null;
  readonly responseText: string | null;
}

/**
 * What came of an order. `declined` needs the acquirer's word. `not_sent`: proven that no byte left. `unknown`: bytes
 * left and no usable answer came. `not_found` (inquiries only): the acquirer has never heard of it. `wrong_code` (resumes
 * only): the code was not the one that was texted, nothing moved, and another may be tried. `received` (pushed money only):
 * what has come under a reference, which may be nothing.
 */
export type Outcome =
  | ({
      readonly kind: 'approved';
      readonly approvalCode: string | null;
      readonly networkReference: string | null;
      /** False when the acquirer says that the card must not be kept for later charges; absent: nothing was said. */
      readonly storable?: boolean;
      /** The wallet's name for the payer, if it has one. */
      readonly payer?: string;
    } & Answer)
  | ({ readonly kind: 'declined'; readonly reason: Reason } & Answer)
  | ({ readonly kind: 'challenge'; readonly challenge: Redirect | Otp | Qr } & Answer)
  | ({
      readonly kind: 'received';
      /** All that came under this reference so far, in the order in which it came. */
      readonly transfers: readonly Transfer[];
      /** The acquirer takes no more under it. What a bank sends all the same may still come. */
      readonly isClosed: boolean;
      /** What the payer scans; null once it is closed. */
      readonly challenge: Qr | null;
    } & Answer)
  | ({ readonly kind: 'wrong_code' } & Answer)
  | ({ readonly kind: 'accepted' } & Answer)
  | { readonly kind: 'not_sent'; readonly note: string }
  | { readonly kind: 'unknown'; readonly doubt: 'silence' | 'host_error'; readonly note: string }
  | { readonly kind: 'not_found' };

/** A card that an acquirer is asked about; no money moves. */
export interface CardQuestion {
  /** Our account at the acquirer. */
  readonly account: string;
  readonly currency: string;
  readonly card: CardDetails;
  readonly face: CardFace;
}

/** What the issuer's side tells of a card; null for what it does not tell. */
export interface CardFacts {
  readonly holder: string | null;
  readonly bank: string | null;
  /** Masked; where codes are texted to. */
  readonly phone: string | null;
  /** Minor units of the currency that was asked for. */
  readonly balanceMinor: bigint | null;
  /** Whether it may be kept for later charges. */
  readonly storable: boolean | null;
}

/** Facts about an acquirer, on which rules depend instead of on its name. */
export interface Capabilities {
  readonly partialCapture: boolean;
  /** How much more than what is authorized it captures, in whole percent of what still is; absent: nothing more. */
  readonly overcapturePercent?: number;
  /**
   * A capture, release, refund or undo sent again under the same reference has one effect. Where it has not, what a last capture
   * leaves is not released, and lapses.
   */
  readonly knowsReference: boolean;
  /** How long an order may be invisible to inquiries, ms. */
  readonly lagMs: number;
  /** Whether `resume` needs number and code again. */
  readonly resumeNeedsCard: boolean;
  readonly brands: readonly Brand[];
  readonly wallets: readonly App[];
  /** Names of pages of others on which payers pay; `any`: it knows them by whatever name. Absent: none. */
  readonly sites?: readonly string[] | 'any';
  /** Whether it takes what a terminal read of a card that was held to it. */
  readonly cardPresent: boolean;
  /** Whether it sends money to a card without a sale before it, and to what it took money from before. */
  readonly payouts: boolean;
  /** Where else it sends money to; absent: nowhere. */
  readonly payees?: readonly Payee['payee'][];
  /** How it debits bank accounts; absent: not at all. */
  readonly debits?: readonly Scheme[];
  /** What a payer with a card of that brand may have to do first. */
  readonly challenges: Readonly<Partial<Record<Brand, Challenge['kind']>>>;
}

/** One folder under src/acquirers. Never throws for what the outside world does: that is an outcome. */
export interface Acquirer {
  readonly name: string;
  readonly capabilities: Capabilities;
  /**
   * `card` for a sale, authorization, verify or payout (that names no `original`), else null. What a terminal read comes in its place where a card was held to
   * one, a payee in that of a card that is paid out to. A payer comes with an order that debits a bank account, and may with one by a site. `deadlineAt` in real ms: no byte leaves after it.
   */
  perform(order: Order, card: CardDetails | CardPresent | Payee | Payer | null, deadlineAt: number): Promise<Outcome>;
  /** After a challenge. `answer`: the fields that the payer's browser brought back; they prove nothing by themselves. */
  resume(
    order: Order,
    card: CardDetails | null,
    answer: Readonly<Record<string, string>>,
    deadlineAt: number,
  ): Promise<Outcome>;
  /** Texts a new code for an open OTP. That it did or did not is no evidence: the payer asks again. */
  resend(order: Order, deadlineAt: number): Promise<void>;
  /**
   * Never `not_sent`: that a question did not leave says nothing about the order; it is `unknown`. Never `challenge` but for a
   * wallet whose code is still open; of pushed money always what was `received` so far.
   */
  inquire(order: Order, deadlineAt: number): Promise<Outcome>;
  /**
   * Has no more money taken under the reference of a payment by wallet. `declined` acknowledges that nothing came;
   * `approved`, or `received` that is closed, tell what had come before. Never `not_sent`, as for `inquire`.
   */
  close(order: Order, deadlineAt: number): Promise<Outcome>;
  /**
   * Reads what the acquirer sent by itself and answers which of our references it is about; undefined for what is none of its
   * messages. Absent where it sends nothing. What it says counts for nothing: it is asked.
   */
  readonly readNotice?: (text: string) => string | undefined;
  /** Undefined where the acquirer tells nothing, or nothing usable came in time. */
  describe(question: CardQuestion, deadlineAt: number): Promise<CardFacts | undefined>;
  /** Takes `original` back, whatever became of it. Approved also when there is nothing to take back. */
  undo(order: Order, deadlineAt: number): Promise<Outcome>;
}

// ── tax offices ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** A receipt for the tax office. Amounts in minor units of `currency`, VAT included. */
export interface ReceiptOrder {
  /** Ours, unique for ever: sent again it is the same receipt. */
  readonly reference: string;
  readonly kind: 'sale' | 'refund';
  readonly merchantName: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** Empty for a refund. */
  readonly lines: readonly ReceiptLine[];
  /** The number of the sale's receipt that a refund is about. */
  readonly original: string | null;
}

/** One folder under src/fiscal. Never throws for what the outside world does: that is `failed`, with a text to show. */
export interface FiscalOffice {
  readonly name: string;
  /** `deadlineAt` in real ms. */
  register(order: ReceiptOrder, deadlineAt: number): Promise<OfficeAnswer>;
}

// ── notices ──────────────────────────────────────────────────────────────────────────────────────────────────────────

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

// ── administration ───────────────────────────────────────────────────────────────────────────────────────────────────

/** All that is on record about one payment, for operators. */
export interface Dossier {
  readonly view: View;
  readonly postings: readonly (Posting & { readonly entry: number; readonly line: number; readonly at: Instant })[];
  readonly notices: readonly NoticeRow[];
  readonly events: readonly (Event & { readonly at: Instant })[];
  readonly cases: readonly (Case & { readonly state: 'open' | 'closed'; readonly openedAt: Instant })[];
  /** When its merchant first asked how it ended, where the API has merchants ask; else null. */
  readonly askedAt: Instant | null;
}

/** A payment whose end nobody has asked for. */
export interface UnaskedRow {
  readonly paymentId: Id;
  readonly state: OperationState;
  readonly finishedAt: Instant;
}

/** A shop as operators see it. */
export type ShopRow = Pick<Shop, 'id' | 'merchantId' | 'api' | 'wireName' | 'state' | 'settings'>;

/** What operators set up and look up. Not on the way of a payment. */
export interface Administration {
  addMerchant(name: string, now: Instant): Promise<Merchant>;
  merchants(): Promise<Merchant[]>;
  /** The shop of that name; made, with these settings and routes, if there is none. */
  ensureShop(shop: {
    readonly merchantId: number;
    readonly api: string;
    readonly wireName: string;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly routes: readonly Omit<Route, 'id'>[];
    /** Of a new one; `active` where nothing is said. */
    readonly state?: Shop['state'];
    readonly now: Instant;
  }): Promise<{ readonly shopId: Id; readonly made: boolean }>;
  /** Every shop, by merchant. */
  shops(): Promise<ShopRow[]>;
  /** Puts rules in the place of those that a shop has. Servers that run follow within 3 s. */
  setShopRules(shop: Pick<Shop, 'id' | 'merchantId'>, rules: ShopRules, now: Instant): Promise<void>;
  /** Undefined where a shop has none. */
  shopRules(shopId: Id): Promise<ShopRules | undefined>;
  changeShop(shopId: Id, change: Partial<Pick<ShopRow, 'settings' | 'state'>>): Promise<void>;
  /** Changes some members of a switch that is an object, and leaves the others as they are. */
  patchSettings(shopId: Id, name: string, patch: Readonly<Record<string, unknown>>): Promise<void>;
  /** Makes a login. False, and without effect, when there is one of that name on its API. */
  addLogin(login: Parameters<Administration['setLogin']>[0]): Promise<boolean>;
  /** Makes a login, or gives it another password and ends all its tokens. The name is unique on its API. */
  setLogin(login: {
    readonly merchantId: number;
    readonly api: string;
    readonly name: string;
    readonly hash: string;
    readonly now: Instant;
  }): Promise<void>;
  /** Ends all tokens of a merchant on an API at once. Answers how many there were. */
  revokeTokens(merchantId: number, api: string): Promise<number>;
  /** At most two active public keys a shop; the same key again changes nothing. */
  addPublicKey(shopId: Id, publicKey: string, now: Instant): Promise<void>;
  /** Payments by their id, an operation's id (either form, own or wire), or a merchant's reference. Newest first. */
  search(text: string, limit: number): Promise<{ readonly merchantId: number; readonly paymentId: Id }[]>;
  dossier(merchantId: number, paymentId: Id): Promise<Dossier | undefined>;
  /** A shop's payments that ended before some time and whose end its merchant has not asked for, the newest first. */
  unasked(
    shop: Pick<Shop, 'id' | 'merchantId'>,
    which: { readonly madeSince: Instant; readonly endedBefore: Instant; readonly limit: number },
  ): Promise<UnaskedRow[]>;
  /** How far the business clock of this installation has been moved, ms. */
  clockOffset(): Promise<number>;
  advanceClock(byMs: number): Promise<number>;
  /** An installation is sandbox or live for ever: the first start decides. Answers the mode on record. */
  claimMode(mode: 'sandbox' | 'live'): Promise<'sandbox' | 'live'>;
  /** Names of server settings that can lose commits: `fsync`, `full_page_writes`, `synchronous_commit` when off. */
  unsafeSettings(): Promise<string[]>;
}

/** Keys and secrets of the installation itself, kept in the vault's second drawer. */
export interface SecretDrawer {
  /** The secret of that name; made by `make` and kept if there is none. Two processes get the same one. */
  ensure(name: string, make: () => Promise<Secret> | Secret): Promise<Secret>;
  /** May be some seconds old. */
  find(name: string): Promise<Secret | undefined>;
  /** Puts a secret in, in the place of one of that name. */
  put(name: string, secret: Secret): Promise<void>;
}
