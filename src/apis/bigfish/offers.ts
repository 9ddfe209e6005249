import { createHash } from 'node:crypto';
import type { ApiParts } from '../../gateway/api.ts';
import type { LinkView } from '../../gateway/links.ts';
import type { Link, Shop } from '../../gateway/ports.ts';
import { api } from './authenticate.ts';
import type { InfoForm } from './info-form.ts';
import { masked } from './masking.ts';
import { nameOfId } from './values.ts';

/** What only this API echoes and shows of a payment link or a PayWall. Kept with the link as JSON text. */
export interface OfferMemo {
  readonly v: 1;
  readonly kind: 'link' | 'wall';
  /** Empty for a PayWall: the buyer chooses. */
  readonly provider: string;
  readonly orderId: string;
  readonly userId: string;
  readonly language: string;
  readonly autoCommit: boolean;
  readonly extra?: Readonly<Record<string, unknown>>;
  /** SZÉP pocket, by the field that named it. */
  readonly pocket?: { readonly key: string; readonly value: string };
  /** Where the buyer goes after paying; null: the gateway's own page tells how it ended. */
  readonly redirectUrl: string | null;
  readonly email?: string;
  readonly onlySuccess?: boolean;
  /** What a link asks its buyer for on its page. */
  readonly infoForm?: InfoForm;
  readonly termsUrl: string | null;
  readonly privacyPolicyUrl: string | null;
  /** Of a PayWall: where the buyer goes who gives up, and what its settings say. */
  readonly cancelUrl?: string | null;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly storeSettings?: Readonly<Record<string, unknown>>;
}

export const writeOfferMemo = ({ userId, orderId, extra, settings, storeSettings, ...memo }: OfferMemo): string =>
  JSON.stringify({
    ...memo,
    ...masked({
      userId,
      orderId,
      ...(extra && { extra }),
      ...(settings && { settings }),
      ...(storeSettings && { storeSettings }),
    }),
  });

export const offerMemoOf = (link: Link): OfferMemo => JSON.parse(link.memo) as OfferMemo;

const prefixes = { link: 'pl_', wall: 'pw_' } as const;

/** The name by which anybody who has it finds the offer (section 3.1). */
export const offerName = (kind: OfferMemo['kind'], id: string): string => prefixes[kind] + nameOfId(id);

export const hashOfName = (name: string): string => createHash('sha256').update(name).digest('hex');

/** An offer as it stands, at its store. */
export interface Offer {
  readonly shop: Shop;
  readonly view: LinkView;
  readonly memo: OfferMemo;
  readonly name: string;
}

/** The offer of that kind and name; undefined for any other text. */
export const offerNamed = async (
  { links }: Pick<ApiParts, 'links'>,
  kind: OfferMemo['kind'],
  name: string,
): Promise<Offer | undefined> => {
  if (!name.startsWith(prefixes[kind]) || name.length !== 35) return undefined;
  const found = await links.findByToken(hashOfName(name));
  return found && found.shop.api === api ? { ...found, memo: offerMemoOf(found.view.link), name } : undefined;
};

const statuses = { open: 'PENDING', approved: 'SUCCESSFUL', expired: 'TIMEOUT', cancelled: 'CANCELED' } as const;

/** Section 3.6. `isPayable`: the store still has a way to pay it. */
export const offerStatus = ({ state }: LinkView, isPayable: boolean): string =>
  state === 'open' && !isPayable ? 'ERROR' : statuses[state];
