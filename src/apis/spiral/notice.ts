import type { KeyObject } from 'node:crypto';
import type { Operation, View } from '../../core/model.ts';
import { isOperationFinal } from '../../core/states.ts';
import type { NoticeVoice, Shop } from '../../gateway/ports.ts';
import { statusOf } from './codes.ts';
import { writeObject } from './json.ts';
import type { LinkAddresses } from './link-address.ts';
import { linkRecordOf } from './link-record.ts';
import { type Memo, memoOf } from './memo.ts';
import { commands } from './schema.ts';
import { signedHeaders } from './signature.ts';
import { recordOf } from './write.ts';

const pauseMs = 15 * 60_000;

/** W2 of a link that is paid (section 15.4): an attempt that failed is told to nobody, since the link stays open. */
const paidLink = (
  { urlOf }: LinkAddresses,
  shop: Shop,
  view: View,
  { noticeUrl }: Operation,
  { id, reference }: NonNullable<Memo['link']>,
) => {
  const { state, amountMinor, currency } = view.payment;
  if (state !== 'approved') return undefined;
  const record = linkRecordOf(shop, { reference, amountMinor, currency }, 'Approved', urlOf(id), view);
  return { url: noticeUrl!, body: writeObject(record) };
};

/**
 * W1 (section 14): told of every end of a session, and of a direct command that had not been answered with its end. W2
 * (section 15): told when a link is paid, or its time over.
 */
export const voice = (key: KeyObject, addresses: LinkAddresses): NoticeVoice => ({
  api: 'spiral',

  compose(shop, view, telling) {
    const operation = view.operations[telling.operation - 1]!;
    // What the gateway did on its own (a reversal, a lapse) carries no reference of the merchant.
    if (operation.reference === null || operation.noticeUrl === null) return undefined;
    const memo = memoOf(operation);
    if (memo.link) return paidLink(addresses, shop, view, operation, memo.link);
    const isSession = commands[memo.cmd].column === 'session';
    if (!isSession && !telling.late) return undefined;
    // That a part is all there will be is no news: the part was told when it came.
    const isPart = operation.kind === 'collect' && statusOf(view, operation) === 'PartialPaid';
    if (isPart && isOperationFinal(operation.state)) return undefined;
    const { sessionId: _, ...record } = recordOf(shop, view, operation);
    return { url: operation.noticeUrl, body: writeObject(record) };
  },

  composeExpired: (shop, link) => writeObject(linkRecordOf(shop, link, 'Timeout', addresses.urlOf(link.id), null)),

  async headers(_shop, body, at) {
    const { clientId, merchantRef } = JSON.parse(body) as { clientId: string; merchantRef: string };
    return { 'Content-Type': 'application/json', ...(await signedHeaders(key, { clientId, merchantRef }, at)) };
  },

  acknowledged: (status) => status === 200,

  // Nine tries, at 0, 15, … 120 minutes.
  pausesMs: Array.from({ length: 8 }, () => pauseMs),
  timeoutMs: 10_000,
});
