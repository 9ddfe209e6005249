import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Id } from '../../core/model.ts';
import type { SecretDrawer } from '../../gateway/ports.ts';
import { Secret } from '../../kit/secret.ts';

/** 144 bits, which need no padding in base64. */
const tokenBytes = 18;
const shape = /^[A-Za-z0-9_-]{24}$/;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Where the pages of payment links stand. Whoever has the address may pay, so its token is not to be guessed. */
export interface LinkAddresses {
  /** `/link/<token>`. */
  pathOf(linkId: Id): string;
  /** The same with the origin, for merchants (section 15.2). */
  urlOf(linkId: Id): string;
  /** Under which a link is looked up; hex. */
  tokenHashOf(linkId: Id): string;
}

/** The hash of a token as it came; undefined for what cannot be one. */
export const hashOfToken = (token: string): string | undefined => (shape.test(token) ? sha256(token) : undefined);

/**
 * Tokens are made from the link's id under a key of the vault: merchants are told the address again and again, and yet
 * the books hold no token.
 */
export const linkAddresses = async (drawer: SecretDrawer, publicUrl: string): Promise<LinkAddresses> => {
  const key = await drawer.ensure('spiral:link-key', () => new Secret(randomBytes(32).toString('base64')));
  const tokenOf = (linkId: Id): string =>
    createHmac('sha256', key.reveal()).update(`link ${linkId}`).digest().subarray(0, tokenBytes).toString('base64url');
  const pathOf = (linkId: Id): string => `/link/${tokenOf(linkId)}`;
  return {
    pathOf,
    urlOf: (linkId) => publicUrl + pathOf(linkId),
    tokenHashOf: (linkId) => sha256(tokenOf(linkId)),
  };
};
