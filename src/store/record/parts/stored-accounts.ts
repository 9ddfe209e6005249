import type { StoredAccount } from '../../../core/model.ts';
import { insertSheet } from '../sheet.ts';

/** Sorted as stored cards are. An account that is seen again is what it was. */
export const storedAccounts = insertSheet<StoredAccount>({
  name: 'stored_accounts',
  rows: (step) => (step.storedAccount ? [step.storedAccount] : []),
  columns: {
    owner: 's.m',
    token: ['text', (account) => account.token],
    vault_ref: ['text', (account) => account.vaultRef],
    face: ['text', (account) => JSON.stringify(account.face)],
    customer: ['text', (account) => account.customer],
    stored_at: ['bigint', (_, __, step) => step.now],
  },
  ending: 'order by s.m, t.token on conflict (owner, token) do nothing',
});
