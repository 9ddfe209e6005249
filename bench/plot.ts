/** Latency at one rate of arrivals. */
export interface Point {
  readonly ratePerSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

const size = { width: 720, height: 420 };
const area = { left: 76, right: 650, top: 48, bottom: 356 };

/** Dark enough on white, and told apart by their marks where colours are not. */
const curves = [
  { key: 'p50Ms', name: 'p50', colour: '#1b6ca8', dashes: 'none' },
  { key: 'p95Ms', name: 'p95', colour: '#b35900', dashes: '7 4' },
  { key: 'p99Ms', name: 'p99', colour: '#a31621', dashes: '2 4' },
] as const;

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Round numbers from 0 to at least `max`, some five of them. */
const linearTicks = (max: number): number[] => {
  const rough = max / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough)!;
  return Array.from({ length: Math.ceil(max / step) + 1 }, (_, index) => Number((index * step).toPrecision(6)));
};

/** 1, 2 and 5 of each power of ten, from the last below `min` to the first above `max`. */
const logTicks = (min: number, max: number): number[] => {
  const all = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((each) => each * 10 ** (power - 2))).flat();
  const first = all.findLastIndex((tick) => tick <= min);
  const last = all.findIndex((tick) => tick >= max);
  return all.slice(Math.max(0, first), (last === -1 ? all.length : last) + 1);
};

const text = (x: number, y: number, anchor: string, words: string, more = '') =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"${more}>${escaped(words)}</text>`;

const line = (x1: number, y1: number, x2: number, y2: number, colour: string) =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${colour}"/>`;

/** An SVG of latency, on a logarithmic axis, against the rate of arrivals; three marks for each point. */
export const plotOf = (title: string, points: readonly Point[]): string => {
  const latencies = points.flatMap(({ p50Ms, p95Ms, p99Ms }) => [p50Ms, p95Ms, p99Ms]).map((ms) => Math.max(ms, 0.01));
  const xTicks = linearTicks(Math.max(...points.map(({ ratePerSecond }) => ratePerSecond)));
  const yTicks = logTicks(Math.min(...latencies), Math.max(...latencies) * 1.0001);
  const [low, high] = [Math.log(yTicks[0]!), Math.log(yTicks.at(-1)!)];
  const x = (rate: number) => area.left + (rate / xTicks.at(-1)!) * (area.right - area.left);
  const y = (ms: number) => {
    const height = (Math.log(Math.max(ms, 0.01)) - low) / (high - low);
    return area.bottom - height * (area.bottom - area.top);
  };
  const middle = (area.top + area.bottom) / 2;

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="13" fill="#222">`,
    `<title>${escaped(`Latency against rate. ${title}`)}</title>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    text(area.left, 28, 'start', title, ' font-size="15" font-weight="bold"'),
    ...yTicks.flatMap((tick) => [
      line(area.left, y(tick), area.right, y(tick), '#ddd'),
      text(area.left - 8, y(tick) + 4, 'end', String(tick)),
    ]),
    ...xTicks.flatMap((tick) => [
      line(x(tick), area.bottom, x(tick), area.bottom + 5, '#444'),
      text(x(tick), area.bottom + 20, 'middle', String(tick)),
    ]),
    line(area.left, area.bottom, area.right, area.bottom, '#444'),
    line(area.left, area.top, area.left, area.bottom, '#444'),
    text((area.left + area.right) / 2, area.bottom + 46, 'middle', 'payments arriving a second'),
    text(0, 0, 'middle', 'latency from planned arrival, ms', ` transform="translate(22 ${middle}) rotate(-90)"`),
    ...curves.flatMap(({ key, name, colour, dashes }) => {
      const spots = points.map((point) => [x(point.ratePerSecond), y(point[key])] as const);
      const path = spots.map(([cx, cy]) => `${cx.toFixed(1)},${cy.toFixed(1)}`).join(' ');
      const last = spots.at(-1)!;
      return [
        `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes}"/>`,
        ...spots.map(([cx, cy]) => `<circle cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="3.5" fill="${colour}"/>`),
        text(last[0] + 10, last[1] + 4, 'start', name, ` fill="${colour}"`),
      ];
    }),
    '</svg>',
    '',
  ].join('\n');
};
