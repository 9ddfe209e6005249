import { availableParallelism } from 'node:os';
import type { Books } from './books.ts';
import type { Limits } from './limits.ts';
import type { ScenarioName } from './options.ts';
import type { ScenarioFigures } from './scenario.ts';

export interface Report {
  readonly node: string;
  readonly postgres: string;
  readonly cores: number;
  readonly seconds: number;
  readonly concurrency: number;
  readonly scenarios: Readonly<Partial<Record<ScenarioName, ScenarioFigures>>>;
  readonly limits: Limits;
  /** Rate of `sale` by each limit; null when it did not run. */
  readonly saleByLimit: Readonly<Record<keyof Limits, number>> | null;
  readonly books: Books;
}

const ratiosOf = (perSecond: number, limits: Limits) =>
  Object.fromEntries(
    Object.entries(limits).map(([name, limit]) => [name, Number((perSecond / limit).toFixed(3))]),
  ) as Record<keyof Limits, number>;

export const reportOf = (parts: Omit<Report, 'node' | 'cores' | 'saleByLimit'>): Report => {
  const { sale } = parts.scenarios;
  return {
    node: process.version,
    cores: availableParallelism(),
    ...parts,
    saleByLimit: sale ? ratiosOf(sale.perSecond, parts.limits) : null,
  };
};

/** Why the run is no good; empty when it is. */
export const faultsOf = ({ scenarios, books }: Report): string[] => [
  ...Object.entries(scenarios).flatMap(([name, { payments, errors, complaints }]) => {
    if (errors > 0) return [`${name}: ${errors} errors: ${complaints.join('; ')}`];
    return payments === 0 ? [`${name}: not one payment`] : [];
  }),
  ...(books.difference === null ? [] : [`the books differ: ${books.difference}`]),
];

const limitNames: Readonly<Record<keyof Limits, string>> = {
  store: 'two commits',
  rsaSign: 'RSA-2048 sign',
  rsaVerify: 'RSA-2048 verify',
  echo: 'bare HTTP echo',
  together: 'one of each',
};

const scenarioLines = (name: string, figures: ScenarioFigures): string[] => {
  const { payments, seconds, perSecond, p50Ms, p95Ms, p99Ms, errors, perPayment, more } = figures;
  const { cpuMs, commits, transactions, walBytes } = perPayment;
  const used = Object.entries(cpuMs).filter(([, ms]) => ms !== null);
  return [
    `${name}: ${perSecond} payments/s (${payments} in ${seconds} s), ${errors} errors`,
    `  p50 ${p50Ms} ms, p95 ${p95Ms} ms, p99 ${p99Ms} ms`,
    `  CPU per payment: ${used.map(([who, ms]) => `${who} ${ms} ms`).join(', ')}`,
    `  per payment: ${commits} commits that wrote, ${transactions} transactions, ${walBytes} bytes of WAL`,
    `  ${Object.entries(more)
      .map(([what, number]) => `${what} ${number}`)
      .join(', ')}`,
  ];
};

/** The report for people. */
export const linesOf = (report: Report): string[] => {
  const { node, postgres, cores, concurrency, scenarios, limits, saleByLimit, books } = report;
  return [
    `${cores} cores, Node ${node}, PostgreSQL ${postgres}, ${concurrency} callers`,
    ...Object.entries(scenarios).flatMap(([name, figures]) => scenarioLines(name, figures)),
    'limits of this machine, each alone:',
    ...Object.entries(limitNames).map(([name, says]) => {
      const key = name as keyof Limits;
      return `  ${says}: ${limits[key]}/s${saleByLimit ? `, sale is ${saleByLimit[key]} of it` : ''}`;
    }),
    `books: ${books.payments} payments captured, ${books.difference === null ? "the acquirer's book agrees" : 'THEY DIFFER'}`,
  ];
};
