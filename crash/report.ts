import { type Kill, type Victim, victims } from './victims.ts';

export interface Report {
  readonly seed: number;
  readonly kills: readonly Kill[];
  readonly requests: number;
  readonly answers: number;
  readonly cutOff: number;
  readonly notices: number;
  readonly transactions: number;
  readonly checks: number;
  readonly seconds: number;
  /** What is wrong; empty when nothing is. */
  readonly faults: readonly string[];
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.ceil(sorted.length * q) - 1] ?? 0;

const rowOf = (victim: Victim, kills: readonly Kill[]) => {
  const own = kills.filter((kill) => kill.victim === victim);
  const recoveryMs = own.map((kill) => kill.recoveryMs).sort((a, b) => a - b);
  const sum = (count: (kill: Kill) => number) => own.reduce((total, kill) => total + count(kill), 0);
  return [
    victim,
    own.length,
    sum(({ betweenCommits }) => betweenCommits.length),
    sum(({ leasedCount }) => leasedCount),
    quantile(recoveryMs, 0.5),
    quantile(recoveryMs, 1),
  ];
};

const heading = ['victim', 'killed', 'between commits', 'leased', 'back p50 ms', 'back max ms'];

/** The report for people. */
export const linesOf = (report: Report): string[] => {
  const { seed, kills, requests, answers, cutOff, notices, transactions, checks, seconds, faults } = report;
  const rows = [heading, ...victims.map((victim) => rowOf(victim, kills).map(String))];
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return [
    ...rows.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')),
    `${kills.length} cycles with seed ${seed} in ${seconds} s, ${checks} checks`,
    `${requests} requests: ${answers} answered, ${cutOff} cut off; ${transactions} on record, ${notices} notices came`,
    ...(faults.length === 0 ? ['no fault'] : [`${faults.length} FAULTS`, ...faults.map((fault) => `  ${fault}`)]),
  ];
};
