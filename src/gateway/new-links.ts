import type { Id } from '../core/model.ts';
import type { GatewayParts } from './parts.ts';
import type { Link, Links, NewLink, NoticeText, Shop } from './ports.ts';

/** What a merchant asks for with a link. `expiresAt` is business time. */
export type LinkRequest = Omit<Link, 'merchantId' | 'id' | 'shopId' | 'createdAt'>;

/** A link that a merchant asks for, with what comes of it. */
export interface LinkWish {
  readonly request: LinkRequest;
  /** Hex of the SHA-256 of its token. */
  readonly tokenHashOf: (id: Id) => string;
  /** What is owed as soon as the link is there. */
  readonly noticesOf?: (link: Link) => readonly NoticeText[];
  /** Of `newNumbers`, where notices name it. */
  readonly number?: number;
  /** See NewLink. */
  readonly alsoNamed?: readonly string[];
}

/** Puts links that belong together on record, all of them or none. False when the reference of the first is taken. */
export const putOnRecord = async (
  { surroundings: { clock, newId }, onNotice }: Pick<GatewayParts, 'surroundings' | 'onNotice'>,
  links: Pick<Links, 'add'>,
  { merchantId, id: shopId }: Shop,
  [first, ...others]: readonly [LinkWish, ...LinkWish[]],
): Promise<boolean> => {
  const newLink = ({ request, tokenHashOf, noticesOf, number, alsoNamed }: LinkWish): NewLink => {
    const link = { ...request, merchantId, id: newId(merchantId), shopId, createdAt: clock.now() };
    const notices = noticesOf?.(link) ?? [];
    return { link, tokenHash: tokenHashOf(link.id), notices, number: number ?? null, alsoNamed: alsoNamed ?? [] };
  };
  const made = [newLink(first), ...others.map(newLink)] as const;
  const isAdded = await links.add(made);
  if (isAdded && made.some(({ notices }) => notices.length > 0)) onNotice();
  return isAdded;
};
