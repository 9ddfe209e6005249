import { parseArgs } from 'node:util';
import { type Command, Mistake } from './commands/command.ts';
import { commands } from './commands/index.ts';
import { openInstallation } from './installation.ts';
import { openLog } from './log.ts';
import { runGateway, stopOnSignal } from './run.ts';
import { readSettings } from './settings.ts';

const help = (): string => {
  const rows = [
    ...['serve', 'work'].map((words) => ({
      words,
      usage: '',
      says: `Runs the ${words === 'serve' ? 'gateway' : 'workers'}.`,
    })),
    ...commands,
  ];
  const calls = rows.map(({ words, usage }) => `${words} ${usage}`.trimEnd());
  const width = Math.max(...calls.map((call) => call.length));
  return [
    'usage: npm run tollgate -- <command> [--json]',
    '',
    ...rows.map(({ says }, i) => `  ${calls[i]!.padEnd(width)}  ${says}`),
  ].join('\n');
};

/** bigint as text: JSON numbers lose digits. */
const json = (value: unknown): string =>
  JSON.stringify(value, (_key, member) => (typeof member === 'bigint' ? member.toString() : member), 2);

const find = (words: readonly string[]): Command | undefined =>
  commands.find((command) => {
    const own = command.words.split(' ');
    return own.every((word, index) => words[index] === word);
  });

const parse = (words: readonly string[]) => {
  const command = find(words);
  if (!command) throw new Mistake(help());
  const options = Object.fromEntries((command.options ?? []).map((name) => [name, { type: 'string' as const }]));
  try {
    const rest = words.slice(command.words.split(' ').length);
    const { values, positionals } = parseArgs({
      args: rest,
      options: { ...options, json: { type: 'boolean' } },
      allowPositionals: true,
    });
    const { json: asJson = false, ...given } = values as Record<string, string> & { json?: boolean };
    return { command, parameters: positionals, options: given as Record<string, string>, asJson };
  } catch (error) {
    throw new Mistake((error as Error).message);
  }
};

const main = async (words: readonly string[]): Promise<void> => {
  const settings = readSettings(process.env);
  if (words[0] === 'serve') return stopOnSignal(await runGateway(settings, { serve: true, work: settings.workers }));
  if (words[0] === 'work') return stopOnSignal(await runGateway(settings, { serve: false, work: true }));
  const { command, parameters, options, asJson } = parse(words);
  const installation = await openInstallation(settings, openLog('error', process.stderr));
  try {
    const { value, lines } = await command.run({ installation, parameters, options });
    console.log(asJson ? json(value) : lines.join('\n'));
  } finally {
    await installation.close();
  }
};

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = error instanceof Mistake ? 2 : 1;
}
