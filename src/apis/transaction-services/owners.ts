import { isAccount, type StoredAccount, type StoredCard } from '../../core/model.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { checksumFault, memberOf, partnerOf } from './authenticate.ts';
import { api, type Call, type Fault, fault, isFault } from './call.ts';
import { type Formula, hashesAt, isRight, type Parts } from './checksum.ts';
import { settingsOf } from './settings.ts';

/** Whose stored instruments a call is about: a member's, or those of a partner, which all its members charge (section 6.10). */
export interface Owner {
  /** Null where a partner speaks for itself. */
  readonly shop: Shop | null;
  /** By which stored cards and the vault know the owner. */
  readonly number: number;
  /** `memberId` or `partnerId` of the answer. */
  readonly named: { readonly memberId: string } | { readonly partnerId: string };
}

/** The number by which stored cards know a partner. */
export const partnerNumber = ({ partners, clock }: Pick<ApiParts, 'partners' | 'clock'>, partnerId: string) =>
  partners.ensure(`${api}/${Number(partnerId)}`, clock.now());

const partnerScope = async ({ parts, fields, bearer }: Call, formulas: readonly Formula[], about: Parts) => {
  const partnerId = fields.get('authentication.partnerId')!;
  const partner = /^\d{1,5}$/.test(partnerId) ? await partnerOf(parts, partnerId) : undefined;
  if (!partner) return fault('30055');
  // The partner's own token, or one of its members; the checksum with the partner's key is the proof (section 3.2).
  if (Number(bearer?.partnerId) !== Number(partnerId)) return fault('401');
  const given = fields.get('authentication.checksum');
  if (given === undefined) return fault('30030');
  const taken = hashesAt(partner, parts.clock.now());
  if (!isRight(given, formulas, { partner: partnerId, PK: partner.key, ...about }, taken)) return fault('20017');
  return { shop: null, number: await partnerNumber(parts, partnerId), named: { partnerId } };
};

/**
 * The owner that a call names and proves to act for: 30001, 30055, 401, 30037, 30030, 20017, 20023. A member counts more than a
 * partner where both are named. `formulas`: the member's checksum and the partner's.
 */
export const ownerOf = async (
  call: Call,
  formulas: { readonly member: Formula; readonly partner: Formula },
  about: Parts = {},
): Promise<Owner | Fault> => {
  const memberId = call.fields.get('authentication.memberId');
  if (memberId === undefined && call.fields.get('authentication.partnerId') !== undefined) {
    return partnerScope(call, [formulas.partner], about);
  }
  const shop = await memberOf(call);
  if (isFault(shop)) return shop;
  const signed = await checksumFault(call, shop, [formulas.member], about);
  return signed ?? { shop, number: shop.merchantId, named: { memberId: memberId! } };
};

/** A registration as a member may charge it: a card or a bank account. */
export interface Registration {
  readonly stored: StoredCard | StoredAccount;
  /** Its owner: the member's merchant, or the member's partner. */
  readonly owner: number;
}

/** A card or bank account that an owner has stored. */
export const instrumentOf = async (
  { cards, accounts }: Pick<ApiParts, 'cards' | 'accounts'>,
  owner: number,
  token: string,
): Promise<StoredCard | StoredAccount | 'forgotten' | undefined> => {
  const card = await cards.find(owner, token);
  return typeof card === 'object' ? card : ((await accounts.find(owner, token)) ?? card);
};

const hex = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/i;

/** Whether a text could name a registration: 32 letters and digits (section 6.10). */
export const isRegistrationId = (text: string): boolean => /^[A-Za-z0-9]{32}$/.test(text);

/** Our token behind a registrationId, and the other way round. */
export const tokenOf = (registrationId: string): string => {
  const parts = hex.exec(registrationId);
  return parts ? parts.slice(1).join('-').toLowerCase() : registrationId;
};
export const registrationIdOf = ({ token }: Pick<StoredCard, 'token'>): string => token.replaceAll('-', '');

/** A registration that a member may charge, its own or its partner's; 40005 where there is none, 40004 once it is deleted. */
export const registrationFor = async (
  parts: Pick<ApiParts, 'cards' | 'accounts' | 'partners' | 'clock'>,
  shop: Shop,
  registrationId: string,
): Promise<Registration | Fault> => {
  const token = tokenOf(registrationId);
  const own = await instrumentOf(parts, shop.merchantId, token);
  if (own !== undefined && own !== 'forgotten') {
    const isHere = isAccount(own) || own.shopId === null || own.shopId === shop.id;
    return isHere ? { stored: own, owner: shop.merchantId } : fault('40005');
  }
  const partner = await partnerNumber(parts, settingsOf(shop).partnerId);
  const shared = await instrumentOf(parts, partner, token);
  if (shared !== undefined && shared !== 'forgotten') return { stored: shared, owner: partner };
  return fault(own === 'forgotten' || shared === 'forgotten' ? '40004' : '40005');
};
