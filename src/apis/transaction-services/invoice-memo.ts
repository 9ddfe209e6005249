import { createHash, createHmac } from 'node:crypto';
import { maskNumbers } from '../../core/cards.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { LinkView } from '../../gateway/links.ts';
import type { Link } from '../../gateway/ports.ts';
import { newTokenKey } from './credential.ts';
import type { Split } from './fields.ts';

/** What only this API echoes and shows of an invoice or a pay link. Kept with the link as JSON text; texts are never absent. */
export interface InvoiceMemo {
  readonly v: 1;
  readonly kind: 'invoice' | 'paylink';
  /** merchantInvoiceId, or the orderID of a pay link. */
  readonly name: string;
  /** systemInvoiceId where this link took the place of one whose time was over. */
  readonly number?: number;
  /** How often its address was made anew. */
  readonly turn: number;
  /** merchantTransactionId of its payments. */
  readonly orderId: string;
  readonly description: string;
  readonly amount: string;
  /** Hours in which it can be paid. */
  readonly hours: number;
  readonly redirectUrl: string;
  readonly notificationUrl: string;
  readonly mode: string;
  readonly brand: string;
  readonly terminalId: string;
  readonly email: string;
  /** Whether the customer is mailed its address. */
  readonly mails: boolean;
  readonly firstName: string;
  readonly lastName: string;
  readonly phone: string;
  readonly telnocc: string;
  readonly address: string;
  readonly products: readonly Split[];
  /** What is printed and nothing more: `gst`, `paymentterms` and so on. */
  readonly printed: Readonly<Record<string, string>>;
  readonly cancelReason?: string;
  /** Where the invoice is split: which customer's share of the bill this is. */
  readonly share?: Share;
}

/** What a bill that is split says as a whole. */
export interface Bill
  extends Pick<
    InvoiceMemo,
    'orderId' | 'amount' | 'email' | 'firstName' | 'lastName' | 'phone' | 'telnocc' | 'address'
  > {
  /** Its own systemInvoiceId, which is none of its shares'. */
  readonly number: number;
}

interface Share {
  /** From 1. */
  readonly n: number;
  readonly count: number;
  readonly bill: Bill;
}

/** What the shop must get back as it came. */
const exact: ReadonlySet<string> = new Set(['redirectUrl', 'notificationUrl', 'name', 'orderId']);

/** Lines have names that their merchant chose. */
const masked = (line: Split): Split =>
  Object.fromEntries(Object.entries(line).map(([name, value]) => [maskNumbers(name), maskNumbers(value)]));

/** Free texts may hold a card number that somebody put into the wrong field. */
export const writeInvoiceMemo = (memo: InvoiceMemo): string =>
  JSON.stringify({ ...memo, products: memo.products.map(masked) }, (key, value) =>
    typeof value === 'string' && !exact.has(key) ? maskNumbers(value) : value,
  );

/** Undefined for a link that this API did not make so. */
export const invoiceMemoOf = ({ memo }: Pick<Link, 'memo'>): InvoiceMemo => JSON.parse(memo) as InvoiceMemo;

/** The first link of an invoice, or of one of its shares, or the `n`th, which took the place of those whose time was over. */
export const invoiceReference = (name: string, n: number, share = 1): string => {
  if (share === 1) return n === 1 ? `I${name}` : `J${name}/${n}`;
  return n === 1 ? `S${name}/${share}` : `T${name}/${share}/${n}`;
};

/** How many links the invoice or share had up to the one of this reference. */
export const offersUntil = (reference: string): number => Number(/^[JT].*\/(\d+)$/.exec(reference)?.[1] ?? 1);

/** The first share of a bill that is split, by the bill's own number. */
export const billReference = (number: number): string => `B${number}`;

export const payLinkReference = (name: string): string => `L${name}`;

const secretName = 'transaction-services/invoices';

/** How many signs the random part of an address has (section 6.22). */
const tokenLength = 32;

/**
 * The random part of a link's address, by its id and turn. It is kept nowhere, and can be made again for a reminder: whoever has the
 * installation's key can.
 */
export const tokenMaker = async ({ drawer }: Pick<ApiParts, 'drawer'>) => {
  const key = (await drawer.ensure(secretName, newTokenKey)).reveal();
  return (linkId: string, turn: number): string =>
    createHmac('sha256', key)
      .update(`${linkId}/${turn}`)
      .digest('base64url')
      .replace(/[-_]/g, 'x')
      .slice(0, tokenLength);
};

export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex');

export const systemNumberOf = (view: LinkView): number => invoiceMemoOf(view.link).number ?? view.number;

export const paths = { invoice: '/transaction/PayInvoice', payLink: '/transaction/PayByLink' } as const;

export const invoiceUrl = ({ publicUrl }: Pick<ApiParts, 'publicUrl'>, number: number, token: string): string =>
  `${publicUrl}${paths.invoice}?${new URLSearchParams({ inv: String(number), ct: token })}`;

export const payLinkUrl = ({ publicUrl }: Pick<ApiParts, 'publicUrl'>, orderId: string, token: string): string =>
  `${publicUrl}${paths.payLink}?${new URLSearchParams({ orderId, authToken: token })}`;
