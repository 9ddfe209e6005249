import type { Instant, Otp, OtpStanding } from './model.ts';
import type { Refusal } from './reasons.ts';

/** How long a one-time code is good after its text. */
export const otpMs = 300_000;

/** The wrong code of this number ends the payment: a code has few digits. */
const wrongCountMax = 3;

/** Each text costs somebody: so long must a payer wait for the next, and so many there are after the first. */
export const resendPauseMs = 60_000;
export const resendCountMax = 3;

export const otpEndOf = ({ textedAt }: OtpStanding): Instant => textedAt + otpMs;

export const begun = ({ kind, phone, digitCount }: Otp, now: Instant): OtpStanding => ({
  kind,
  phone,
  digitCount,
  textedAt: now,
  wrongCount: 0,
  resendCount: 0,
});

/** After one more wrong code; undefined when there is no try left. */
export const missed = (otp: OtpStanding): OtpStanding | undefined =>
  otp.wrongCount + 1 < wrongCountMax ? { ...otp, wrongCount: otp.wrongCount + 1 } : undefined;

/** With a new code, which has tries of its own. */
export const texted = (otp: OtpStanding, now: Instant): OtpStanding => ({
  ...otp,
  textedAt: now,
  wrongCount: 0,
  resendCount: otp.resendCount + 1,
});

export const triesLeft = ({ wrongCount }: OtpStanding): number => wrongCountMax - wrongCount;

/** What speaks against another text now, if anything. */
export const resendRefusal = (otp: OtpStanding, now: Instant): Refusal | undefined => {
  if (otp.resendCount >= resendCountMax) return { reason: 'resend_limit' };
  return now < otp.textedAt + resendPauseMs ? { reason: 'resend_too_soon' } : undefined;
};
