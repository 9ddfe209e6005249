import type { View } from '../../core/model.ts';
import type { Letter } from '../../gateway/ports/mail.ts';
import type { Shop } from '../../gateway/ports.ts';
import { letterOf } from '../../kit/letter.ts';
import { memoOf } from './memo.ts';
import { nameOf } from './settings.ts';
import { amountText, timeText } from './values.ts';
import { commonDataOf } from './write.ts';

const words = {
  HU: {
    language: 'hu',
    paid: 'Sikeres fizetés',
    unpaid: 'Sikertelen fizetés',
    about: 'A fizetési linken fizetési kísérlet zárult le.',
    result: 'Eredmény',
    amount: 'Összeg',
    order: 'Rendelés',
    link: 'Fizetési link',
    transaction: 'Tranzakció',
    provider: 'Fizetési szolgáltató',
    at: 'Időpont',
    foot: 'Automatikus üzenet a fizetési átjárótól.',
  },
  EN: {
    language: 'en',
    paid: 'Payment received',
    unpaid: 'Payment not made',
    about: 'An attempt to pay at your payment link has ended.',
    result: 'Result',
    amount: 'Amount',
    order: 'Order',
    link: 'Payment link',
    transaction: 'Transaction',
    provider: 'Payment provider',
    at: 'Time',
    foot: 'Sent by the payment gateway.',
  },
  DE: {
    language: 'de',
    paid: 'Zahlung eingegangen',
    unpaid: 'Zahlung nicht erfolgt',
    about: 'Ein Zahlungsversuch an Ihrem Zahlungslink ist beendet.',
    result: 'Ergebnis',
    amount: 'Betrag',
    order: 'Bestellung',
    link: 'Zahlungslink',
    transaction: 'Transaktion',
    provider: 'Zahlungsanbieter',
    at: 'Zeitpunkt',
    foot: 'Automatische Nachricht des Zahlungsgateways.',
  },
} as const;

const wordsIn = (language: string) => words[language as keyof typeof words] ?? words.EN;

/**
 * The mail to `NotificationEmail` about an attempt at a payment link that has ended (section 6.4); undefined where none is owed. It
 * names no card, and asks for nothing.
 */
export const attemptLetter = (shop: Shop, view: View): Letter | undefined => {
  const { mail, language, offer } = memoOf(view);
  const [first] = view.operations;
  const isPaid = first!.state === 'approved';
  if (!mail || (mail.onlySuccess && !isPaid)) return undefined;
  const { TransactionId, ResultMessage, OrderId, ProviderName } = commonDataOf(shop, view);
  const { amountMinor, currency } = view.payment;
  const own = wordsIn(language);
  const amount = `${amountText(amountMinor, currency)} ${currency}`;
  return {
    to: mail.to,
    ...letterOf({
      language: own.language,
      title: `${isPaid ? own.paid : own.unpaid}: ${amount}${OrderId === '' ? '' : ` (${OrderId})`}`,
      paragraphs: [`${nameOf(shop)}: ${own.about}`],
      rows: [
        [own.result, ResultMessage],
        [own.amount, amount],
        ...(OrderId === '' ? [] : ([[own.order, OrderId]] as const)),
        [own.link, offer ?? ''],
        [own.transaction, TransactionId],
        [own.provider, ProviderName],
        [own.at, `${timeText(first!.finishedAt ?? view.payment.createdAt)} (Europe/Budapest)`],
      ],
      foot: own.foot,
    }),
  };
};
