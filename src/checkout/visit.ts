import type { FastifyRequest } from 'fastify';
import type { StoredCard, View } from '../core/model.ts';
import type { CheckoutSite, PageAddress, PageContent } from '../gateway/api.ts';
import type { Shop } from '../gateway/ports.ts';
import { type Place, pageAddressOf, placeOf } from './place.ts';
import { wordsFor } from './words/choose.ts';
import type { Words } from './words/words.ts';

/** One request to a page that exists: whose it is, how it stands, and how to speak to the payer. */
export interface Visit {
  readonly site: CheckoutSite;
  readonly shop: Shop;
  readonly view: View;
  readonly content: PageContent;
  /** With which the payer is to pay, where that is settled. */
  readonly storedCard: StoredCard | null;
  readonly words: Words;
  readonly place: Place;
  readonly address: PageAddress;
}

/** The words for a browser that is at no known page. `language`: what is spoken with one that names none we know. */
export const wordsOf = (request: FastifyRequest, language: string): Words =>
  wordsFor(null, request.headers['accept-language'], language);

/** Undefined when the address names no payment that has a page. */
export const visitOf = async (site: CheckoutSite, request: FastifyRequest): Promise<Visit | undefined> => {
  const address = pageAddressOf(request);
  const found = await site.locate(address);
  if (!found?.view.checkout) return undefined;
  const { shop, view } = found;
  const content = site.describe(shop, view, address);
  const words = wordsFor(content.locale, request.headers['accept-language'], site.language);
  const storedCard = (await site.storedCard?.(shop, view)) ?? null;
  return { site, shop, view, content, storedCard, words, place: placeOf(request), address };
};
