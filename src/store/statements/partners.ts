import type { Instant } from '../../core/model.ts';
import type { Sql } from '../../kit/postgres.ts';

/** Whoever comes second finds the first one's row; a number that is drawn in vain is never used. */
const add = `
insert into tollgate.partners (name, created_at) values ($1, $2) on conflict (name) do nothing`;

const find = 'select id from tollgate.partners where name = $1';

/** The number of the partner of that name, made if there is none. */
export const ensurePartner = async (sql: Sql, name: string, now: Instant): Promise<number> => {
  const known = async () => (await sql.unsafe<{ id: number }[]>(find, [name]))[0]?.id;
  const id = await known();
  if (id !== undefined) return id;
  await sql.unsafe(add, [name, now]);
  return (await known())!;
};
