import { noticeOfLetter } from '../../gateway/ports/mail.ts';
import type { Link, NoticeText, Shop } from '../../gateway/ports.ts';
import { letterOf } from '../../kit/letter.ts';
import { type InvoiceMemo, invoiceMemoOf } from './invoice-memo.ts';
import { nameOf, settingsOf } from './settings.ts';
import { timeText } from './write.ts';

/** One line of an invoice for people: what, how many, and what they come to. */
export const productLine = (product: Readonly<Record<string, string>>): readonly [string, string] => {
  const { productDescription = '', quantity = '', productUnit = '', productAmount = '', productTotal = '' } = product;
  const count = [quantity, productUnit].filter((text) => text !== '').join(' ');
  const each = productAmount === '' ? '' : `${count === '' ? '' : ' × '}${productAmount}`;
  return [productDescription, [`${count}${each}`, productTotal].filter((text) => text !== '').join(' = ')];
};

/** Of what bill an invoice is one customer's share, for people; nothing where it is not split. */
export const shareLines = ({ share }: InvoiceMemo, currency: string): readonly (readonly [string, string])[] =>
  share
    ? [
        ['The whole bill', `${share.bill.amount} ${currency}`],
        ['Share', `${share.n} of ${share.count}`],
      ]
    : [];

/** The mail with the pay link (section 6.22). */
export const invoiceLetter = (shop: Shop, link: Link, url: string, isReminder: boolean): NoticeText => {
  const memo = invoiceMemoOf(link);
  const company = nameOf(shop);
  const { paymentterms, duedate } = memo.printed;
  return noticeOfLetter({
    to: memo.email,
    ...letterOf({
      language: 'en',
      title: `${isReminder ? 'Reminder: invoice' : 'Invoice'} ${memo.name} from ${company}`,
      paragraphs: memo.description === '' ? [] : [memo.description],
      rows: [
        ...memo.products.map(productLine),
        ...shareLines(memo, link.currency),
        [memo.share ? 'Your share' : 'Amount', `${memo.amount} ${link.currency}`],
        ...(duedate ? ([['Due', duedate]] as const) : []),
        ...(paymentterms ? ([['Terms', paymentterms]] as const) : []),
        ['The link is good until', `${timeText(link.expiresAt)} UTC`],
      ],
      button: { label: memo.share ? 'Pay your share' : 'Pay this invoice', url },
      foot: settingsOf(shop).contact === '' ? company : `${company} · ${settingsOf(shop).contact}`,
    }),
  });
};
