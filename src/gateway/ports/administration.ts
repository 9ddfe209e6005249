/** What operators set up and look up; not on the way of a payment. */
import type { ShopRules } from '../../core/limits.ts';
import type { Case, Event, Id, Instant, Posting, View } from '../../core/model.ts';
import type { OperationState } from '../../core/states.ts';
import type { Merchant, Route, Shop } from './directory.ts';
import type { NoticeRow } from './notices.ts';

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
