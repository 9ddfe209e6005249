/** Where a browser may be sent once the payment has ended. */
export interface Destination {
  /** ASCII; what was ASCII before is unchanged byte for byte. */
  readonly url: string;
  /** Whether browsers follow a redirect there. Not to links into apps, nor to `about:blank`. */
  readonly redirects: boolean;
}

/** Schemes that would run or show something in our own name instead of leaving. */
const barred = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'filesystem:', 'view-source:']);

/** The way out for an exit address, or null where there is none or it leads nowhere good. */
export const destinationOf = (exit: string | null): Destination | null => {
  const protocol = exit !== null && URL.canParse(exit) ? new URL(exit).protocol : 'javascript:';
  if (barred.has(protocol)) return null;
  const url = exit!.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
  return { url, redirects: protocol === 'http:' || protocol === 'https:' };
};
