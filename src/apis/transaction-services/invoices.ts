import type { LinkView } from '../../gateway/links.ts';
import type { Shop } from '../../gateway/ports.ts';
import { isAmount } from './amount.ts';
import { actsFor, checksumFault, memberOf } from './authenticate.ts';
import { api, type Call, type Fault, fault, type Handler, isFault } from './call.ts';
import type { Formula, Parts } from './checksum.ts';
import { resultOf } from './codes.ts';
import { waysFor } from './hosted.ts';
import { detailsOf, told, urlMaker } from './invoice-answers.ts';
import { invoiceNumbered, stateOf } from './invoice-find.ts';
import { invoiceLetter } from './invoice-letter.ts';
import { make, offerAgain, takeBack } from './invoice-make.ts';
import { invoiceMemoOf, invoiceReference } from './invoice-memo.ts';
import { readInvoice, urlsOf } from './invoice-read.ts';
import { isWebUrl, plainUrl } from './rules.ts';
import { invoiceSettingsOf } from './settings.ts';
import type { Answer } from './write.ts';

export const isInvoiceId = (text: string | undefined): text is string =>
  text !== undefined && /^[0-9]{1,10}$/.test(text) && Number(text) > 0;

/** The member that an invoice call names, once its checksum was found right in one of the ways that count. */
export const provenMember = async (
  call: Call,
  formulas: readonly Formula[],
  abouts: readonly Parts[],
): Promise<Shop | Fault> => {
  const shop = await memberOf(call);
  if (isFault(shop)) return shop;
  let wrong: Fault | undefined;
  for (const about of abouts) {
    wrong = await checksumFault(call, shop, formulas, about);
    if (!wrong?.codes.includes('20017')) break;
  }
  return wrong ?? shop;
};

/** Without a checksum (C16): the token alone proves the member, which must be live. */
const memberByToken = async (call: Call): Promise<Shop | Fault> => {
  const memberId = call.fields.get('authentication.memberId');
  if (memberId === undefined || !/^\d{1,10}$/.test(memberId)) return fault('30001');
  const shop = await actsFor(call, memberId);
  if (isFault(shop)) return shop;
  return (await call.parts.directory.shop(api, shop.wireName)) ? shop : fault('20023');
};

/** Section 6.22. */
export const generate: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const name = fields.get('merchantInvoiceId');
  const amount = fields.get('amount');
  const url = fields.get('merchantRedirectUrl');
  const shop = await provenMember(
    call,
    ['C13'],
    urlsOf(url ?? '').map((text) => ({ invoice: name, amount, url: text })),
  );
  if (isFault(shop)) return shop;
  if (!isInvoiceId(name)) return fault('30085');
  if (!isAmount(amount)) return fault('30003');
  if (url === undefined || !isWebUrl(url)) return fault('30029');
  const asked = readInvoice(fields, shop, invoiceSettingsOf(shop));
  if (isFault(asked)) return asked;
  const { amountsMinor, currency } = asked;
  if (await parts.links.find(shop, invoiceReference(name, 1))) return fault('20093');
  const isPayable = (amountMinor: bigint) => waysFor(parts, shop, fields, currency, amountMinor).length > 0;
  if (![...new Set(amountsMinor)].every(isPayable)) return fault('20005');
  const made = await make(call, shop, asked);
  return made ? told(parts, shop, '00010', made) : fault('20093');
};

/** What an invoice that is not open is told to who wants it made anew or cancelled (sections 6.23 and 6.24). */
const refusals = { approved: '20083', cancelled: '20077', expired: '20090' } as const;

/**
 * Section 6.23: another address; the old one is no more. One whose time is over is offered again. Of a bill, so are all shares that are
 * neither paid nor cancelled.
 */
export const regenerate: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const id = fields.get('invoiceId');
  const url = fields.get('merchantRedirectUrl');
  const shop = await provenMember(
    call,
    ['C14'],
    urlsOf(url ?? '').map((text) => ({ id, url: text })),
  );
  if (isFault(shop)) return shop;
  if (id === undefined) return fault('30018');
  if (url === undefined || !isWebUrl(url)) return fault('30029');
  const found = await invoiceNumbered(parts, shop, id);
  if (!found) return fault('20078');
  const redirectUrl = plainUrl(url);
  const views: LinkView[] = [];
  let count = 0;
  for (const view of found.views) {
    const isLeft = view.state === 'open' || view.state === 'expired';
    const again = isLeft ? await offerAgain(parts, shop, view, redirectUrl) : undefined;
    if (again) count += 1;
    // What somebody paid or cancelled meanwhile is told as it is now.
    views.push(again ?? (isLeft ? (await parts.links.find(shop, view.link.reference))! : view));
  }
  if (count > 0) return told(parts, shop, '00013', { ...found, views });
  const state = stateOf((await invoiceNumbered(parts, shop, id))!);
  return fault(state === 'approved' || state === 'cancelled' ? refusals[state] : '10014');
};

/** What an invoice is told of which nothing could be cancelled (section 6.24). */
const uncancelled = { approved: '20089', cancelled: '20077', expired: '10012', open: '10012' } as const;

/** Section 6.24. Of a bill, all shares that are open; those that were paid stay so. */
export const cancelInvoice: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const shop = await memberByToken(call);
  if (isFault(shop)) return shop;
  const reason = fields.get('cancelReason') ?? '';
  if (reason.length > 50 || /\p{Cc}/u.test(reason)) return fault('30080');
  const id = fields.get('invoiceId');
  const found = await invoiceNumbered(parts, shop, id);
  if (!found) return fault('20078');
  let count = 0;
  for (const view of found.views) if (view.state === 'open' && (await takeBack(parts, shop, view, reason))) count += 1;
  if (count === 0) return fault(uncancelled[stateOf((await invoiceNumbered(parts, shop, id))!)]);
  const { createdDate, createdTime, systemInvoiceId } = await detailsOf(parts, found);
  return {
    memberId: shop.wireName,
    statusInvoiceResult: resultOf('00011'),
    invoiceDetails: { createdDate, createdTime, systemInvoiceId },
  };
};

/** Section 6.25: the pay link is mailed again, of a bill that of each share that is open. */
export const remind: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const shop = await memberByToken(call);
  if (isFault(shop)) return shop;
  const found = await invoiceNumbered(parts, shop, fields.get('invoiceId'));
  if (!found) return fault('20078');
  const state = stateOf(found);
  if (state !== 'open') return fault(refusals[state]);
  const mailed = found.views.filter((view) => view.state === 'open' && invoiceMemoOf(view.link).email !== '');
  if (!parts.mails || mailed.length === 0) return fault('10013');
  const urlOf = await urlMaker(parts);
  for (const view of mailed) await parts.links.tell(view.link, invoiceLetter(shop, view.link, urlOf(view), true));
  return told(parts, shop, '00012', found);
};
