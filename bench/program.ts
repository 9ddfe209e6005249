import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Program {
  readonly pid: number;
  /** Ends with SIGTERM and answers the exit code. */
  stop(): Promise<number | null>;
}

const patienceMs = 60_000;

/** Waits until a server answers 200 at the address. */
const answers = async (url: string, hasEnded: () => boolean): Promise<void> => {
  const endAt = Date.now() + patienceMs;
  while (!hasEnded() && Date.now() < endAt) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing answers at ${url}`);
};

/**
 * Runs a source file as a process of its own and waits until it answers at `url`. What it prints goes to our standard
 * error. Its environment is ours without settings of Tollgate, and what is given.
 */
export const startProgram = async (
  file: string,
  words: readonly string[],
  url: string,
  environment: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): Promise<Program> => {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TOLLGATE_|DATABASE_URL$|PORT$|HOST$|LOG_LEVEL$|NODE_)/.test(name),
  );
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [...nodeOptions, path, ...words], {
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', process.stderr, process.stderr],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  try {
    await answers(url, () => child.exitCode !== null);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid!, stop };
};
