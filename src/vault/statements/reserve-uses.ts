import type { Sql } from '../../kit/postgres.ts';
import type { WrappedKey } from '../ring.ts';

const text = `
update vault.keys set uses = uses + $3 where id = (
  select id from vault.keys where purpose = $1 and day = $2 and uses + $3 <= $4 order by id limit 1 for no key update)
returning id, purpose, kek_id as "kekId", wrapped`;

/** A key of that day with room for so many uses more, now taken; undefined when there is none. */
export const reserveUses = async (
  sql: Sql,
  want: { purpose: WrappedKey['purpose']; day: string; uses: number; usesMax: number },
): Promise<WrappedKey | undefined> =>
  (await sql.unsafe<WrappedKey[]>(text, [want.purpose, want.day, want.uses, want.usesMax], { prepare: true }))[0];
