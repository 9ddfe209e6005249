import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readOptions } from '../bench/options.ts';
import { faultsOf, linesOf, type Report, reportOf } from '../bench/report.ts';

// The bench runs for a second with the real programs. Its figures mean nothing here, but that it has them does.

const main = fileURLToPath(new URL('../bench/run.ts', import.meta.url));

const run = (...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_')));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...words], { env: environment }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode!, stdout, stderr }),
    );
  });
};

const isPositive = (number: number | null, what: string) =>
  assert.ok(number !== null && number > 0, `${what} is ${number}`);

test('every scenario pays without an error, is measured, and leaves books that agree', async () => {
  const { code, stdout, stderr } = await run('--json', '--seconds', '1', '--concurrency', '4');
  assert.deepEqual([code, stderr], [0, '']);
  const report: Report = JSON.parse(stdout);
  assert.deepEqual(Object.keys(report.scenarios), ['sale', 'pay', 'gate']);
  for (const [name, figures] of Object.entries(report.scenarios)) {
    const { payments, perSecond, p50Ms, p95Ms, p99Ms, errors, complaints, perPayment, more } = figures;
    assert.deepEqual([errors, complaints], [0, []]);
    for (const [what, number] of Object.entries({ payments, perSecond, p50Ms, ...more }))
      isPositive(number, `${name} ${what}`);
    assert.ok(p50Ms <= p95Ms && p95Ms <= p99Ms);
    const { cpuMs, commits, transactions, walBytes } = perPayment;
    for (const [what, number] of Object.entries({ commits, transactions, walBytes, generator: cpuMs.generator }))
      isPositive(number, `${name} ${what}`);
    for (const number of [cpuMs.gateway, cpuMs.postgres]) {
      if (existsSync('/proc/self/stat')) isPositive(number, `${name} CPU`);
      else assert.equal(number, null);
    }
  }
  const limits = ['store', 'rsaSign', 'rsaVerify', 'echo', 'together'] as const;
  for (const name of limits) {
    isPositive(report.limits[name], name);
    const ratio = report.scenarios.sale!.perSecond / report.limits[name];
    assert.ok(Math.abs(report.saleByLimit![name] - ratio) < 0.001);
  }
  assert.equal(report.books.difference, null);
  const { sale, pay, gate } = report.scenarios;
  assert.ok(
    report.books.payments > sale!.payments + pay!.payments + gate!.payments,
    'those of the warm-up are in the books too',
  );

  const payAlone = reportOf({ ...report, scenarios: { pay: pay! } });
  assert.equal(payAlone.saleByLimit, null);
  assert.match(linesOf(payAlone).join('\n'), /^pay: [\d.]+ payments\/s/m);

  assert.deepEqual(faultsOf(report), []);
  const failed = { ...sale!, errors: 1, complaints: ['a sale was answered 502'] };
  assert.deepEqual(faultsOf({ ...report, scenarios: { sale: failed } }), ['sale: 1 errors: a sale was answered 502']);
  assert.deepEqual(faultsOf({ ...report, scenarios: { pay: { ...pay!, payments: 0 } } }), ['pay: not one payment']);
  assert.equal(faultsOf({ ...report, books: { ...report.books, difference: 'HKD 1' } }).length, 1);
});

test('words that the bench does not know are a mistake', async () => {
  for (const words of [
    ['--seconds', '0'],
    ['--seconds', '121'],
    ['--concurrency', 'many'],
    ['--scenario', 'refund'],
  ]) {
    assert.throws(() => readOptions(words), /--seconds|--concurrency|no scenario/);
  }
  assert.deepEqual(readOptions([]).scenarios, ['sale', 'pay', 'gate']);
  const { code, stdout, stderr } = await run('--secnods', '3');
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /usage: npm run bench/);
});
