import { byText, type Entry } from '../book/entry.ts';
import { type Code, words } from '../codes.ts';
import { maskedPhone } from '../phone/texts.ts';

/** Where and how the payer's browser is sent to the issuer. */
interface ChallengeForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  /** A field that the issuer hands back unread. */
  readonly echoField: string;
}

/** What the host answers to every message. */
export interface Answer {
  readonly reference: string;
  readonly account: string;
  readonly amount: string;
  readonly currency: string;
  /** First six and last four digits. */
  readonly card: string | null;
  /**
   * `pending`: taken, the end will be known later. `wrong_code`: nothing is decided, another may be typed. `reversed`:
   * taken back since. `not_found`: never heard of.
   */
  readonly status: 'approved' | 'declined' | 'challenge' | 'wrong_code' | 'pending' | 'reversed' | 'not_found';
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
}

const statusOf = (entry: Entry, now: number): Answer['status'] => {
  if (entry.reversedBy) return 'reversed';
  if (entry.status === 'challenged') return 'challenge';
  return now < entry.decidedAt ? 'pending' : entry.status;
};

const spoken = (code: Code) => ({ code, text: words[code] });

/** What the book says of a message as of `now`. */
export const answerOf = (entry: Entry, now: number, challengeUrl: string): Answer => {
  const status = statusOf(entry, now);
  const charges = entry.kind === 'sale' || entry.kind === 'authorize' || entry.kind === 'verify';
  return {
    reference: entry.reference,
    account: entry.account,
    amount: entry.amount,
    currency: entry.currency,
    card: entry.card,
    status,
    hostReference: `SB${String(entry.number).padStart(12, '0')}`,
    time: new Date(Math.max(entry.receivedAt, entry.decidedAt)).toISOString(),
    ...(status === 'approved' || status === 'declined' ? spoken(entry.code) : { code: null, text: null }),
    ...(status === 'approved' && { approvalCode: String(entry.number % 1_000_000).padStart(6, '0') }),
    ...(status === 'approved' &&
      charges && {
        networkReference: `7${String(entry.number).padStart(14, '0')}`,
        storable: entry.class !== 'NO-STORE',
      }),
    ...(status === 'challenge' && entry.challenge === byText && { otp: { phone: maskedPhone, digitCount: 6 } }),
    ...(status === 'challenge' &&
      entry.challenge !== byText && {
        challenge: { url: challengeUrl, fields: { creq: entry.challenge! }, echoField: 'threeDSSessionData' },
      }),
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
  status: 'not_found',
  hostReference: null,
  time: new Date(now).toISOString(),
  ...spoken('25'),
});
