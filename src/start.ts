import { runGateway, stopOnSignal } from './run.ts';
import { readSettings } from './settings.ts';

/** `npm start`: everything in one go, with the demo shop's address at the end. */
try {
  const settings = readSettings(process.env);
  stopOnSignal(await runGateway(settings, { serve: true, work: true }));
  const lines = settings.sandbox
    ? [`Tollgate is up, in sandbox mode. Buy something: ${settings.publicUrl}/demo`, 'Stop it with Ctrl-C.']
    : [`Tollgate is up: ${settings.publicUrl}`];
  console.error(`\n${lines.map((line) => `  ${line}`).join('\n')}\n`);
} catch (error) {
  console.error(`Tollgate does not start: ${(error as Error).message}`);
  process.exit(1);
}
