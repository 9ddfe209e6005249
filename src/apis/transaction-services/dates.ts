const dayMs = 86_400_000;

/** Whether a text names a time zone: an IANA name, or an offset such as `+05:30`. */
export const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
};

/** How far a zone's clocks are ahead of UTC at a moment, ms. */
const offsetAt = (zone: string, at: number): number => {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at);
  const text = parts.find(({ type }) => type === 'timeZoneName')!.value;
  const said = /([+-])(\d{2}):(\d{2})/.exec(text);
  return said ? Number(`${said[1]}1`) * (Number(said[2]) * 60 + Number(said[3])) * 60_000 : 0;
};

/** A day as `dd/MM/yyyy`, as ms of its midnight were it in UTC; undefined where there is no such day. */
export const dayFrom = (text: string | undefined): number | undefined => {
  const parts = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text ?? '');
  if (!parts) return undefined;
  const [day, month, year] = parts.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = year >= 1970 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? date.getTime() : undefined;
};

/** When a day begins in a zone, ms. */
export const startOf = (day: number, zone: string): number => day - offsetAt(zone, day - offsetAt(zone, day));

/** The days from one to another, the last one first. */
export const daysBack = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.round((to - from) / dayMs) + 1 }, (_, index) => to - index * dayMs);

export const nextDay = (day: number): number => day + dayMs;
