import type { Sql } from '../../kit/postgres.ts';
import { type Challenge, findChallenge, openChallenge, type Result } from './challenges.ts';

export const challengePath = '/sandbox/issuer/challenge';

/** The cardholder's bank, as the acquirer's host knows it. */
export interface Issuer {
  /** Where the payer's browser posts a challenge to. */
  readonly url: string;
  open(challenge: Omit<Challenge, 'result'>): Promise<void>;
  /** What the payer did; null when nothing (yet). */
  result(id: string): Promise<Result | null>;
}

export const issuerOf = (sql: Sql, publicUrl: string): Issuer => ({
  url: publicUrl + challengePath,
  open: (challenge) => openChallenge(sql, challenge),
  result: async (id) => (await findChallenge(sql, id))?.result ?? null,
});
