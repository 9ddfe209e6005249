import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** One of Tollgate's programs as a process of its own. */
export interface Program {
  /** Sends a signal and waits until the process is gone. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

const main = fileURLToPath(new URL('../src/tollgate.ts', import.meta.url));

/** Spares each start a third of its time: the translated sources are kept from one to the next. */
const compileCache = fileURLToPath(new URL('../node_modules/.cache/compile/', import.meta.url));

const heardMax = 4_000;

/**
 * Starts `tollgate <words>` and waits until it says that it runs; throws with its last lines when it ends before. Its
 * environment is ours without settings of Tollgate, and what is given. `onDeath` is told, with its last lines, when it ends
 * without having been told to.
 */
export const startProgram = async (
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  onDeath: (error: Error) => void,
  nodeOptions: readonly string[] = [],
): Promise<Program> => {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TOLLGATE_|DATABASE_URL$|PORT$|HOST$|LOG_LEVEL$|NODE_)/.test(name),
  );
  const child = spawn(process.execPath, [...nodeOptions, main, ...words], {
    env: { ...Object.fromEntries(inherited), NODE_COMPILE_CACHE: compileCache, LOG_LEVEL: 'info', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let heard = '';
  const runs = Promise.withResolvers<void>();
  let isTold = false;
  const ended = new Promise<void>((resolve) => {
    child.once('error', runs.reject);
    // Not at `exit`: what it said last may come after that.
    child.once('close', () => {
      const error = new Error(`tollgate ${words.join(' ')} ended by itself:\n${heard}`);
      runs.reject(error);
      if (!isTold) onDeath(error);
      resolve();
    });
  });
  const hear = (text: string) => {
    heard = (heard + text).slice(-heardMax);
    if (heard.includes('tollgate runs')) runs.resolve();
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  await runs.promise;
  return {
    kill(signal) {
      isTold = true;
      child.kill(signal);
      return ended;
    },
  };
};
