import type { FaultyLine } from '../../../test/faulty-line.ts';
import type { Qr, Redirect } from '../../core/model.ts';
import type { Reason } from '../../core/reasons.ts';
import type { Wallet } from '../../core/wallets.ts';
import type { Acquirer, CardDetails } from '../../gateway/ports.ts';

/** What the suite needs to know of a host's wallets, and to do with them. */
export interface WalletRig {
  /** Plays the payer in the app that the code opens, where payers agree to the amount asked or refuse any. */
  act(code: Qr, does: 'pay' | 'refuse' | 'cancel'): Promise<void>;
  /** The payer pushes so much of the order's currency, HKD. */
  push(code: Qr, amountMinor: bigint): Promise<void>;
  /** Wallets whose refunds are decided at once, and later. */
  readonly refunded: { readonly atOnce: Wallet; readonly later: Wallet };
  /** How much later, ms. */
  readonly refundMs: number;
}

/** An adapter's host as the suite sees it. A text in place of a card says why there is none: the test is skipped. */
export interface Rig {
  /** The adapter, reaching its host under this origin. */
  connect(url: string): Acquirer;
  readonly hostUrl: string;
  /** A line that leads to the host. */
  readonly line: FaultyLine;
  readonly account: string;
  readonly cards: {
    readonly approved: CardDetails;
    readonly declined: readonly { readonly card: CardDetails; readonly reason: Reason }[];
    readonly challenged: CardDetails | string;
    /** Its payer is sent to a challenge only where one is demanded. */
    readonly demanded: CardDetails | string;
    /** Its payer is asked for a code that is texted. */
    readonly texted: CardDetails | string;
    readonly lateApproval: CardDetails | string;
    readonly lateDecline: CardDetails | string;
    readonly silent: CardDetails | string;
    readonly hostError: CardDetails | string;
  };
  /** Plays the payer at the issuer and answers the fields that the browser brings back; `forge` never goes there. */
  payer(challenge: Redirect, does: 'pass' | 'fail' | 'leave' | 'forge'): Promise<Record<string, string>>;
  /** The code that the host texts. */
  readonly otp: string;
  /** How many texts were sent. */
  texts(): Promise<number>;
  /** A text says why there are none. */
  readonly wallets: WalletRig | string;
  /** Numbers of bank accounts, ten digits of which the last four differ. A text says why there are none. */
  readonly debits: { readonly approved: string; readonly declined: string } | string;
  /** What the host's book says of a reference. `amount` in major units; `stands`: approved and not taken back. */
  booked(reference: string): Promise<{ readonly amount: string; readonly stands: boolean } | undefined>;
  /** Moves the host's clock. */
  advance(ms: number): void;
}
