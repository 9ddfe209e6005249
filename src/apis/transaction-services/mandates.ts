import { isAccount, type View } from '../../core/model.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { MandateVoice } from '../../gateway/mandates.ts';
import { wireId } from '../../kit/ids.ts';
import { textOf } from './amount.ts';
import { attemptOf } from './answers.ts';
import { isFault } from './call.ts';
import { claimsOf, newNumber } from './claims.ts';
import { Fields } from './fields.ts';
import { memoOf, writeMemo } from './memo.ts';
import { registrationFor } from './owners.ts';
import { pageLifeMs } from './pay.ts';
import { memoIn } from './read.ts';
import { settingsOf } from './settings.ts';
import { plainTerminal, terminalsOf, throughTerminal } from './terminals.ts';

/** What the charges of a series keep saying of their payer. */
const fieldsOf = (memo: ReturnType<typeof memoOf>): Fields =>
  new Fields(
    new Map(
      Object.entries({
        orderDescriptor: memo.orderDescription,
        'customer.givenName': memo.firstName,
        'customer.surname': memo.lastName,
        'customer.email': memo.email,
        'customer.phone': memo.phone,
        'customer.telnocc': memo.telnocc,
        'customer.country': memo.country,
        'customer.city': memo.city,
        'customer.street': memo.street,
        'customer.customerId': memo.customerId,
        'customer.bankId': memo.customerBankId,
      }).filter(([, value]) => value !== ''),
    ),
  );

/** How an account is debited, where that is what the series is charged to. */
const debitOf = (first: View) => {
  const account = attemptOf(first)?.bankAccount;
  return account ? { debit: account.scheme } : {};
};

/** None where a bank account is debited. */
const brandsOf = (first: View) => {
  const face = attemptOf(first)?.card;
  return face ? [face.brand] : [];
};

/** Charges of mandates: each is a REPEATED payment of the INITIAL one, as a shop would ask for it (section 6.9). */
export const mandateVoice = (parts: Pick<ApiParts, 'cards' | 'accounts' | 'partners' | 'clock'>): MandateVoice => {
  const terminalOf: (...about: Parameters<MandateVoice['through']>) => Parameters<typeof throughTerminal>[1] = (
    shop,
    first,
  ) => {
    const { terminalId, mode, brand } = memoOf(first);
    const known = terminalsOf(settingsOf(shop).terminals).find(({ id }) => id === terminalId);
    return known ?? { ...plainTerminal, id: terminalId, mode, brand };
  };
  return {
    through: (shop, first) => throughTerminal(shop, terminalOf(shop, first)),
    request(shop, first, { mandate: { id, amountMinor, currency }, period, attempt }) {
      const memo = memoOf(first);
      const [initial] = first.operations;
      const number = newNumber();
      // Several mandates may be of one payment.
      const orderId = `${initial!.reference}-M${wireId(id).slice(0, 6)}.${period}${attempt === 1 ? '' : `.${attempt}`}`;
      const more = { recurring: 'REPEATED', ...(memo.more?.registers === 'false' && { registers: 'false' }) };
      const about = {
        number,
        type: 'DB',
        terminal: terminalOf(shop, first),
        amount: textOf(amountMinor, currency),
      } as const;
      return {
        kind: 'sale',
        amountMinor,
        currency,
        reference: orderId,
        requestHash: null,
        noticeUrl: initial!.noticeUrl,
        memo: writeMemo(memoIn(fieldsOf(memo), { ...about, currency, more })),
        claims: claimsOf(shop, number, orderId),
        orderReference: orderId,
        freesReference: true,
        originPaymentId: first.payment.id,
        receipt: null,
        checkout: {
          successUrl: null,
          failureUrl: null,
          expiresAt: parts.clock.now() + pageLifeMs,
          brands: brandsOf(first),
          wallet: null,
          ...debitOf(first),
          keepsCard: false,
          customer: null,
          payerInfo: null,
          demandsChallenge: false,
          redirectMs: pageLifeMs,
          submitCountMax: 1,
        },
        patienceMs: 0,
      };
    },
    async instrument(shop, first) {
      const { cardToken } = first.operations[0]!;
      const found = cardToken === null ? undefined : await registrationFor(parts, shop, cardToken.replaceAll('-', ''));
      if (!found || isFault(found)) return undefined;
      const { stored, owner } = found;
      if (isAccount(stored)) return { stored, owner };
      const network = attemptOf(first)?.networkReference;
      return { stored: { ...stored, networkReference: network ?? stored.networkReference }, owner };
    },
  };
};
