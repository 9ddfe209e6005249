import type { CardClass } from '../cards.ts';
import type { Code } from '../codes.ts';
import type { Way } from '../fate.ts';
import type { Wallet } from '../wallets.ts';

/** `collect`: asks for money that payers push; each `transfer` of it names it as its original. */
type Kind =
  | 'authorize'
  | 'sale'
  | 'verify'
  | 'collect'
  | 'transfer'
  | 'capture'
  | 'refund'
  | 'release'
  | 'payout'
  | 'void'
  | 'reverse';

/** In place of the issuer's name for a challenge: the payer types a code that was texted. */
export const byText = 'otp';

/** A message as the host took it. `amount` in major units with all decimals of the currency; times are business ms. */
export interface NewEntry {
  /** The sender's reference, unique for ever. */
  readonly reference: string;
  /** The sender's merchant number. */
  readonly account: string;
  /** Null: the host does not know it, but it was taken back before it came. */
  readonly kind: Kind | null;
  /** Reference of the message that this one is about. */
  readonly original: string | null;
  readonly amount: string;
  readonly currency: string;
  /** Masked. */
  readonly card: string | null;
  /** What was paid with, if not with a card. */
  readonly wallet: Wallet | null;
  readonly class: CardClass | null;
  readonly status: 'approved' | 'declined' | 'challenged';
  readonly code: Code;
  readonly receivedAt: number;
  /** From when on inquiries hear of it. */
  readonly decidedAt: number;
  /** The issuer's name for the challenge, `byText`, or the token of the wallet's page. What follows when the payer passes it: a code, told in some way. */
  readonly challenge: string | null;
  readonly codeAfter: Code | null;
  readonly wayAfter: Way | null;
  readonly reversedBy: string | null;
  /** Which terminal the card was held to, as `number/batch/trace`. */
  readonly terminal: string | null;
}

export interface Entry extends NewEntry {
  /** Running number of the book. */
  readonly number: number;
}

/** A row as an `Entry`. */
export const columns = `reference, number::float8 as number, account, kind, original, amount::text as amount, currency,
  card, wallet, class, status, code, received_at::float8 as "receivedAt", decided_at::float8 as "decidedAt", challenge,
  code_after as "codeAfter", way_after as "wayAfter", reversed_by as "reversedBy", terminal`;
