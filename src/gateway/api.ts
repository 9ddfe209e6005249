import type { FastifyPluginAsync } from 'fastify';
import type { Scheme } from '../core/bank-accounts.ts';
import type { Brand } from '../core/cards.ts';
import type { Id, StoredCard, View } from '../core/model.ts';
import type { Wallet } from '../core/wallets.ts';
import type { Clock } from '../kit/clock.ts';
import type { Secret } from '../kit/secret.ts';
import type { AccountGateway } from './accounts.ts';
import type { CardGateway } from './cards.ts';
import type { Gateway } from './gateway.ts';
import type { LinkGateway } from './links.ts';
import type { MandateVoice } from './mandates.ts';
import type { PayoutGateway } from './payouts.ts';
import type { Partners } from './ports/cards.ts';
import type { Statements } from './ports/statements.ts';
import type { Directory, Dossier, Logins, NoticeVoice, SecretDrawer, Shop } from './ports.ts';
import type { TerminalGateway } from './terminals.ts';

/** What an API is given to work with. */
export interface ApiParts {
  readonly gateway: Gateway;
  readonly links: LinkGateway;
  readonly terminals: TerminalGateway;
  readonly payouts: PayoutGateway;
  readonly cards: CardGateway;
  readonly accounts: AccountGateway;
  readonly partners: Partners;
  readonly statements: Pick<Statements, 'find'>;
  readonly directory: Directory;
  readonly drawer: SecretDrawer;
  readonly logins: Logins;
  readonly enrol: Enrol;
  /** All that is on record about a payment. */
  readonly history: (merchantId: number, paymentId: Id) => Promise<Dossier | undefined>;
  /** Notes that its merchant has asked how a payment ended. */
  readonly noteAsked: (merchantId: number, paymentId: Id) => Promise<void>;
  /** Changes members of a shop's switch that is an object; the caller has checked them. Others may see it some seconds later. */
  readonly changeSettings: (shop: Shop, name: string, patch: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Whether mail can be sent. */
  readonly mails: boolean;
  /** Whether receipts can be registered at a tax office. */
  readonly fiscal: boolean;
  /** The business clock. */
  readonly clock: Clock;
  /** Signature windows and dates on messages follow this one. */
  readonly realClock: Clock;
  /** Origin under which payers and merchants reach this installation, without a slash at the end. */
  readonly publicUrl: string;
  /** Sandbox mode: test cards and test tokens work. */
  readonly sandbox: boolean;
}

/**
 * Makes a merchant with one shop that is disabled until an operator enables it. `login_taken`, `name_taken`: another has that login, or
 * a shop of that name is there; nothing was made that could be used.
 */
export type Enrol = (merchant: {
  readonly api: string;
  readonly name: string;
  readonly credential: NewCredential;
}) => Promise<'enrolled' | 'login_taken' | 'name_taken'>;

/**
 * Code of the error that reaches an API's error handler, before anything else has, when this installation has more to do than
 * it can. It is answered 503 in the API's own words, at once and without work; `Retry-After` is set already.
 */
export const overloadCode = 'TOLLGATE_OVERLOAD';

/** One wire protocol: what a folder under src/apis offers. */
export interface Api {
  readonly name: string;
  /** Checks a shop's switches at the time they are stored and answers them complete; throws with a clear text. */
  readonly settings: (raw: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  /** Reads the options of `credential add`; throws with a clear text. */
  readonly credential: (
    options: Readonly<Record<string, string>>,
    sandbox: boolean,
  ) => NewCredential | Promise<NewCredential>;
  /** Names of those options. */
  readonly credentialOptions: readonly string[];
  /** Whether a payment can begin a series that a mandate charges. Absent where the API has none. */
  readonly beginsMandate?: (view: View) => boolean;
  /** Whether merchants must ask how each payment ended, and it is noted that they did. */
  readonly mustAsk?: boolean;
  /** The gateway's public key for this API as PEM; absent where the API has none. */
  readonly publicKey?: (drawer: SecretDrawer) => Promise<string>;
  readonly start: (parts: ApiParts) => Promise<RunningApi>;
}

export interface RunningApi {
  readonly routes: FastifyPluginAsync;
  readonly voice: NoticeVoice;
  /** How its mandates are charged. Absent where it has none. */
  readonly mandates?: MandateVoice;
  readonly sites: readonly CheckoutSite[];
  /** Empty on an API without payment links. */
  readonly linkSites: readonly LinkSite[];
}

/** How a merchant proves itself at a shop. `wireName` is what the API calls the shop. */
export interface NewCredential {
  readonly wireName: string;
  /** PEM, SubjectPublicKeyInfo; null on an API without keys. */
  readonly publicKey: string | null;
  /** Name and password hash; null on an API without logins. */
  readonly login: { readonly name: string; readonly hash: string } | null;
  /** Switches of the shop that the options name. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What goes into the vault's second drawer, by name. */
  readonly secrets: Readonly<Record<string, Secret>>;
}

/** What the one checkout needs to know of an API to stand under its addresses. */
export interface CheckoutSite {
  readonly api: string;
  /** Route of the page in Fastify's syntax, such as `/pay/:session`. Forms post below it and keep the query. */
  readonly path: string;
  /** Finds the payment that a page address names; undefined shows "not found". */
  locate(address: PageAddress): Promise<{ shop: Shop; view: View } | undefined>;
  /** What the page shows besides the money. `locale` as the merchant asked for it, such as `zh_HK`. */
  describe(shop: Shop, view: View, address: PageAddress): PageContent;
  /** Where the browser goes once the payment has ended; null shows the checkout's own result page. */
  exit(shop: Shop, view: View, address: PageAddress): string | null;
  /**
   * The stored card with which the payer is to pay; undefined where one is to be typed. Absent on an API without such payments.
   */
  readonly storedCard?: (shop: Shop, view: View) => Promise<StoredCard | undefined>;
  /** How long a payer's browser waits for the acquirer before the page says "being checked", ms. */
  readonly patienceMs: number;
  /** Whether the page offers to give up. */
  readonly cancels: boolean;
  /** The language for payers whose browser names none that the page speaks. */
  readonly language: string;
}

export interface PageAddress {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

export interface PageContent {
  readonly merchantName: string;
  readonly title: string;
  readonly description: string | null;
  readonly reference: string | null;
  readonly locale: string | null;
  /** What the code of a wallet says in place of the acquirer's own text; null: the acquirer's. */
  readonly codeText: string | null;
  /** Where the fiscal receipt of a paid order can be seen. */
  readonly receiptUrl: string | null;
  /** Where a payer whose payment failed can begin another one; null where only the merchant can. */
  readonly againUrl: string | null;
  /** Where a payer can go who does not wait for what the acquirer will say; absent where all wait. */
  readonly backUrl?: string | null;
  /** The page says that the card will be stored; where it asks, it says nothing else of it. */
  readonly tellsOfKeeping?: boolean;
  /** The page says that no real money moves. */
  readonly test: boolean;
}

/** What a link's page may ask its payer for, by the names by which browsers fill fields in. */
export const payerFields = [
  'given-name',
  'family-name',
  'email',
  'tel',
  'postal-code',
  'address-level2',
  'address-line1',
] as const;
export type PayerField = (typeof payerFields)[number];

/** What a payer can be asked to accept before choosing how to pay. */
export const consents = ['terms', 'privacy'] as const;
export type Consent = (typeof consents)[number];

/** What a payer typed at a link: nobody has looked at it. */
export interface LinkTyped {
  /** Where it is the payer who says how much; null elsewhere. */
  readonly amount: string | null;
  readonly payer: Readonly<Partial<Record<PayerField, string>>>;
  /** The boxes that were ticked. */
  readonly accepted: readonly Consent[];
}

/** The pages of an API's payment links, on which payers choose how to pay. */
export interface LinkSite {
  /** Route of the page in Fastify's syntax, such as `/link/:token`. Forms post to it and keep the query. */
  readonly path: string;
  /** What the page shows; undefined shows "not found". */
  locate(address: PageAddress): Promise<LinkContent | undefined>;
  /**
   * Begins an attempt by the choice of that name. `to`: address of the attempt that is open now, the new one or one that
   * goes on; null where the page itself says why there is none. `busy`: nothing was tried, and may work in a moment.
   */
  start(
    address: PageAddress,
    choice: string,
    typed: LinkTyped,
  ): Promise<{ readonly to: string | null } | 'busy' | 'wrong_amount' | 'wrong_payer' | 'not_accepted'>;
  /** The language for payers whose browser names none that the page speaks. */
  readonly language: string;
}

/** A way to pay: cards of some brands, a wallet, or a bank account. */
export interface LinkChoice {
  readonly name: string;
  /** What it is called; null: by its brands or wallet. */
  readonly label?: string;
  readonly brands: readonly Brand[];
  readonly wallet: Wallet | null;
  /** How an account is debited; absent: none is. */
  readonly debit?: Scheme;
}

export interface LinkContent {
  readonly merchantName: string;
  readonly title: string;
  readonly description: string | null;
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly locale: string | null;
  readonly test: boolean;
  /** `used_up`: open, but no further attempt may begin. `paid`: approved, and whoever comes now is told that it is over. */
  readonly state: 'open' | 'approved' | 'paid' | 'expired' | 'used_up' | 'cancelled';
  /** Where payers say how much they pay: the limits. `amountMinor` is the least. */
  readonly chosenUpTo?: bigint | null;
  /** What the amount is made of, and other lines of a bill: names and what they are. */
  readonly lines?: readonly (readonly [name: string, value: string])[];
  /** What the merchant wants to know of its payers. */
  readonly asks?: readonly PayerField[];
  /** What the merchant wants payers to read. */
  readonly termsUrl?: string | null;
  readonly privacyPolicyUrl?: string | null;
  /** Of these, what each payer must accept by a box; what has no address has none. */
  readonly mustAccept?: readonly Consent[];
  /** Whether the page says that who pays accepts the others. */
  readonly acceptsByPaying?: boolean;
  /** How the merchant can be reached: a phone number, an address for mail. */
  readonly contact?: readonly string[];
  /** Until when a payment can begin, ms; `timeZone` (IANA) is the merchant's. */
  readonly expiresAt: number;
  readonly timeZone: string;
  /** What the payer can choose from; empty while a payment goes on that may be moving money. */
  readonly choices: readonly LinkChoice[];
  /** Address of the attempt that is open; null where none is. A choice takes its place, if there are choices. */
  readonly current: string | null;
  /** The newest attempt that ended unpaid, or the approved one. */
  readonly attempt: View | null;
}
