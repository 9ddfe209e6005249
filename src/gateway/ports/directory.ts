/** Who is who: merchants, their shops and routes, and who may speak for them. */
import type { ShopRules } from '../../core/limits.ts';
import type { Id } from '../../core/model.ts';
import type { Means } from '../../core/wallets.ts';

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
