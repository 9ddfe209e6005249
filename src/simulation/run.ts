import { hunt } from './hunt.ts';
import { mutants } from './mutants/index.ts';
import { type Options, readOptions, usage } from './options.ts';
import { simulate } from './simulate.ts';

const counted = new Intl.NumberFormat('en');

/** Runs seed after seed. Stops at the first that fails, with the line that replays it. */
const runSeeds = async ({ seed, seeds, payments, trace }: Options): Promise<boolean> => {
  const startedAt = performance.now();
  let events = 0;
  let commits = 0;
  for (let n = 0; n < seeds; n++) {
    const one = { seed: seed + n, payments, ...(trace && { trace: (line: string) => console.log(line) }) };
    const run = await simulate(one);
    events += run.events;
    commits += run.commits;
    if (seeds === 1) {
      console.log(`seed ${seed}: ${counted.format(run.events)} events, digest ${run.digest.toString(16)}`);
    }
    if (run.fault === null) continue;
    console.log(`seed ${seed + n}: ${run.fault}`);
    console.log(`npm run simulate -- --seed ${seed + n} --payments ${payments} --trace`);
    return false;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(
    `${counted.format(seeds)} seeds of ${counted.format(payments)} orders: all invariants held. ` +
      `${counted.format(events)} events and ${counted.format(commits)} commits in ${seconds.toFixed(1)} s, ` +
      `${counted.format(Math.round(events / seconds))} events a second`,
  );
  return true;
};

/** Shows for each mutant what caught it. False when one got away. */
const runMutants = async ({ seed, seeds, payments }: Options): Promise<boolean> => {
  console.log('| bug | seeds | events | ms | what caught it |\n|---|---:|---:|---:|---|');
  const times: number[] = [];
  let escaped = 0;
  for (const mutant of mutants) {
    const caught = await hunt(mutant, seed, payments, seeds);
    times.push(caught.ms);
    if (caught.fault === null) escaped += 1;
    const says = (caught.fault ?? 'NOT CAUGHT')
      .split(';')[0]!
      .replace(/\bid[0-9a-z]+(-\d+)?|\b(ORDER|FOLLOW)\w*/g, '…');
    console.log(`| ${mutant.bug} | ${caught.seeds} | ${counted.format(caught.events)} | ${caught.ms} | ${says} |`);
  }
  const median = times.sort((a, b) => a - b)[times.length >> 1];
  console.log(`\n${mutants.length - escaped} of ${mutants.length} caught, half of them within ${median} ms`);
  return escaped === 0;
};

const optionsOrUsage = (): Options | undefined => {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exitCode = 2;
  }
};

const options = optionsOrUsage();
if (options) {
  const isWell = options.mutants ? await runMutants(options) : await runSeeds(options);
  if (!isWell) process.exitCode = 1;
}
