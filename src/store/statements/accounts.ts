import type { BankAccountFace } from '../../core/bank-accounts.ts';
import type { Instant, StoredAccount } from '../../core/model.ts';
import { type Sql, transaction } from '../../kit/postgres.ts';

interface Row {
  readonly token: string;
  readonly vault_ref: string;
  readonly face: string;
  readonly customer: string | null;
}

const accountOf = ({ token, vault_ref, face, customer }: Row): StoredAccount => ({
  token,
  vaultRef: vault_ref,
  face: JSON.parse(face) as BankAccountFace,
  customer,
});

const columns = 'token, vault_ref, face, customer';

const named = `select ${columns} from tollgate.stored_accounts where owner = $1 and token = $2`;

export const findAccount = async (sql: Sql, owner: number, token: string): Promise<StoredAccount | undefined> =>
  // No PostgreSQL text can hold a NUL character, so nothing goes by such a name.
  token.includes('\0')
    ? undefined
    : (await sql.unsafe<Row[]>(named, [owner, token], { prepare: true })).map(accountOf)[0];

const like = `
select ${columns} from tollgate.stored_accounts where owner = $1 and vault_ref = $2
  and customer is not distinct from $3 order by stored_at, token limit 1`;

/** Those who keep the same account at once go one after the other, so that the second finds what the first has kept. */
const queue = 'select pg_advisory_xact_lock(hashtextextended($1, 90))';

const add = `
insert into tollgate.stored_accounts (owner, ${columns}, stored_at) values ($1, $2, $3, $4, $5, $6)`;

/** Keeps an account under its token, unless its customer has the same one already. Answers what stands. */
export const keepAccount = (sql: Sql, owner: number, account: StoredAccount, now: Instant): Promise<StoredAccount> =>
  transaction(sql, async (tx) => {
    const { token, vaultRef, face, customer } = account;
    await tx.unsafe(queue, [`${owner}/${vaultRef}`]);
    const [known] = (await tx.unsafe<Row[]>(like, [owner, vaultRef, customer])).map(accountOf);
    if (known) return known;
    await tx.unsafe(add, [owner, token, vaultRef, JSON.stringify(face), customer, now]);
    return account;
  });

/** `$2` null: of all customers. */
const list = `
select ${columns} from tollgate.stored_accounts where owner = $1 and ($2::text is null or customer = $2)
  order by stored_at, token`;

export const listAccounts = async (sql: Sql, owner: number, customer: string | null): Promise<StoredAccount[]> =>
  customer?.includes('\0') ? [] : (await sql.unsafe<Row[]>(list, [owner, customer], { prepare: true })).map(accountOf);

const forget = `
with gone as (delete from tollgate.stored_accounts where owner = $1 and token = $2 returning owner, token)
insert into tollgate.forgotten_cards (owner, token) select owner, token from gone
on conflict (owner, token) do update set token = excluded.token`;

export const forgetAccount = async (sql: Sql, owner: number, token: string): Promise<boolean> =>
  !token.includes('\0') && (await sql.unsafe(forget, [owner, token], { prepare: true })).count === 1;
