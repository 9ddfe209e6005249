import type { Keep } from '../core/commands.ts';
import type { Attempt, Operation, View } from '../core/model.ts';
import type { GatewayParts } from './parts.ts';
import type { BankAccount } from './ports/accounts.ts';
import type { CardDetails, Shop, Vault } from './ports.ts';

const dayMs = 86_400_000;

/** How long a number stays sealed that is kept only if an inquiry hears of an approval: longer than we ask closely. */
const doubtMs = 90 * 60_000;

/** Whether the card that pays is to be stored: not where its payer was asked, and did not say so. */
export const wantsKept = ({ checkout, operations }: View): boolean =>
  checkout?.keepsCard === true && (!checkout.asksToKeep || operations[0]!.cardToken !== null);

/** A card, or the bank account that was debited in the place of one. */
type Instrument = CardDetails | BankAccount;

const seal = (vault: Vault, owner: number, instrument: Instrument, until: number): Promise<string> =>
  'told' in instrument ? vault.sealAccount(owner, instrument, until) : vault.seal(owner, instrument.number, until);

/**
 * Makes a card or account ready to be stored in the commit that approves its payment: the same card at the same shop keeps its
 * token. A payment that named its card has it stored under that name, for all shops of the merchant; accounts are stored so
 * alone. `instrument` is null when only an inquiry brought the approval: it is then where the attempt sealed it. Null when there is
 * none, or the vault is in trouble: the payment matters more than the token.
 */
export const keepInstrument = async (
  { vault, payments, surroundings }: GatewayParts,
  shop: Shop,
  { cardToken: named }: Operation,
  { vaultRef: sealed, bankAccount }: Attempt,
  instrument: Instrument | null,
): Promise<Keep | null> => {
  const { clock, newToken, log } = surroundings;
  const { merchantId } = shop;
  try {
    if (bankAccount && named === null) return null;
    const vaultRef = instrument ? await seal(vault, merchantId, instrument, clock.now() + dayMs) : sealed;
    if (vaultRef === null || !(await vault.keep(merchantId, vaultRef))) return null;
    if (named !== null) return { token: named, vaultRef, shopId: null, known: true };
    const known = await payments.storedCard(merchantId, { vaultRef, shopId: shop.id });
    return { token: known?.token ?? newToken(), vaultRef, shopId: shop.id, known: known !== undefined };
  } catch (error) {
    log.error({ merchantId, error: (error as Error).name }, 'a card or account could not be kept');
    return null;
  }
};

/** Seals a card or account while it is in doubt whether its payment was approved; null when the vault is in trouble. */
export const sealForDoubt = async (
  { vault, surroundings }: GatewayParts,
  merchantId: number,
  instrument: Instrument,
): Promise<string | null> => {
  try {
    return await seal(vault, merchantId, instrument, surroundings.clock.now() + doubtMs);
  } catch (error) {
    surroundings.log.error({ merchantId, error: (error as Error).name }, 'a card or account could not be sealed');
    return null;
  }
};
