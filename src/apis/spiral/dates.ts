const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** Milliseconds of a client's date-time (section 2.3): UTC, whole seconds or 1 to 9 fraction digits. */
export const instantFromUtc = (text: string): number | undefined => {
  if (!shape.test(text)) return undefined;
  const at = Date.parse(text);
  // JavaScript takes 30 February for 2 March.
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 19) === text.slice(0, 19) ? at : undefined;
};

/** `2026-01-17T03:39:52Z`: exactly 20 characters, as clients expect of the server's header (section 2.3). */
export const utcText = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

// Hong Kong has no daylight saving.
const hongKongOffsetMs = 8 * 3_600_000;

const hongKong = (at: number): string => new Date(at + hongKongOffsetMs).toISOString().slice(0, 19);

/** `dateTime` of bodies: `2026-01-17 11:39:52+0800` (section 2.3). */
export const dateTimeText = (at: number): string => `${hongKong(at).replace('T', ' ')}+0800`;

/** `hostTime`: `2026-01-17T11:41:05+08:00` (section 2.3). */
export const hostTimeText = (at: number): string => `${hongKong(at)}+08:00`;
