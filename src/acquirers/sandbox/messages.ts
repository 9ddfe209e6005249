import { textFromMinor } from '../../core/money.ts';
import { isSite } from '../../core/wallets.ts';
import type { CardDetails, CardPresent, CardQuestion, Order, Payee, Payer } from '../../gateway/ports.ts';

export interface Message {
  readonly path: string;
  readonly body: string;
}

const head = ({ sentReference, account, amountMinor, currency }: Order) => ({
  account,
  reference: sentReference,
  amount: textFromMinor(amountMinor, currency),
  currency,
});

/** The one place where a number and a code leave their wrapping. */
const cardOf = ({ number, expiry, code, holder }: CardDetails) => ({
  number: number.reveal(),
  expiry: expiry.slice(5) + expiry.slice(2, 4),
  ...(code && { code: code.reveal() }),
  ...(holder && { holder: holder.reveal() }),
});

/** The same of what a terminal read. */
const presentOf = (order: Order, present: CardPresent) => {
  const { terminal, batch, trace, entryMode, track2, pinBlock, emvTags } = present;
  const { first6, last4, expiry } = order.card!;
  return {
    terminal,
    batch,
    trace,
    entryMode,
    card: `${first6}xxxxxx${last4}`,
    expiry: expiry.slice(5) + expiry.slice(2, 4),
    ...(track2 && { track2: track2.reveal() }),
    ...(pinBlock && { pinBlock: pinBlock.reveal() }),
    ...(emvTags && { emv: emvTags.reveal() }),
  };
};

const message = (name: string, body: object): Message => ({
  path: `/sandbox/acquirer/${name}`,
  body: JSON.stringify(body),
});

const names = {
  sale: 'sale',
  verify: 'verify',
  authorize: 'authorize',
  capture: 'capture',
  refund: 'refund',
  release: 'release',
  void: 'void',
};

/** The host's message for an order that is to be performed. Throws on an order that no acquirer is ever given. */
export const performMessage = (order: Order, card: CardDetails | CardPresent | Payee | Payer | null): Message => {
  if (order.kind === 'reversal') return undoMessage(order);
  if (order.kind === 'stray' || order.kind === 'receipt' || order.kind === 'dispute')
    throw new Error(`a ${order.kind} is a fact, not an order`);
  if (card && 'payer' in card) return card.payer === 'account' ? debitMessage(order, card) : walletMessage(order, card);
  if (order.wallet && !order.original) return walletMessage(order, null);
  if (order.kind === 'collect') throw new Error('a collect needs a wallet');
  if (card && 'payee' in card) {
    return message('payout', { ...head(order), payee: { kind: card.payee, told: JSON.parse(card.told.reveal()) } });
  }
  if (card && 'entryMode' in card) {
    return message(order.kind === 'payout' ? 'payout' : 'present', { ...head(order), present: presentOf(order, card) });
  }
  if (order.kind === 'payout') {
    return message('payout', { ...head(order), ...(card ? { card: cardOf(card) } : { original: originalOf(order) }) });
  }
  if (order.kind === 'sale' || order.kind === 'authorize' || order.kind === 'verify') {
    if (!card) throw new Error(`a ${order.kind} needs a card`);
    const {
      initiator,
      returnUrl,
      description,
      demandsChallenge,
      requiresChallenge,
      firstNetworkReference: network,
      payerInfo,
    } = order;
    const about = {
      initiator,
      returnUrl,
      description,
      demandsChallenge,
      ...(requiresChallenge && { requiresChallenge }),
      ...(network !== null && { network }),
      ...(payerInfo !== null && { payer: payerInfo }),
    };
    return message(names[order.kind], { ...head(order), card: cardOf(card), ...about });
  }
  return message(names[order.kind], { ...head(order), original: originalOf(order) });
};

const debitMessage = (order: Order, { told }: Payer): Message => {
  const { initiator, description, bankAccount } = order;
  if (!bankAccount) throw new Error('a debit needs a bank account');
  const debit = { scheme: bankAccount.scheme, told: JSON.parse(told.reveal()) };
  return message('debit', { ...head(order), initiator, description, debit });
};

/** Asks for the code that the payer scans, or for the address of a site. */
const walletMessage = (order: Order, payer: Payer | null): Message => {
  const { wallet, description, returnUrl } = order;
  const about = isSite(wallet!)
    ? { ...(returnUrl !== null && { returnUrl }), ...(payer && { told: JSON.parse(payer.told.reveal()) }) }
    : {};
  return message('wallet', { ...head(order), wallet, description, ...about });
};

const originalOf = (order: Order): string => {
  if (!order.original) throw new Error(`a ${order.kind} needs the attempt it is about`);
  return order.original.sentReference;
};

export const undoMessage = (order: Order): Message =>
  message('reverse', { ...head(order), original: originalOf(order) });

/** `otp`: the code that the payer typed, where one was texted. */
export const resumeMessage = (order: Order, card: CardDetails, otp: string | undefined): Message =>
  message('resume', { ...head(order), card: cardOf(card), ...(otp !== undefined && { otp }) });

export const resendMessage = (order: Order): Message => message('resend', head(order));

/** Asks what the issuer tells of a card. */
export const cardMessage = ({ account, currency, card }: CardQuestion): Message =>
  message('card', { account, currency, card: cardOf(card) });

export const inquireMessage = (order: Order): Message => message('inquire', head(order));

export const closeMessage = (order: Order): Message => message('close', head(order));

/** Ends a challenge that nobody will answer any more: the sale or authorization itself is taken back. */
export const abandonOrder = (order: Order): Order => ({
  ...order,
  action: 'undo',
  sentReference: `${order.sentReference}-end`,
  original: { sentReference: order.sentReference, acquirerReference: order.acquirerReference },
});
