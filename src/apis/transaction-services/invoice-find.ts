import type { LinkView } from '../../gateway/links.ts';
import type { Shop } from '../../gateway/ports.ts';
import type { Call } from './call.ts';
import { billReference, invoiceMemoOf, invoiceReference, systemNumberOf } from './invoice-memo.ts';
import { firstFree } from './series.ts';

/** An invoice as it stands: its newest link; of a bill that is split, that of each share in their order. */
export interface Invoice {
  readonly views: readonly LinkView[];
  /** Whether it is such a bill as a whole: neither an invoice of one customer nor one of the shares. */
  readonly isBill: boolean;
}

type Parts = Pick<Call['parts'], 'links'>;

/** By the link that was made first, the newest of those that took its place: only one whose time is over gives way. */
const newestOf = async ({ links }: Parts, shop: Shop, first: LinkView): Promise<LinkView> => {
  if (first.state !== 'expired') return first;
  const { name, share } = invoiceMemoOf(first.link);
  const find = (n: number) => links.find(shop, invoiceReference(name, n, share?.n));
  const n = await firstFree(async (at) => (await find(at + 1)) !== undefined);
  return n === 1 ? first : (await find(n))!;
};

/** An invoice by its first link, that of the first share where it is split. */
export const invoiceOf = async (parts: Parts, shop: Shop, first: LinkView): Promise<Invoice> => {
  const { name, share } = invoiceMemoOf(first.link);
  const others = Array.from({ length: (share?.count ?? 1) - 1 }, (_, i) => invoiceReference(name, 1, i + 2));
  const firsts = others.length === 0 ? [first] : [first, ...(await parts.links.findAll(shop, others))];
  const views = await Promise.all(firsts.map((view) => newestOf(parts, shop, view)));
  const placeOf = ({ link }: LinkView) => invoiceMemoOf(link).share?.n ?? 1;
  return { views: views.sort((a, b) => placeOf(a) - placeOf(b)), isBill: share !== undefined };
};

/** Undefined where the member has none of that merchantInvoiceId. */
export const invoiceNamed = async (parts: Parts, shop: Shop, name: string): Promise<Invoice | undefined> => {
  const first = await parts.links.find(shop, invoiceReference(name, 1));
  return first && invoiceOf(parts, shop, first);
};

/** By systemInvoiceId: of an invoice, of a bill that is split, or of one of its shares. */
export const invoiceNumbered = async (
  parts: Parts,
  shop: Shop,
  text: string | undefined,
): Promise<Invoice | undefined> => {
  if (text === undefined || !/^[1-9]\d{0,14}$/.test(text)) return undefined;
  const known = await parts.links.findByNumber(shop, Number(text));
  if (!known) {
    const first = await parts.links.find(shop, billReference(Number(text)));
    return first && invoiceOf(parts, shop, first);
  }
  const memo = invoiceMemoOf(known.link);
  if (memo.kind !== 'invoice' || memo.number !== undefined) return undefined;
  return { views: [await newestOf(parts, shop, known)], isBill: false };
};

/** What of a bill has this systemInvoiceId: itself or one of its shares. */
export const partNumbered = (invoice: Invoice, text: string): Invoice | undefined => {
  if (String(numberOf(invoice)) === text) return invoice;
  const share = invoice.views.find((view) => String(systemNumberOf(view)) === text);
  return share && { views: [share], isBill: false };
};

/** systemInvoiceId. */
export const numberOf = ({ views, isBill }: Invoice): number =>
  isBill ? invoiceMemoOf(views[0]!.link).share!.bill.number : systemNumberOf(views[0]!);

/**
 * How it stands. A bill is paid once all its shares are, and open as long as one can be paid; what is left of it can be offered again
 * where the time of a share is over, and was cancelled else.
 */
export const stateOf = ({ views }: Invoice): LinkView['state'] => {
  const has = (state: LinkView['state']) => views.some((view) => view.state === state);
  if (has('open')) return 'open';
  if (has('expired')) return 'expired';
  return has('cancelled') ? 'cancelled' : 'approved';
};

/** Section 6.26. `mailsent`: of a bill, once the mail of each share that is open has been taken. */
export const invoiceStatusOf = (invoice: Invoice): string => {
  const state = stateOf(invoice);
  if (state === 'approved') return 'processed';
  if (state !== 'open') return state;
  return invoice.views.every((view) => view.state !== 'open' || view.isMailed) ? 'mailsent' : 'generated';
};
