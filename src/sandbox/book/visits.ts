import type { Sql } from '../../kit/postgres.ts';

/** A payer's visit to a site: where the browser goes back to, and what was told of the payer, as it may be shown. */
export interface Visit {
  readonly token: string;
  readonly returnUrl: string | null;
  readonly told: string;
}

export const addVisit = async (sql: Sql, { token, returnUrl, told }: Visit): Promise<void> => {
  await sql.unsafe('insert into sandbox.visits (token, return_url, told) values ($1, $2, $3)', [
    token,
    returnUrl,
    told,
  ]);
};

export const visitOf = async (sql: Sql, token: string): Promise<Visit | undefined> =>
  (
    await sql.unsafe<Visit[]>('select token, return_url as "returnUrl", told from sandbox.visits where token = $1', [
      token,
    ])
  )[0];
