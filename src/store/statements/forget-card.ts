import type { Sql } from '../../kit/postgres.ts';

const text = 'delete from tollgate.stored_cards where owner = $1 and token = $2';

export const forgetCard = async (sql: Sql, owner: number, token: string): Promise<boolean> =>
  // No PostgreSQL text can hold a NUL character, so no card has that name.
  !token.includes('\0') && (await sql.unsafe(text, [owner, token], { prepare: true })).count === 1;
