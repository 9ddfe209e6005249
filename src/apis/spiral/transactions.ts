import { maskNumbers } from '../../core/cards.ts';
import type { Operation, View } from '../../core/model.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { Result } from '../../gateway/gateway.ts';
import type { Shop } from '../../gateway/ports.ts';
import { isId, wireId } from '../../kit/ids.ts';
import { echoOf } from './answers.ts';
import { membersOf } from './body.ts';
import { type Fault, faultOf, faults, openFaultOf } from './codes.ts';
import type { Members, WireObject } from './json.ts';
import { isOwnToken } from './memo.ts';
import {
  chargeRequest,
  followRequest,
  isFault,
  openRequest,
  orderFault,
  type Path,
  readTransaction,
  referenceClaim,
  type Transaction,
} from './read.ts';
import { anyRecordOf } from './record.ts';
import { commands } from './schema.ts';
import { sessionIdOf } from './session.ts';
import { settingsOf } from './settings.ts';
import { speak } from './softpos.ts';
import { settlementRecordOf } from './softpos-record.ts';
import { testCardOf } from './test-tokens.ts';
import { paymentTypeOf } from './types.ts';
import { openWalletToken, type WalletMeans } from './wallet-tokens/index.ts';
import { fpsTextOf, recordOf, sessionAnswerOf } from './write.ts';

/** What an endpoint answers: a record, or why there is none and what of the request is repeated with it. */
export type Outcome = { readonly record: WireObject } | { readonly fault: Fault; readonly echo?: WireObject };

/** The answer to what the gateway made of a direct command. */
const outcomeOf = (shop: Shop, result: Result): Outcome => {
  if (result.kind === 'refused') return { fault: faultOf(result.refusal.reason) };
  const { view, operation } = result;
  const fault =
    result.kind === 'open'
      ? openFaultOf(
          operation,
          view.attempts.findLast((a) => a.operation === operation.ordinal),
        )
      : undefined;
  return fault ? { fault } : { record: recordOf(shop, view, operation) };
};

/** Opens the session; the order for a wallet's code may still be on its way then. */
const opened = async (
  { gateway, clock }: ApiParts,
  shop: Shop,
  ref: string,
  transaction: Transaction,
  answerOf: (shop: Shop, view: View, operation: Operation) => WireObject,
): Promise<Outcome> => {
  const result = await gateway.open(shop, openRequest(shop, ref, transaction, clock.now()));
  if (result.kind === 'refused') return { fault: faultOf(result.refusal.reason) };
  return { record: answerOf(shop, result.view, result.operation) };
};

const openSession = (parts: ApiParts, shop: Shop, ref: string, transaction: Transaction): Promise<Outcome> =>
  opened(parts, shop, ref, transaction, sessionAnswerOf);

/** A code is never paid at once: what is answered is the record, open, with the code (section 5.5). */
const sellByWallet = (parts: ApiParts, shop: Shop, ref: string, transaction: Transaction): Promise<Outcome> =>
  opened(parts, shop, ref, transaction, (_, view, operation) => {
    const page = `${parts.publicUrl}/pay/${encodeURIComponent(sessionIdOf(shop, operation)!)}`;
    return { ...recordOf(shop, view, operation), qrCode: fpsTextOf(shop, view) ?? page };
  });

/** A phone's wallet gives a payload for one payment: with it, its claim is taken. */
const chargeOnce = async (
  { gateway }: ApiParts,
  shop: Shop,
  ref: string,
  transaction: Transaction,
  means: WalletMeans,
) => {
  const request = chargeRequest(shop, ref, transaction, means.card);
  const result = await gateway.charge(shop, { ...request, claims: [...request.claims, means.claim] });
  if (result.kind !== 'refused' || result.refusal.reason !== 'duplicate_reference') return result;
  // Either is taken. If it is the payload, it is refused as a token, and that written down; if not, this says so again.
  return gateway.charge(shop, chargeRequest(shop, ref, transaction));
};

const charge = async (parts: ApiParts, shop: Shop, ref: string, transaction: Transaction): Promise<Result> => {
  const means = await openWalletToken(parts, shop, transaction);
  if (typeof means === 'object') return chargeOnce(parts, shop, ref, transaction, means);
  const card = parts.sandbox && means === 'unread' ? testCardOf(transaction) : undefined;
  return parts.gateway.charge(shop, chargeRequest(shop, ref, transaction, card));
};

const chargeDirectly = async (parts: ApiParts, shop: Shop, ref: string, transaction: Transaction) => {
  const outcome = outcomeOf(shop, await charge(parts, shop, ref, transaction));
  // The answer repeats what came as token (section 17), unless it is none: it may be a card number in the wrong field.
  const { cardToken, cardTokenSrc } = transaction;
  if ('fault' in outcome || cardToken === null || cardTokenSrc === null) return outcome;
  const repeats = cardTokenSrc === 'SPIRAL' ? isOwnToken(cardToken) : maskNumbers(cardToken) === cardToken;
  return { record: { ...outcome.record, ...(repeats && { cardToken }), cardTokenSrc } };
};

/** The order of that `orderId`; one of another client is unknown to this one (section 2.5). */
const findOrder = async ({ gateway }: ApiParts, shop: Shop, orderId: string): Promise<View | undefined> => {
  if (!/^[0-9a-f-]{36}$/i.test(orderId)) return undefined;
  const paymentId = wireId(orderId.toLowerCase());
  return isId(paymentId) ? gateway.find(shop, paymentId) : undefined;
};

const follow = async (parts: ApiParts, shop: Shop, ref: string, transaction: Transaction): Promise<Outcome> => {
  const { gateway } = parts;
  const [holder, order] = await Promise.all([
    gateway.findByClaim(shop, referenceClaim(shop, ref)),
    findOrder(parts, shop, transaction.orderId!),
  ]);
  if (holder) return { fault: faults.duplicateReference };
  if (!order) return { fault: faults.unknownOrder };
  const fault = orderFault(transaction, order);
  if (fault) return { fault };
  const request = followRequest(shop, ref, transaction, order);
  return outcomeOf(shop, await gateway.follow(shop, order.payment.id, request));
};

const sell = (parts: ApiParts, shop: Shop, ref: string, transaction: Transaction): Promise<Outcome> =>
  paymentTypeOf(transaction.type!)?.wallet
    ? sellByWallet(parts, shop, ref, transaction)
    : chargeDirectly(parts, shop, ref, transaction);

const columns = { session: openSession, direct: sell, follow } as const;

const transactWith = async (parts: ApiParts, shop: Shop, path: Path, members: Members): Promise<Outcome> => {
  const transaction = readTransaction(members, path, settingsOf(shop));
  if (isFault(transaction)) return { fault: transaction };
  return columns[commands[transaction.cmd].column](parts, shop, path.merchantRef, transaction);
};

/** E1 (section 5): `body` is JSON text whatever its content type says. */
export const transact = async (parts: ApiParts, shop: Shop, path: Path, body: Buffer | undefined): Promise<Outcome> => {
  const members = membersOf(body);
  if (!members) return { fault: faults.invalidJson };
  // A body with terminal and batch is a terminal's, which may come by this path too (section 1.2).
  const outcome =
    members.has('terminalId') && members.has('batchId')
      ? await speak(parts, shop, path, members)
      : await transactWith(parts, shop, path, members);
  return 'fault' in outcome ? { ...outcome, echo: echoOf(members) } : outcome;
};

/** E2 (section 6), of whatever was asked for under the reference. */
export const query = async ({ gateway, terminals }: ApiParts, shop: Shop, { merchantRef }: Path): Promise<Outcome> => {
  const found = await gateway.findByClaim(shop, referenceClaim(shop, merchantRef));
  const operation = found?.view.operations.find((o) => o.id === found.command);
  if (operation) return { record: anyRecordOf(shop, found!.view, operation) };
  const settlement = await terminals.findSettlement(shop, merchantRef);
  return settlement ? { record: settlementRecordOf(shop, settlement) } : { fault: faults.unknownTransaction };
};
