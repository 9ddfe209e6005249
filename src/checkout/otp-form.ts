import type { View } from '../core/model.ts';
import { otpEndOf, resendCountMax, resendPauseMs } from '../core/otp.ts';
import type { OtpScene } from './scene.ts';

const textIn = (body: unknown, name: string): string | undefined => {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' && value.length <= 200 ? value : undefined;
};

/** The code as it was typed, with full-width figures and gaps put right; undefined where it is none of that length. */
export const readCode = (body: unknown, digitCount: number): string | undefined => {
  const code = (textIn(body, 'code') ?? '').normalize('NFKC').replace(/[\s-]/g, '');
  return /^[0-9]+$/.test(code) && code.length === digitCount ? code : undefined;
};

/**
 * Which code the form is about, and after how many tries. It travels with the form, so that one that is sent twice, or
 * from a page that was come back to, costs the payer no try and no text.
 */
export const turnOf = ({ attempt, otp }: OtpScene): string => `${attempt.ordinal}.${otp.resendCount}.${otp.wrongCount}`;

/** Whether a posted form is about a turn that is over. One that names none is about this one. */
export const isOutOfTurn = (body: unknown, scene: OtpScene): boolean =>
  (textIn(body, 'turn') ?? turnOf(scene)) !== turnOf(scene);

/** What a payer can still do about a code, besides typing it. Times in ms from `now`. */
export interface OtpChoices {
  readonly codeLeftMs: number;
  /** Until another text may be asked for; null where none will be sent any more. */
  readonly resendLeftMs: number | null;
  readonly takesAnotherCard: boolean;
}

export const choicesOf = (view: View, { otp }: OtpScene, now: number): OtpChoices => {
  const { expiresAt } = view.checkout!;
  const resendAt = otp.textedAt + resendPauseMs;
  // Where the wait is longer than the page lasts, no text will come of it.
  const resends = otp.resendCount < resendCountMax && Math.max(now, resendAt) < expiresAt;
  return {
    codeLeftMs: Math.max(0, otpEndOf(otp) - now),
    resendLeftMs: resends ? Math.max(0, resendAt - now) : null,
    takesAnotherCard: now < expiresAt,
  };
};
