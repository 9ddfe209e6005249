import { setFlagsFromString } from 'node:v8';
import { assemble, serve } from './assemble.ts';
import { openInstallation } from './installation.ts';
import { openLog } from './log.ts';
import { Metrics } from './metrics.ts';
import type { Settings } from './settings.ts';

/** A program that runs until it is told to stop. */
export interface Program {
  /** Lets what is under way come to its end, at most as long as the settings say. */
  stop(): Promise<void>;
}

/**
 * Left to itself the collector lets the heap grow to several times what lives in it: under load 350 MiB were resident where
 * 50 lived. With these it stays below 200, flat (`npm run bench`: memory of the gateway), for which the collector takes 11 % of the
 * main thread where it took 4 to 6 % (`--profile`).
 */
const collectorFlags = ['--semi-space-growth-factor=1', '--heap-growing-percent=40'];

/** Runs the gateway: the HTTP server with `serve`, the workers with `work`, or both. */
export const runGateway = async (settings: Settings, what: { serve: boolean; work: boolean }): Promise<Program> => {
  for (const flag of collectorFlags) setFlagsFromString(flag);
  const log = openLog(settings.logLevel);
  const metrics = new Metrics();
  const installation = await openInstallation(settings, log, (count, ms) => metrics.batchWritten(count, ms));
  const assembly = await assemble(installation, metrics);
  const server = what.serve ? await serve(installation, metrics, assembly) : null;
  if (what.work) assembly.work();
  log.info({ port: what.serve ? settings.port : undefined, sandbox: settings.sandbox, ...what }, 'tollgate runs');

  const wholeStop = async () => {
    await server?.close();
    await assembly.stop();
  };
  return {
    async stop() {
      log.info({}, 'stopping: what is under way comes to its end');
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((over) => {
        timer = setTimeout(over, settings.drainMs);
      });
      await Promise.race([wholeStop(), patience]);
      clearTimeout(timer);
      server?.cut();
      await installation.close();
      log.info({}, 'stopped');
    },
  };
};

/** Stops the program at the first SIGTERM or SIGINT and ends the process; at the second it ends at once. */
export const stopOnSignal = (program: Program): void => {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    await program.stop().catch(() => {});
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
};
