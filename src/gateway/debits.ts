import type { Submit } from '../core/commands.ts';
import type { Claim, Id, StoredAccount, View } from '../core/model.ts';
import type { Refusal } from '../core/reasons.ts';
import { type Luggage, noLuggage } from './act.ts';
import type { GatewayParts } from './parts.ts';
import type { BankAccount } from './ports/accounts.ts';
import type { Shop } from './ports.ts';
import { wayIn } from './ways.ts';

/** A bank account that pays: as the merchant told it, or one that is kept, of the shop's merchant or of its `owner`. */
export type Debited = BankAccount | { readonly stored: StoredAccount; readonly owner?: number };

export interface DebitPage {
  readonly patienceMs: number;
  /** `merchant`: the payer is not there. */
  readonly initiator: 'payer' | 'merchant';
  /** What this try alone may have. */
  readonly claims?: readonly Claim[];
}

/** A debit that may be tried: what is decided on, and what leaves with it. */
export interface Debit {
  readonly command: Submit;
  readonly luggage: Luggage;
}

type Opened = { readonly account: BankAccount; readonly token: string | null; readonly vaultRef: string | null };

const opened = async ({ vault }: GatewayParts, shop: Shop, asked: Debited): Promise<Opened | Refusal> => {
  if (!('stored' in asked)) return { account: asked, token: null, vaultRef: null };
  const { stored, owner = shop.merchantId } = asked;
  const { vaultRef, face, token } = stored;
  const told = await vault.reveal(owner, vaultRef, 'charge');
  if (!told) return { reason: 'invalid_token' };
  // Of what is kept already nothing has to tell it from others.
  return { account: { number: told, told, face }, token, vaultRef };
};

/** What is to be done for a debit of a checkout's payment. Refusals: `invalid_token`, `no_route`. */
export const debitOf = async (
  parts: GatewayParts,
  shop: Shop,
  { payment }: View,
  asked: Debited,
  { initiator, claims }: DebitPage,
  about: { readonly id: Id; readonly dueAt: number },
): Promise<Debit | Refusal> => {
  const found = await opened(parts, shop, asked);
  if ('reason' in found) return found;
  const { account, token, vaultRef } = found;
  const { scheme } = account.face;
  const way = wayIn(parts, shop, scheme, payment);
  if ('reason' in way) return way;
  const who = { card: null, bankAccount: account.face, cardToken: token, vaultRef };
  return {
    command: { type: 'submit', ...about, ...who, way, ...(claims && { claims }) },
    luggage: { ...noLuggage, account, initiator },
  };
};
