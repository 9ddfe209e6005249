import { type Sql, transaction } from '../../kit/postgres.ts';

const lock = 'select from tollgate.logins where api = $1 and merchant_id = $2 order by name for update';

const forget = 'delete from tollgate.login_tokens where api = $1 and merchant_id = $2';

/** Holds up whoever is about to keep tokens of that merchant (see keep-tokens.ts), until the transaction ends. */
export const lockLogins = async (tx: Sql, merchantId: number, api: string): Promise<void> => {
  await tx.unsafe(lock, [api, merchantId], { prepare: true });
};

/** In a transaction that holds the logins: this statement then sees what those wrote for whom the lock waited. */
export const forgetTokens = async (tx: Sql, merchantId: number, api: string): Promise<number> =>
  (await tx.unsafe(forget, [api, merchantId], { prepare: true })).count;

export const revokeTokens = (sql: Sql, merchantId: number, api: string): Promise<number> =>
  transaction(sql, async (tx) => {
    await lockLogins(tx, merchantId, api);
    return forgetTokens(tx, merchantId, api);
  }) as Promise<number>;
