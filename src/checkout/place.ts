import type { FastifyRequest } from 'fastify';
import type { PageAddress } from '../gateway/api.ts';

/** The page's own address as the browser wrote it, so that cookies and redirects fit it to the letter. */
export interface Place {
  /** Path of the page, whichever of the routes below it was asked for. */
  readonly path: string;
  /** With the question mark, or empty. */
  readonly query: string;
}

/** Routes below the page's own. */
const routesBelow = ['/cancel', '/return', '/status', '/otp', '/otp/resend', '/again', '/offer'] as const;

/** Of a request to the page or to one of the routes below it. */
export const placeOf = (request: FastifyRequest): Place => {
  const below = routesBelow.find((name) => request.routeOptions.url?.endsWith(name)) ?? '';
  const [whole, query] = (request.raw.url ?? '').split(/\?(.*)/s) as [string, string?];
  const path = whole.endsWith('/') ? whole.slice(0, -1) : whole;
  return { path: path.slice(0, path.length - below.length), query: query ? `?${query}` : '' };
};

export const addressOf = (place: Place, below: '' | (typeof routesBelow)[number] = ''): string =>
  place.path + below + place.query;

/** What the site is asked with. Of a repeated parameter the last counts. */
export const pageAddressOf = (request: FastifyRequest): PageAddress => ({
  params: request.params as Record<string, string>,
  query: Object.fromEntries(
    Object.entries(request.query as Record<string, string | string[]>).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.at(-1)! : value,
    ]),
  ),
});
