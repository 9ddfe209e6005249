import { createHash } from 'node:crypto';
import type { OpenRequest } from '../../gateway/gateway.ts';
import type { LinkRequest } from '../../gateway/new-links.ts';
import { type Link, paidOnce, type Shop } from '../../gateway/ports.ts';
import { type Fault, faults } from './codes.ts';
import type { Members } from './json.ts';
import { linkMemoOf, writeLinkMemo } from './link-memo.ts';
import { defaultCurrency, openRequest, type Path, pathFault } from './read.ts';
import { amountMinorOf, type Check, checks } from './schema.ts';
import type { Settings } from './settings.ts';

const hourMs = 3_600_000;
/** How long a payer's browser waits for the code of a wallet before it is shown a page that waits, ms. */
const patienceMs = 3_000;

/** A year. */
const hoursMax = 8_760;

/** The fields of E3 in the order in which they are checked (section 15.1). */
const fields: readonly { readonly name: string; readonly isValid: Check; readonly isRequired: boolean }[] = [
  { name: 'clientId', isValid: checks.isText, isRequired: false },
  { name: 'merchantRef', isValid: checks.isText, isRequired: false },
  { name: 'amt', isValid: checks.amount, isRequired: true },
  { name: 'goodsName', isValid: checks.text(128), isRequired: true },
  { name: 'goodsDesc', isValid: checks.text(512), isRequired: false },
  { name: 'webhookUrl', isValid: checks.webhookUrl, isRequired: true },
  { name: 'durationHr', isValid: checks.whole(1, hoursMax), isRequired: true },
  { name: 'currency', isValid: checks.currency, isRequired: false },
  { name: 'metadata', isValid: checks.metadata, isRequired: false },
];

/** A body of E3, checked in the order of section 4.3. `now` is business time. */
export const readLink = (
  members: Members,
  path: Path,
  settings: Settings,
  now: number,
): { readonly request: LinkRequest } | { readonly fault: Fault } => {
  for (const { name, isValid, isRequired } of fields) {
    const member = members.get(name);
    if (!member && isRequired) return { fault: faults.missingField(name) };
    if (member && !isValid(member, settings)) return { fault: faults.invalidField(name) };
  }
  const fault = pathFault(members, path);
  if (fault) return { fault };
  const text = (name: string): string | null => (members.get(name)?.value as string | undefined) ?? null;
  const memo = writeLinkMemo({
    goodsName: text('goodsName')!,
    goodsDesc: text('goodsDesc'),
    metadata: members.get('metadata')?.source ?? null,
  });
  const amountMinor = amountMinorOf(members.get('amt')!.source)!;
  const currency = text('currency') ?? defaultCurrency;
  const noticeUrl = text('webhookUrl')!;
  const hours = members.get('durationHr')!.value as number;
  const canonical = JSON.stringify([memo, String(amountMinor), currency, noticeUrl, hours]);
  const requestHash = createHash('sha256').update(canonical).digest('hex');
  const expiresAt = now + hours * hourMs;
  return {
    request: {
      reference: path.merchantRef,
      amountMinor,
      currency,
      memo,
      requestHash,
      noticeUrl,
      expiresAt,
      ...paidOnce,
    },
  };
};

/** Reference of a link's attempt (section 15.4). `n` counts from 1 to 99. */
export const attemptReference = (linkReference: string, n: number): string =>
  `${linkReference}_${String(n).padStart(2, '0')}`;

/** Attempt `n` at a link by a payment type (section 15.4): a session like any other, but that it tells of its link. */
export const attemptRequest = (shop: Shop, link: Link, n: number, type: string, now: number): OpenRequest => {
  const { id, reference, amountMinor, currency, noticeUrl } = link;
  const { goodsName, goodsDesc = null, metadata = null } = linkMemoOf(link);
  const transaction = {
    cmd: 'SALESESSION',
    type,
    amountMinor,
    currency,
    goodsName,
    goodsDesc,
    metadata,
    webhookUrl: noticeUrl,
    channel: null,
    cardToken: null,
    cardTokenSrc: null,
    successUrl: null,
    failureUrl: null,
    duration: null,
    orderId: null,
    link: { id, reference },
  } as const;
  return { ...openRequest(shop, attemptReference(reference, n), transaction, now), patienceMs };
};
