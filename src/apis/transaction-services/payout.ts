import type { View } from '../../core/model.ts';
import type { Shop } from '../../gateway/ports.ts';
import { isAmount, minorOf, textOf } from './amount.ts';
import { attemptOf, outcomeResult, remarkOf } from './answers.ts';
import { actsFor, checksumFault, memberOf } from './authenticate.ts';
import { type Call, type Fault, fault, type Handler, isFault, patienceMs } from './call.ts';
import { claimsOf, holderOf, newNumber, paymentOf } from './claims.ts';
import { codeOfRefusal, resultOf } from './codes.ts';
import { memoOf, writeMemo } from './memo.ts';
import { duplicateOf } from './pay.ts';
import { payeeFor, registeredPayee, type Target } from './payee.ts';
import { memoIn, noticeUrlIn } from './read.ts';
import { faultsIn, isOrderId } from './rules.ts';
import { isListed, settingsOf } from './settings.ts';
import { shortOf, statusOf } from './status.ts';
import { limitOf, terminalsOf, throughTerminal } from './terminals.ts';
import type { Answer } from './write.ts';

/** What the operator lets a member pay out now, in minor units; null where nothing was set (section 6.14). */
const limitFor = (shop: Shop, currency: string): bigint | null => {
  const { payoutBalance } = settingsOf(shop);
  return payoutBalance === null ? null : (minorOf(payoutBalance, currency) ?? 0n);
};

/** The answer to a payout, however it ends; `status` is the short one (section 6.13). */
const payoutAnswer = (view: View): Answer => {
  const memo = memoOf(view);
  const { amountMinor, currency } = view.payment;
  const status = shortOf(statusOf(view));
  const { email, customerId, customerBankId } = memo;
  const customer = {
    ...(email !== '' && { email }),
    ...(customerId !== '' && { id: customerId }),
    ...(customerBankId !== '' && { bankId: customerBankId }),
  };
  return {
    paymentId: memo.number,
    status,
    paymentBrand: memo.brand,
    paymentMode: memo.mode,
    amount: textOf(amountMinor, currency),
    currency,
    result: outcomeResult(view),
    ...(Object.keys(customer).length > 0 && { customer }),
    merchantTransactionId: view.operations[0]!.reference ?? '',
    remark: remarkOf(view),
    transactionStatus: status,
    tmpl_amount: memo.tmplAmount,
    tmpl_currency: memo.tmplCurrency,
  };
};

/** The earlier payment whose card, account or wallet is paid, and its terminal: 20101, 40003, 20100. */
const originOf = async ({ parts, fields }: Call, shop: Shop, number: string): Promise<Target | Fault> => {
  const paid = /^\d{1,20}$/.test(number) ? await paymentOf(parts, shop, number) : undefined;
  if (!paid || paid.payment.direction === 'out' || shortOf(statusOf(paid)) !== 'Y') return fault('20101');
  const currency = fields.get('currency')?.toUpperCase();
  if (currency !== undefined && currency !== paid.payment.currency) return fault('40003');
  const { terminalId } = memoOf(paid);
  const terminal = terminalsOf(settingsOf(shop).terminals).find(({ id }) => id === terminalId);
  const card = attemptOf(paid)?.card;
  if (!terminal?.payout) return fault('20100');
  return { to: { paid }, terminal, currency: paid.payment.currency, brands: card ? [card.brand] : [] };
};

/** Section 6.13: money for the card of an earlier payment, an account or a wallet, out of what the member has taken. */
export const payout: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields, ip } = call;
  const type = fields.get('paymentType')?.toUpperCase();
  if (type !== undefined && type !== 'PO') return fault('30044');
  const amount = fields.get('amount');
  const shop = await memberOf(call, () => (isAmount(amount) ? undefined : fault('30003')));
  if (isFault(shop)) return shop;
  const orderId = fields.get('merchantTransactionId');
  if (!isOrderId(orderId)) return fault('30004');
  const signed = await checksumFault(call, shop, ['C10'], { order: orderId, amount });
  if (signed) return signed;
  const wrong = faultsIn(fields);
  if (wrong.length > 0) return fault(...wrong);
  if (!isListed(settingsOf(shop).ips, ip)) return fault('20015');
  const holder = await holderOf(parts, shop, orderId);
  if (holder) return fault(duplicateOf(holder));
  const number = fields.get('paymentId');
  const target =
    number !== undefined
      ? await originOf(call, shop, number)
      : fields.get('registrationId') === undefined
        ? payeeFor(call, shop)
        : await registeredPayee(call, shop);
  if (isFault(target)) return target;
  const { to, terminal, currency, brands } = target;
  const amountMinor = minorOf(amount!, currency);
  if (amountMinor === undefined) return fault('20018');
  const beyond = limitOf(terminal, amountMinor, currency);
  if (beyond) return fault(beyond);
  const own = newNumber();
  const about = { number: own, type: 'PO', terminal, amount: amount!, currency } as const;
  const result = await parts.payouts.pay(throughTerminal(shop, terminal), {
    to,
    limitMinor: limitFor(shop, currency),
    amountMinor,
    currency,
    reference: orderId,
    requestHash: null,
    noticeUrl: noticeUrlIn(fields),
    memo: writeMemo(memoIn(fields, about)),
    claims: claimsOf(shop, own, orderId),
    orderReference: orderId,
    freesReference: true,
    originPaymentId: 'paid' in to ? to.paid.payment.id : null,
    brands,
    patienceMs,
  });
  if (result.kind === 'short') return fault('20064');
  if (result.kind !== 'refused') return payoutAnswer(result.view);
  const { reason } = result.refusal;
  return fault(reason === 'duplicate_reference' ? duplicateOf(result.holder?.view) : codeOfRefusal(result.refusal));
};

/** The currency in which a member's balance is told: that of its first terminal or route that names one. */
const mainCurrencyOf = (shop: Shop): string =>
  terminalsOf(settingsOf(shop).terminals).find(({ currency }) => currency !== null)?.currency ??
  shop.routes.flatMap(({ currencies }) => currencies)[0] ??
  'EUR';

/** An amount that may be below zero. */
const signedText = (minor: bigint, currency: string): string =>
  minor < 0n ? `-${textOf(-minor, currency)}` : textOf(minor, currency);

/** Section 6.14: what a member has, and what it may pay out now. */
export const payoutBalance: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields, id } = call;
  const none: Answer = { result: resultOf('400') };
  if (!/^\d{1,10}$/.test(id)) return none;
  const shop = await actsFor(call, id);
  if (isFault(shop)) return shop.codes[0] === '30037' ? none : shop;
  const named = fields.get('authentication.memberId');
  if (named !== undefined && Number(named) !== Number(id)) return fault('401');
  if (fields.get('authentication.checksum') !== undefined) {
    const signed = await checksumFault(
      { ...call, fields: fields.with('authentication.memberId', named ?? id) },
      shop,
      ['C9'],
      {},
    );
    if (signed && !signed.codes.includes('20023')) return signed;
  }
  const currency = mainCurrencyOf(shop);
  const limit = limitFor(shop, currency);
  const { totalMinor, payableMinor } = await parts.payouts.balance(shop, currency, limit);
  // Where the operator set nothing the two are the same.
  const currentMinor = limit === null ? totalMinor : payableMinor;
  return {
    result: {
      code: '200',
      totalBalance: signedText(totalMinor, currency),
      currentPayoutBalance: signedText(currentMinor, currency),
    },
  };
};
