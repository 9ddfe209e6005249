import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { type Browser, chromium as playwright } from 'playwright-core';

/** Where the browser of the package is unpacked: once for a checkout of the project, for its own user alone. */
const cache = new URL('../node_modules/.cache/', import.meta.url).pathname;
const home = join(cache, 'chromium');

const variables = ['TMPDIR', 'AWS_LAMBDA_JS_RUNTIME', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'HOME'] as const;

/**
 * The package unpacks into the temporary directory, and takes a half-written file of another process for a whole one.
 * So it is given a directory of its own, which then takes its place in one move. Told that it is on Lambda, it also
 * unpacks the libraries that a bare machine lacks.
 */
const unpack = async (): Promise<void> => {
  if (existsSync(home)) return;
  mkdirSync(cache, { recursive: true });
  const own = mkdtempSync(join(cache, 'chromium-'));
  const before = variables.map((name) => [name, process.env[name]] as const);
  process.env.TMPDIR = own;
  process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs24.x';
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    await chromium.executablePath();
    renameSync(own, home);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    // Another process was first.
    if (!existsSync(home)) throw error;
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
};

/** What the machine lacks and the package brings along. */
const lent = (program: string): Record<string, string> => {
  const lacksLibraries = execFileSync('ldd', [program], { encoding: 'utf8' }).includes('not found');
  return {
    ...(lacksLibraries && { LD_LIBRARY_PATH: join(home, 'al2023', 'lib') }),
    ...(!existsSync('/etc/fonts') && { FONTCONFIG_PATH: join(home, 'fonts') }),
  };
};

/**
 * A headless Chromium for one test file; closed when the file ends. Without the flags that the package proposes for
 * Lambda: they switch off the very protections that our tests are to see at work.
 */
export const launchBrowser = async (): Promise<Browser> => {
  await unpack();
  const program = join(home, 'chromium');
  const browser = await playwright.launch({
    executablePath: program,
    args: ['--disable-gpu', '--font-render-hinting=none'],
    chromiumSandbox: false,
    env: { ...(process.env as Record<string, string>), ...lent(program) },
  });
  after(() => browser.close());
  return browser;
};
