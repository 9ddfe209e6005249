import type { Limits } from './limits.ts';
import type { Memory } from './memory.ts';
import type { OverloadFigures } from './overload.ts';
import type { Report } from './report.ts';
import type { ArrivalFigures, ScenarioFigures } from './scenario.ts';

const limitNames: Readonly<Record<keyof Limits, string>> = {
  store: 'two commits',
  rsaSign: 'RSA-2048 sign',
  rsaVerify: 'RSA-2048 verify',
  echo: 'bare HTTP echo',
  together: 'one of each',
};

interface Percentiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

const percentiles = ({ p50Ms, p95Ms, p99Ms }: Percentiles) => `p50 ${p50Ms} ms, p95 ${p95Ms} ms, p99 ${p99Ms} ms`;

const known = <T>(figures: Readonly<Record<string, T | null>>): [string, T][] =>
  Object.entries(figures).flatMap(([name, figure]) => (figure === null ? [] : [[name, figure]]));

const memoryLine = (name: string, { startMib, peakMib, endMib, tenthsMib }: Memory) =>
  `  memory of ${name}: ${startMib} MiB at the start, ${peakMib} at most, ${endMib} at the end; by tenths ${tenthsMib.join(' ')}`;

/** What a payment costs, and what the processes needed. */
const costLines = ({ perPayment, coresBusy, memory, more }: ScenarioFigures): string[] => {
  const { cpuMs, commits, transactions, walBytes } = perPayment;
  const own = Object.entries(more).map(([what, number]) => `${what} ${number}`);
  return [
    `  CPU per payment: ${known(cpuMs)
      .map(([who, ms]) => `${who} ${ms} ms`)
      .join(', ')}`,
    `  cores busy: ${known(coresBusy)
      .map(([who, count]) => `${who} ${count}`)
      .join(', ')}`,
    `  per payment: ${commits} commits that wrote, ${transactions} transactions, ${walBytes} bytes of WAL`,
    ...known(memory).map(([who, figures]) => memoryLine(who, figures)),
    ...(own.length > 0 ? [`  ${own.join(', ')}`] : []),
  ];
};

const scenarioLines = (name: string, figures: ScenarioFigures, withAdded: boolean): string[] => {
  const { payments, seconds, perSecond, errors, added } = figures;
  return [
    `${name}: ${perSecond} payments/s (${payments} in ${seconds} s), ${errors} errors`,
    `  ${percentiles(figures)}`,
    ...(withAdded ? [`  without the acquirer's time: ${percentiles(added)}`] : []),
    ...costLines(figures),
  ];
};

const tableOf = (rows: readonly (readonly (string | number)[])[]): string[] => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  return rows.map((row) => `  ${row.map((cell, column) => String(cell).padStart(widths[column]!)).join('  ')}`);
};

const sweepLines = (name: string, rates: readonly ArrivalFigures[], withAdded: boolean): string[] => {
  const head = ['rate/s', 'ended/s', 'errors', 'p50 ms', 'p95 ms', 'p99 ms'];
  const rows = rates.map(({ ratePerSecond, perSecond, errors, p50Ms, p95Ms, p99Ms, lateP99Ms, added }) => [
    ...[ratePerSecond, perSecond, errors, p50Ms, p95Ms, p99Ms],
    ...(withAdded ? [added.p50Ms, added.p95Ms, added.p99Ms] : []),
    lateP99Ms,
  ]);
  return [
    `${name}: arrivals at a constant rate, latency from the planned arrival`,
    ...tableOf([[...head, ...(withAdded ? ['added p50', 'added p95', 'added p99'] : []), 'late p99'], ...rows]),
    ...rates.flatMap((figures) => [
      `  at ${figures.ratePerSecond}/s:`,
      ...costLines(figures).map((cost) => `  ${cost}`),
    ]),
  ];
};

const percent = (share: number) => `${Math.round(share * 1_000) / 10} %`;

const overloadLines = (name: string, figures: OverloadFigures): string[] => {
  const { peak, offeredPerSecond, seconds, planned, crowdedOut, lateP99Ms, refused, statuses, again } = figures;
  const { recoverySeconds, complaints } = figures;
  const told = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
  return [
    `${name} overloaded: the peak is ${peak.perSecond} payments/s, p99 ${peak.p99Ms} ms`,
    `  ${offeredPerSecond} arrivals/s for ${seconds} s, ${planned} in all, ${crowdedOut} of them not begun; begun late by ${lateP99Ms} ms (p99)`,
    `  good: ${figures.goodPerSecond} payments/s, ${percent(figures.goodShareOfPeak)} of the peak, ${percentiles(figures.good)}`,
    `  refused: ${refused.count}, ${refused.withRetryAfter} of them with Retry-After; statuses: ${told.join(', ') || 'none'}`,
    `  refusals from planned arrival: ${percentiles(refused.ms)}; from sending: ${percentiles(refused.ownMs)}`,
    ...complaints.map(({ says, count, ownMs }) => `    ${count} × ${says}: ${percentiles(ownMs)} after sending`),
    recoverySeconds === null ? '  not recovered in 30 s' : `  recovered after ${recoverySeconds} s`,
    `  afterwards: ${again.perSecond} payments/s, ${percent(again.shareOfPeak)} of the peak, p99 ${again.p99Ms} ms, ${again.errors} errors`,
  ];
};

const limitLines = (limits: Limits, saleByLimit: Report['saleByLimit']): string[] => [
  'limits of this machine, each alone:',
  ...Object.entries(limitNames).map(([name, says]) => {
    const key = name as keyof Limits;
    return `  ${says}: ${limits[key]}/s${saleByLimit ? `, sale is ${saleByLimit[key]} of it` : ''}`;
  }),
];

/** The report for people. */
export const linesOf = (report: Report): string[] => {
  const { node, postgres, cores, concurrency, acquirerLatency, scenarios, sweeps, overloads, limits, books } = report;
  const slow = acquirerLatency !== null;
  const taking = slow ? `median ${acquirerLatency.medianMs} ms, p99 ${acquirerLatency.p99Ms} ms` : '0 ms';
  return [
    `${cores} cores, Node ${node}, PostgreSQL ${postgres}, ${concurrency} callers, acquirer ${taking}`,
    ...Object.entries(scenarios).flatMap(([name, figures]) => scenarioLines(name, figures, slow)),
    ...Object.entries(sweeps).flatMap(([name, rates]) => sweepLines(name, rates, slow)),
    ...Object.entries(overloads).flatMap(([name, figures]) => overloadLines(name, figures)),
    ...(limits ? limitLines(limits, report.saleByLimit) : []),
    `books: ${books.payments} payments captured, ${books.difference === null ? "the acquirer's book agrees" : 'THEY DIFFER'}`,
  ];
};
