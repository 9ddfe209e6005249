import type { Sql } from '../../kit/postgres.ts';

/** What the payer did. A challenge that was left has none. */
export type Result = 'approve' | 'decline' | 'cancel';

/** A question that the issuer puts to its customer about one payment. */
export interface Challenge {
  readonly id: string;
  readonly reference: string;
  readonly account: string;
  /** In major units. */
  readonly amount: string;
  readonly currency: string;
  /** Masked. */
  readonly card: string;
  readonly description: string | null;
  readonly returnUrl: string;
  readonly result: Result | null;
}

export const openChallenge = async (sql: Sql, challenge: Omit<Challenge, 'result'>): Promise<void> => {
  const { id, reference, account, amount, currency, card, description, returnUrl } = challenge;
  await sql.unsafe(
    `insert into sandbox.challenges (id, reference, account, amount, currency, card, description, return_url)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, reference, account, amount, currency, card, description, returnUrl],
    { prepare: true },
  );
};

export const findChallenge = async (sql: Sql, id: string): Promise<Challenge | undefined> =>
  (
    await sql.unsafe<Challenge[]>(
      `select id, reference, account, amount, currency, card, description, return_url as "returnUrl", result
       from sandbox.challenges where id = $1`,
      [id],
      { prepare: true },
    )
  )[0];

/** The first word counts: a second form post changes nothing. */
export const settleChallenge = async (sql: Sql, id: string, result: Result): Promise<void> => {
  await sql.unsafe('update sandbox.challenges set result = $2 where id = $1 and result is null', [id, result], {
    prepare: true,
  });
};
