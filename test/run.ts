import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { startServer } from './database.ts';

/**
 * `npm test`: every test file, on one PostgreSQL started for the run. Words after `--` choose the files whose path
 * contains one of them.
 */
const words = process.argv.slice(2);
const files = ['src/**/*.test.ts', 'test/**/*.test.ts']
  .flatMap((pattern) => globSync(pattern))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort();

// Each file is a process of its own, and what one has read and compiled the next one need not.
const compiled = mkdtempSync(join(tmpdir(), 'tollgate-compiled-'));
process.env.NODE_COMPILE_CACHE = compiled;

const server = await startServer();
process.env.TOLLGATE_TEST_DATABASE_URL = server.url;

let passed = 0;
let failed = 0;
const isTest = ({ details }: { details: { type?: string } }) => details.type !== 'suite';

// More than there are processors on a small machine: many tests wait for others than these.
const stream = run({ files, concurrency: 3, timeout: 300_000 });
stream.on('test:pass', (event) => {
  if (isTest(event) && event.skip === undefined) passed += 1;
});
stream.on('test:fail', (event) => {
  if (isTest(event)) failed += 1;
});
stream.compose(spec).pipe(process.stdout);
stream.on('end', () => {
  // The reporter writes its summary first.
  setImmediate(async () => {
    await server.stop();
    rmSync(compiled, { recursive: true, force: true });
    console.log(`${passed} passed, ${failed} failed`);
    process.exit(failed > 0 || passed === 0 ? 1 : 0);
  });
});
