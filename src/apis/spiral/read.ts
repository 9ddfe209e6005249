import { createHash } from 'node:crypto';
import type { Claim, Operation, View } from '../../core/model.ts';
import { isPushed } from '../../core/wallets.ts';
import type { ChargeRequest, FollowRequest, OpenRequest } from '../../gateway/gateway.ts';
import { referenceScope, type Shop } from '../../gateway/ports.ts';
import { type Fault, faults } from './codes.ts';
import { fpsCurrencies } from './fps.ts';
import type { Members } from './json.ts';
import { isOwnToken, type Memo, memoOf, writeMemo } from './memo.ts';
import { amountMinorOf, type CommandName, commands, fields, isCommand } from './schema.ts';
import { type Settings, settingsOf } from './settings.ts';
import { terminalMemoOf } from './softpos-memo.ts';
import { type PaymentType, paymentTypeOf } from './types.ts';

export const defaultCurrency = 'HKD';
const dayMs = 86_400_000;

/** The ids of a path, decoded. */
export interface Path {
  readonly clientId: string;
  readonly merchantRef: string;
}

/** A request of E1 whose fields are all in order. Absent ones and those that its command ignores are null. */
export interface Transaction {
  readonly cmd: CommandName;
  readonly type: string | null;
  readonly amountMinor: bigint;
  readonly currency: string | null;
  readonly goodsName: string | null;
  readonly goodsDesc: string | null;
  readonly channel: string | null;
  readonly cardToken: string | null;
  readonly cardTokenSrc: string | null;
  readonly successUrl: string | null;
  readonly failureUrl: string | null;
  readonly webhookUrl: string | null;
  /** JSON text as it came. */
  readonly metadata: string | null;
  /** Days for which a bill by FPS can be paid. */
  readonly duration: number | null;
  readonly orderId: string | null;
  /** The payment link whose attempt it is. */
  readonly link?: Memo['link'];
}

export const isFault = (read: Transaction | Fault): read is Fault => 'http' in read;

/** The type, if it is one that this shop takes; its fault is 501 (section 9). */
export const takenType = (name: string, settings: Settings): PaymentType | undefined => {
  const type = paymentTypeOf(name);
  if (type?.wallet === 'fps' && settings.fpsId === null) return undefined;
  return type && settings.types.includes(type.name) ? type : undefined;
};

/** The first thing wrong with the fields, in the order of section 5.2; undefined when nothing is. */
const fieldFault = (cmd: CommandName, members: Members, settings: Settings): Fault | undefined => {
  for (const { name, isValid, need } of fields) {
    const needed = need(commands[cmd].column, members);
    if (needed === 'ignored') continue;
    const member = members.get(name);
    if (!member) {
      if (needed === 'required') return faults.missingField(name);
    } else if (!isValid(member, settings)) return faults.invalidField(name);
  }
  return undefined;
};

/** Ids of the body that are not those of the path. */
export const pathFault = (members: Members, path: Path): Fault | undefined => {
  const name = (['clientId', 'merchantRef'] as const).find(
    (id) => members.has(id) && members.get(id)!.value !== path[id],
  );
  return name && faults.pathMismatch(name);
};

/**
 * A body of E1, checked in the order of section 4.3 as far as that needs nothing but the request and the shop's
 * switches: command, fields, path, type.
 */
export const readTransaction = (members: Members, path: Path, settings: Settings): Transaction | Fault => {
  const cmd = members.get('cmd')?.value;
  if (cmd === undefined) return faults.missingField('cmd');
  if (typeof cmd !== 'string') return faults.invalidField('cmd');
  if (!isCommand(cmd)) return faults.notSupported;
  const fault = fieldFault(cmd, members, settings);
  if (fault) return fault;
  const mismatch = pathFault(members, path);
  if (mismatch) return mismatch;
  const { column } = commands[cmd];
  const text = (name: string): string | null => {
    const field = fields.find((f) => f.name === name)!;
    if (field.need(column, members) === 'ignored') return null;
    return (members.get(name)?.value as string | undefined) ?? null;
  };
  const type = text('type');
  const taken = type === null ? null : takenType(type, settings);
  if (taken === undefined) return faults.notSupported;
  // A wallet has no authorization (section 5.5).
  if (taken?.wallet && commands[cmd].kind === 'authorize') return faults.notSupported;
  const currency = text('currency');
  const isBill = taken?.wallet === 'fps' && column !== 'follow';
  if (isBill && !Object.hasOwn(fpsCurrencies, currency ?? defaultCurrency)) return faults.invalidField('currency');
  return {
    cmd,
    type,
    amountMinor: amountMinorOf(members.get('amt')!.source)!,
    currency,
    goodsName: text('goodsName'),
    goodsDesc: text('goodsDesc'),
    channel: text('channel'),
    cardToken: text('cardToken'),
    cardTokenSrc: text('cardTokenSrc'),
    successUrl: text('successUrl'),
    failureUrl: text('failureUrl'),
    webhookUrl: text('webhookUrl'),
    metadata: members.get('metadata')?.source ?? null,
    duration: isBill ? ((members.get('duration')?.value as number | undefined) ?? null) : null,
    orderId: text('orderId'),
  };
};

/** What was asked for first of an order: of one that a terminal took back before it came, that. */
const firstOf = ({ operations }: View): Operation => operations.find(({ memo }) => memo !== null)!;

/** What a capture or refund says about its order that is not so (section 5.3). */
export const orderFault = ({ type, currency }: Transaction, order: View): Fault | undefined => {
  const ordered = (terminalMemoOf(firstOf(order)) ?? memoOf(firstOf(order))).type;
  if (type !== null && type.toUpperCase() !== ordered.toUpperCase()) return faults.invalidField('type');
  if (currency !== null && currency !== order.payment.currency) return faults.invalidField('currency');
  return undefined;
};

/** The claim that keeps a reference unique within a client (section 2.5). */
export const referenceClaim = (shop: Shop, merchantRef: string): Claim => ({
  scope: referenceScope(shop.id),
  value: merchantRef,
});

const hashOf = (transaction: Transaction, memo: string): string => {
  const { amountMinor, currency, successUrl, failureUrl, webhookUrl, orderId, duration } = transaction;
  const canonical = [memo, String(amountMinor), currency, successUrl, failureUrl, webhookUrl, orderId];
  if (duration !== null) canonical.push(String(duration));
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
};

const askedOf = (shop: Shop, merchantRef: string, transaction: Transaction, order: Memo | null) => {
  const memo = writeMemo(transaction, order);
  return {
    amountMinor: transaction.amountMinor,
    reference: merchantRef,
    requestHash: hashOf(transaction, memo),
    noticeUrl: transaction.webhookUrl,
    memo,
    claims: [referenceClaim(shop, merchantRef)],
  };
};

const newPaymentOf = (shop: Shop, merchantRef: string, transaction: Transaction) => ({
  ...askedOf(shop, merchantRef, transaction, null),
  kind: commands[transaction.cmd].kind as 'sale' | 'authorize',
  currency: transaction.currency ?? defaultCurrency,
});

/** `SALESESSION`, `AUTHSESSION` (section 5.4), and a direct `SALE` by wallet (5.5). `now` is business time. */
export const openRequest = (shop: Shop, merchantRef: string, transaction: Transaction, now: number): OpenRequest => {
  const { sessionMinutes, tokenization } = settingsOf(shop);
  const { brands, wallet } = paymentTypeOf(transaction.type!)!;
  const lifeMs = transaction.duration === null ? sessionMinutes * 60_000 : transaction.duration * dayMs;
  const payment = newPaymentOf(shop, merchantRef, transaction);
  return {
    ...payment,
    kind: wallet && isPushed(wallet) ? 'collect' : payment.kind,
    checkout: {
      successUrl: transaction.successUrl,
      failureUrl: transaction.failureUrl,
      expiresAt: now + lifeMs,
      brands,
      wallet,
      keepsCard: tokenization && wallet === null,
      customer: null,
      payerInfo: null,
      demandsChallenge: false,
      redirectMs: null,
      submitCountMax: null,
    },
    receipt: null,
  };
};

/** The card that `cardToken` stands for (section 17). */
const ownTokenOf = ({ cardToken, cardTokenSrc }: Transaction): ChargeRequest['card'] => {
  // No token is empty, so this one is refused and the refusal written down. What a wallet sent is not looked up, and must
  // not be stored.
  const token = cardTokenSrc === 'SPIRAL' && cardToken !== null && isOwnToken(cardToken) ? cardToken : '';
  return { token };
};

/** Direct `SALE`, `AUTH` (section 5.5). `card` where the token stands for something else than a stored card. */
export const chargeRequest = (
  shop: Shop,
  merchantRef: string,
  transaction: Transaction,
  card: ChargeRequest['card'] = ownTokenOf(transaction),
): ChargeRequest => ({
  ...newPaymentOf(shop, merchantRef, transaction),
  card,
  brands: paymentTypeOf(transaction.type!)!.brands,
  patienceMs: settingsOf(shop).patienceMs,
});

/** `CAPTURE`, `REFUND` of an order (sections 5.6, 5.7). A business refusal uses up the reference (section 4.3). */
export const followRequest = (
  shop: Shop,
  merchantRef: string,
  transaction: Transaction,
  order: View,
): FollowRequest => {
  // What a terminal sold is refunded by a terminal (section 5.7).
  const terminal = terminalMemoOf(firstOf(order));
  const memo = terminal ? ({ v: 1, cmd: transaction.cmd, type: terminal.type } as const) : memoOf(firstOf(order));
  return {
    ...askedOf(shop, merchantRef, transaction, memo),
    kind: commands[transaction.cmd].kind as 'capture' | 'refund',
    recordsRefusal: true,
    refusal: terminal ? { reason: 'invalid_state' } : null,
    patienceMs: settingsOf(shop).patienceMs,
  };
};
