import { type ChildProcess, spawn } from 'node:child_process';
import { after } from 'node:test';
import { until } from './installation.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Spares each child a third of its start: the translated sources are kept from one to the next. */
const compileCache = new URL('../node_modules/.cache/compile/', import.meta.url).pathname;

const main = new URL('../src/tollgate.ts', import.meta.url).pathname;

/** The environment of a child: ours without settings of Tollgate, and those given. */
const environmentOf = (environment: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(TOLLGATE_|DATABASE_URL$|PORT$|HOST$|LOG_LEVEL$|NODE_)/.test(name),
  );
  return { ...Object.fromEntries(own), NODE_COMPILE_CACHE: compileCache, ...environment };
};

/** The operator's program as a process of its own, killed when the test file ends if it still runs. */
export class Program {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(words: readonly string[], environment: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, [main, ...words], {
      env: environmentOf(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout!.setEncoding('utf8').on('data', (text) => (this.stdout += text));
    child.stderr!.setEncoding('utf8').on('data', (text) => (this.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }));
    });
    after(() => this.kill('SIGKILL'));
  }

  /** Sends a signal and waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(signal);
    return this.ended;
  }

  /** Waits until a server or worker says that it runs. */
  async runs(): Promise<this> {
    await until('the program to run', () => {
      if (this.#child.exitCode !== null) throw new Error(`it ended: ${this.stderr}`);
      return this.stdout.includes('tollgate runs');
    });
    return this;
  }
}

/** Runs a command to its end. */
export const runCommand = (words: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> =>
  new Program(words, environment).ended;
