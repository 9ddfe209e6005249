import type { StoredAccount } from '../core/model.ts';
import { wireId } from '../kit/ids.ts';
import type { OpenGateway } from './create.ts';
import type { Accounts, BankAccount } from './ports/accounts.ts';
import type { Cards } from './ports/cards.ts';

/** What was sealed and is not kept after all is forgotten after so long; and what somebody's token no longer stands for. */
const lookUpMs = 60_000;
const forgetMs = 86_400_000;

/** The door for bank accounts that are kept without a payment. `owner`: number of a merchant, or of the partner it is under. */
export interface AccountGateway {
  /** Keeps an account as it was told, without asking anybody about it. The same one of the same customer keeps its token. */
  keep(owner: number, account: BankAccount, customer: string | null): Promise<StoredAccount>;
  /** `forgotten`: there was an account or card of that name. */
  find(owner: number, token: string): Promise<StoredAccount | 'forgotten' | undefined>;
  /** Accounts of one customer or (null) of all, in the order in which they were stored. */
  list(owner: number, customer: string | null): Promise<StoredAccount[]>;
  /** False when there is none of that name. */
  forget(owner: number, token: string): Promise<boolean>;
}

export const createAccounts = (
  { parts }: Pick<OpenGateway, 'parts'>,
  accounts: Accounts,
  cards: Pick<Cards, 'wasForgotten'>,
): AccountGateway => {
  const { vault } = parts;
  const { clock, newId } = parts.surroundings;
  return {
    async keep(owner, account, customer) {
      const vaultRef = await vault.sealAccount(owner, account, clock.now() + lookUpMs);
      if (!(await vault.keep(owner, vaultRef))) throw new Error('an account was purged while it was kept');
      const token = wireId(newId(owner));
      return accounts.keep(owner, { token, vaultRef, face: account.face, customer }, clock.now());
    },

    async find(owner, token) {
      const account = await accounts.find(owner, token);
      if (account) return account;
      return (await cards.wasForgotten(owner, token)) ? 'forgotten' : undefined;
    },

    list: (owner, customer) => accounts.list(owner, customer),

    async forget(owner, token) {
      const account = await accounts.find(owner, token);
      if (!account || !(await accounts.forget(owner, token))) return false;
      await vault.release(owner, account.vaultRef, clock.now() + forgetMs);
      // Another token may stand for the same account: looked for after the release.
      const others = await accounts.list(owner, null);
      if (others.some(({ vaultRef }) => vaultRef === account.vaultRef)) await vault.keep(owner, account.vaultRef);
      return true;
    },
  };
};
