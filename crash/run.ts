import { randomInt } from 'node:crypto';
import { Ending } from '../bench/ending.ts';
import { runCycles } from './cycles.ts';
import { type Options, readOptions, usage } from './options.ts';
import { linesOf } from './report.ts';
import { startWorld } from './world.ts';

const optionsOrUsage = (): Options | undefined => {
  try {
    return readOptions(process.argv.slice(2), randomInt(2 ** 32));
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
};

const options = optionsOrUsage();
if (options) {
  const ending = new Ending();
  await ending.around(async () => {
    console.error(`seed ${options.seed}`);
    const { report } = await runCycles(await startWorld(ending), options, { say: console.error });
    console.log(linesOf(report).join('\n'));
    if (report.faults.length > 0) process.exitCode = 1;
  });
}
