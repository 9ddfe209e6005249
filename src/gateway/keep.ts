import type { Conclude } from '../core/commands.ts';
import type { GatewayParts } from './parts.ts';
import type { CardDetails } from './ports.ts';

const dayMs = 86_400_000;

/**
 * Makes a card ready to be stored in the commit that approves its payment: the same card of the same merchant keeps its
 * token, unless this one was named. Null when the vault is in trouble: the payment matters more than the token.
 */
export const keepCard = async (
  { vault, payments, surroundings }: GatewayParts,
  merchantId: number,
  card: CardDetails,
  named: string | null,
): Promise<Conclude['keep']> => {
  const { clock, newToken, log } = surroundings;
  try {
    const vaultRef = await vault.seal(merchantId, card.number, clock.now() + dayMs);
    const known = named === null ? await payments.storedCard(merchantId, { vaultRef }) : undefined;
    if (!(await vault.keep(merchantId, vaultRef))) return null;
    if (named !== null) return { token: named, vaultRef, known: true };
    return { token: known?.token ?? newToken(), vaultRef, known: known !== undefined };
  } catch (error) {
    log.error({ merchantId, error: (error as Error).name }, 'a card could not be kept');
    return null;
  }
};
