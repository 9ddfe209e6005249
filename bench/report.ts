import { availableParallelism } from 'node:os';
import type { Latency } from '../src/sandbox/host/latency.ts';
import type { Books } from './books.ts';
import type { Limits } from './limits.ts';
import type { ScenarioName } from './options.ts';
import type { OverloadFigures } from './overload.ts';
import type { ArrivalFigures, ScenarioFigures } from './scenario.ts';

type ByScenario<T> = Readonly<Partial<Record<ScenarioName, T>>>;

export interface Report {
  readonly node: string;
  readonly postgres: string;
  readonly cores: number;
  readonly seconds: number;
  readonly concurrency: number;
  /** What the acquirer took; null when it took no time. */
  readonly acquirerLatency: Latency | null;
  /** Closed loops. */
  readonly scenarios: ByScenario<ScenarioFigures>;
  /** Arrivals, one run a rate. */
  readonly sweeps: ByScenario<readonly ArrivalFigures[]>;
  readonly overloads: ByScenario<OverloadFigures>;
  /** Measured with closed loops alone. */
  readonly limits: Limits | null;
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
    saleByLimit: sale && parts.limits ? ratiosOf(sale.perSecond, parts.limits) : null,
  };
};

const runFaults = (name: string, { payments, errors, complaints }: ScenarioFigures): string[] => {
  if (errors > 0) return [`${name}: ${errors} errors: ${complaints.join('; ')}`];
  return payments === 0 ? [`${name}: not one payment`] : [];
};

/** What an overloaded gateway refuses is no fault; that it fails before or after is. */
const overloadFaults = (name: string, { peak, again }: OverloadFigures): string[] => [
  ...(peak.errors > 0 ? [`${name}: ${peak.errors} errors before the overload`] : []),
  ...(again.errors > 0 ? [`${name}: ${again.errors} errors after the overload`] : []),
];

/** Why the run is no good; empty when it is. */
export const faultsOf = ({ scenarios, sweeps, overloads, books }: Report): string[] => [
  ...Object.entries(scenarios).flatMap(([name, figures]) => runFaults(name, figures)),
  ...Object.entries(sweeps).flatMap(([name, rates]) =>
    rates.flatMap((figures) => runFaults(`${name} at ${figures.ratePerSecond}/s`, figures)),
  ),
  ...Object.entries(overloads).flatMap(([name, figures]) => overloadFaults(name, figures)),
  ...(books.difference === null ? [] : [`the books differ: ${books.difference}`]),
];
