import type { Reason } from '../../core/reasons.ts';

/** What the host's response codes mean to us. Every code of the host that is no approval stands here. */
const reasons: Readonly<Record<string, Reason>> = {
  '05': 'declined',
  '12': 'declined',
  '13': 'declined',
  '14': 'unknown_card',
  '17': 'cancelled',
  '1A': 'authentication_failed',
  '25': 'declined',
  '33': 'expired_card',
  '43': 'declined',
  '51': 'insufficient_funds',
  '54': 'expired_card',
  '57': 'declined',
  '62': 'blocked_card',
  '68': 'timed_out',
  '96': 'processing_error',
  C1: 'cancelled',
  C2: 'declined',
  N7: 'invalid_code',
  P1: 'no_phone',
};

/** The reason behind a response code; a code that is new to us is a decline like any other. */
export const reasonOf = (code: string | null): Reason => reasons[code ?? ''] ?? 'declined';

export const knownCodes: readonly string[] = Object.keys(reasons);
