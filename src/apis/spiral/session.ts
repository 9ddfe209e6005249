import type { Operation, View } from '../../core/model.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Directory, Shop } from '../../gateway/ports.ts';
import { wireId } from '../../kit/ids.ts';
import { memoOf } from './memo.ts';
import { referenceClaim } from './read.ts';
import { commands } from './schema.ts';
import { terminalMemoOf } from './softpos-memo.ts';
import { paymentTypeOf } from './types.ts';

/** A session id (section 5.4): prefix, first 8 characters of the txnId, clientId, `+`, merchantRef. */
export const composeSessionId = (prefix: string, txnId: string, clientId: string, merchantRef: string): string =>
  `${prefix}${txnId.slice(0, 8)}${clientId}+${merchantRef}`;

const isByWallet = (type: string): boolean => (paymentTypeOf(type)?.wallet ?? null) !== null;

/** The session id of an operation; undefined where no session was opened: a direct sale by wallet opens one (section 5.5). */
export const sessionIdOf = (shop: Shop, operation: Operation): string | undefined => {
  if (terminalMemoOf(operation)) return undefined;
  const { cmd, type } = memoOf(operation);
  const isOpened = commands[cmd].column === 'session' || (commands[cmd].column === 'direct' && isByWallet(type));
  if (!isOpened) return undefined;
  // A record outlives the list of types, so one that left it keeps the prefix of cards.
  const prefix = paymentTypeOf(type)?.prefix ?? 'CK';
  return composeSessionId(prefix, wireId(operation.id), shop.wireName, operation.reference!);
};

export interface Session {
  readonly sessionId: string;
  readonly shop: Shop;
  readonly view: View;
  readonly operation: Operation;
}

const shape = /^[A-Z]{2,4}[0-9a-f]{8}(?<clientId>[A-Za-z0-9_.-]{1,40})\+(?<merchantRef>[A-Za-z0-9_-]{1,25})$/;

/**
 * The session of exactly that id. Shop and reference in it only say where to look: the id is guessable in part, so the
 * whole of it must agree.
 */
export const findSession = async (
  { directory, gateway }: { readonly directory: Directory; readonly gateway: Gateway },
  sessionId: string,
): Promise<Session | undefined> => {
  const named = shape.exec(sessionId)?.groups as { clientId: string; merchantRef: string } | undefined;
  const shop = named && (await directory.shop('spiral', named.clientId));
  const found = shop && (await gateway.findByClaim(shop, referenceClaim(shop, named.merchantRef)));
  const operation = found?.view.operations.find((o) => o.id === found.command);
  if (!operation || sessionIdOf(shop!, operation) !== sessionId) return undefined;
  return { sessionId, shop: shop!, view: found!.view, operation };
};
