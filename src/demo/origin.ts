/**
 * Whether a form comes from a page of this very host. Browsers send `Origin` with every POST, so its absence is a no.
 * Only the host is compared: the scheme may have changed at a proxy.
 */
export const isSameOrigin = (origin: string | undefined, host: string | undefined): boolean =>
  origin !== undefined && host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
