import { chanceOf } from './chance.ts';
import { check } from './check.ts';
import { openTills } from './clients.ts';
import type { Options } from './options.ts';
import type { Report } from './report.ts';
import { settle } from './settle.ts';
import { type Kill, kill, type Victim } from './victims.ts';
import type { World } from './world.ts';

/** By how often each is chosen. */
const odds: readonly Victim[] = [
  ...(['gateway', 'gateway', 'gateway', 'worker', 'server'] as const),
  ...(['backend', 'backend', 'backend', 'backend'] as const),
];

const tillCount = 10;

export interface Run {
  readonly report: Report;
  /** References of messages to the acquirer whose gateway was killed between their two commits. */
  readonly cutOff: ReadonlySet<string>;
}

interface Manner {
  /** Cycles between two checks. */
  readonly checkEvery?: number;
  /** A kill comes at most so long after the last victim is back. */
  readonly quietMsMax?: number;
  readonly say?: (line: string) => void;
}

/** Kills one victim after the other under load; every some cycles all comes to its end and is checked. Stops at a fault. */
export const runCycles = async (
  world: World,
  { cycles, seed }: Options,
  { checkEvery = 10, quietMsMax = 700, say = () => {} }: Manner = {},
): Promise<Run> => {
  const chance = chanceOf(seed);
  const { journal } = world.shop;
  const kills: Kill[] = [];
  const seen = new Set<string>();
  const cutOff = new Set<string>();
  const faults: string[] = [];
  const startedAt = performance.now();
  let checks = 0;
  const strikeOnce = async () => {
    const victim = chance.of(odds);
    await new Promise((resolve) => setTimeout(resolve, chance.below(quietMsMax)));
    const met = await kill(world, victim, chance);
    const fresh = met.betweenCommits.filter((reference) => !seen.has(reference));
    for (const reference of met.betweenCommits) {
      seen.add(reference);
      if (victim === 'gateway') cutOff.add(reference);
    }
    kills.push({ ...met, betweenCommits: fresh });
    say(`${kills.length}: ${victim}, ${fresh.length} between their commits, back after ${met.recoveryMs} ms`);
  };
  while (kills.length < cycles && faults.length === 0) {
    const tills = openTills(world.shop, tillCount, seed + kills.length * tillCount);
    try {
      for (const until = Math.min(kills.length + checkEvery, cycles); kills.length < until; ) await strikeOnce();
      await tills.close();
      faults.push(...(await Promise.race([settle(world), world.death])), ...(await check(world, cutOff)));
    } catch (error) {
      // A program that died by itself, or was never back.
      faults.push(...journal.complaints, `after ${kills.length} cycles: ${(error as Error).message}`);
      tills.close();
    }
    checks++;
    say(`checked: ${journal.asked.size} transactions, ${faults.length} faults`);
  }
  const { requests, answers, asked, cutOff: cut } = journal;
  const notices = [...world.receiver.notices.values()].reduce((sum, each) => sum + each.length, 0);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const counts = { requests, answers, cutOff: cut, transactions: asked.size, notices };
  return { report: { seed, kills, ...counts, checks, seconds, faults }, cutOff };
};
