import { byText, type Entry } from '../book/entry.ts';
import type { Transfer } from '../book/transfers.ts';
import { type Code, words } from '../codes.ts';
import { networkNameOf } from '../network.ts';
import { maskedPhone } from '../phone/texts.ts';
import { walletPath } from '../wallet/path.ts';
import { isDebit, payerOf } from '../wallets.ts';

/** Where and how the payer's browser is sent to the issuer. */
interface ChallengeForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  /** A field that the issuer hands back unread. */
  readonly echoField: string;
}

/** Where payers find the issuer and the wallets: the origin, without a slash at the end. */
export interface Places {
  readonly issuerUrl: string;
  readonly publicUrl: string;
}

/** What the host answers to every message. */
export interface Answer {
  readonly reference: string;
  readonly account: string;
  readonly amount: string;
  readonly currency: string;
  /** First six and last four digits. */
  readonly card: string | null;
  readonly wallet: string | null;
  /**
   * `pending`: taken, the end will be known later. `wrong_code`: nothing is decided, another may be typed. `reversed`:
   * taken back since. `received`: all that payers pushed so far, which may be nothing. `not_found`: never heard of.
   */
  readonly status:
    | 'approved'
    | 'declined'
    | 'challenge'
    | 'wrong_code'
    | 'pending'
    | 'reversed'
    | 'received'
    | 'not_found';
  readonly hostReference: string | null;
  /** ISO 8601. */
  readonly time: string;
  readonly code: string | null;
  readonly text: string | null;
  readonly approvalCode?: string;
  readonly networkReference?: string;
  /** Sales and authorizations: whether the card may be kept for later charges. */
  readonly storable?: boolean;
  readonly challenge?: ChallengeForm;
  /** Where a code was texted to, masked, and how long it is. */
  readonly otp?: { readonly phone: string; readonly digitCount: number };
  /** What the code says that the payer scans, and what opens the wallet's app. */
  readonly qr?: { readonly text: string; readonly appUrl: string };
  /** The wallet's name for who paid. */
  readonly payer?: string;
  /** In the order in which they came. */
  readonly transfers?: readonly {
    readonly reference: string;
    readonly amount: string;
    readonly time: string;
    readonly payer: string;
  }[];
  /** Whether no more is asked for. */
  readonly closed?: boolean;
}

const statusOf = (entry: Entry, now: number): Answer['status'] => {
  if (entry.reversedBy) return 'reversed';
  if (entry.status === 'challenged') return 'challenge';
  return now < entry.decidedAt ? 'pending' : entry.status;
};

const isDebited = ({ wallet }: Entry): boolean => wallet !== null && isDebit(wallet);

const isoTime = (at: number): string => new Date(at).toISOString();

const spoken = (code: Code) => ({ code, text: words[code] });

const codeOf = ({ challenge }: Entry, { publicUrl }: Places) => {
  const address = `${publicUrl}${walletPath}/${challenge}`;
  return { qr: { text: address, appUrl: address } };
};

/** What the book says of a message as of `now`. */
export const answerOf = (entry: Entry, now: number, places: Places): Answer => {
  const status = statusOf(entry, now);
  const charges = entry.kind === 'sale' || entry.kind === 'authorize' || entry.kind === 'verify';
  return {
    reference: entry.reference,
    account: entry.account,
    amount: entry.amount,
    currency: entry.currency,
    card: entry.card,
    wallet: entry.wallet,
    status,
    hostReference: `SB${String(entry.number).padStart(12, '0')}`,
    time: isoTime(Math.max(entry.receivedAt, entry.decidedAt)),
    ...(status === 'approved' || status === 'declined' ? spoken(entry.code) : { code: null, text: null }),
    ...(status === 'approved' && { approvalCode: String(entry.number % 1_000_000).padStart(6, '0') }),
    ...(status === 'approved' && charges && entry.wallet && { payer: payerOf(entry.wallet, entry.number) }),
    ...(status === 'approved' &&
      charges &&
      entry.card && { networkReference: networkNameOf(entry.number, entry.card) }),
    ...(status === 'approved' &&
      charges &&
      (entry.card || isDebited(entry)) && { storable: entry.class !== 'NO-STORE' }),
    ...(status === 'challenge' && entry.wallet && codeOf(entry, places)),
    ...(status === 'challenge' && entry.challenge === byText && { otp: { phone: maskedPhone, digitCount: 6 } }),
    ...(status === 'challenge' &&
      !entry.wallet &&
      entry.challenge !== byText && {
        challenge: { url: places.issuerUrl, fields: { creq: entry.challenge! }, echoField: 'threeDSSessionData' },
      }),
  };
};

/**
 * What the book says of a collect as of `now`: what has come under it. That nothing has is a decline where the payer, or
 * the host itself, refused.
 */
export const receivedOf = (entry: Entry, transfers: readonly Transfer[], now: number, places: Places): Answer => {
  const { qr, ...answer } = answerOf(entry, now, places);
  const isRefused = entry.reversedBy !== null || (entry.status === 'declined' && entry.code !== 'C2');
  if (transfers.length === 0 && isRefused) return answer;
  return {
    ...answer,
    status: 'received',
    code: null,
    text: null,
    transfers: transfers.map(({ reference, number, amount, receivedAt }) => ({
      reference,
      amount,
      time: isoTime(receivedAt),
      payer: payerOf(entry.wallet!, number),
    })),
    closed: qr === undefined,
    ...(qr && { qr }),
  };
};

/** The answer about a reference that the book does not have. */
export const notFound = (
  asked: { reference: string; account: string; amount: string; currency: string },
  now: number,
): Answer => ({
  reference: asked.reference,
  account: asked.account,
  amount: asked.amount,
  currency: asked.currency,
  card: null,
  wallet: null,
  status: 'not_found',
  hostReference: null,
  time: isoTime(now),
  ...spoken('25'),
});
