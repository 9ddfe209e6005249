import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Reply, WrongAnswer } from '../bench/http.ts';
import { linesOf } from '../bench/lines.ts';
import { closedLoop, openLoop } from '../bench/load.ts';
import { memoryOf } from '../bench/memory.ts';
import { readOptions } from '../bench/options.ts';
import { measureOverload } from '../bench/overload.ts';
import { plotOf } from '../bench/plot.ts';
import { faultsOf, type Report, reportOf } from '../bench/report.ts';
import { supplyOf } from '../bench/supply.ts';
import { until } from './installation.ts';

// The bench runs for a second with the real programs. Its figures mean nothing here, but that it has them does, so two
// run at the same time.

const main = fileURLToPath(new URL('../bench/run.ts', import.meta.url));

const run = (...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_')));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...words], { env: environment }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode!, stdout, stderr }),
    );
  });
};

const runAt = (...words: string[]) => run('--json', '--seconds', '1', '--concurrency', '4', ...words);

const hasProc = existsSync('/proc/self/stat');

const isPositive = (number: number | null, what: string) =>
  assert.ok(number !== null && number > 0, `${what} is ${number}`);

const closed = runAt('--scenario', 'pay,sale');
const arrived = runAt('--scenario', 'query,gate,authorize', '--rate', '20,40', '--acquirer-latency', '20/40');

test('callers in a closed loop pay without an error, are measured, and leave books that agree', async () => {
  const { code, stdout, stderr } = await closed;
  assert.deepEqual([code, stderr], [0, '']);
  const report: Report = JSON.parse(stdout);
  assert.deepEqual(Object.keys(report.scenarios), ['sale', 'pay']);
  for (const [name, figures] of Object.entries(report.scenarios)) {
    const { payments, perSecond, p50Ms, p95Ms, p99Ms, errors, complaints, perPayment, more } = figures;
    assert.deepEqual([errors, complaints], [0, []]);
    const { noticesLateMs = 0, ...counted } = more;
    assert.ok(noticesLateMs >= 0);
    for (const [what, number] of Object.entries({ payments, perSecond, p50Ms, ...counted }))
      isPositive(number, `${name} ${what}`);
    assert.ok(p50Ms <= p95Ms && p95Ms <= p99Ms);
    const { cpuMs, commits, transactions, walBytes } = perPayment;
    for (const [what, number] of Object.entries({ commits, transactions, walBytes, generator: cpuMs.generator }))
      isPositive(number, `${name} ${what}`);
    for (const number of [cpuMs.gateway, cpuMs.postgres]) {
      if (hasProc) isPositive(number, `${name} CPU`);
      else assert.equal(number, null);
    }
  }
  const limits = ['store', 'rsaSign', 'rsaVerify', 'echo', 'together'] as const;
  for (const name of limits) {
    isPositive(report.limits![name], name);
    const ratio = report.scenarios.sale!.perSecond / report.limits![name];
    assert.ok(Math.abs(report.saleByLimit![name] - ratio) < 0.001);
  }
  assert.equal(report.books.difference, null);
  const { sale, pay } = report.scenarios;
  assert.ok(report.books.payments > sale!.payments + pay!.payments, 'those of the warm-up are in the books too');

  const payAlone = reportOf({ ...report, scenarios: { pay: pay! } });
  assert.equal(payAlone.saleByLimit, null);
  assert.match(linesOf(payAlone).join('\n'), /^pay: [\d.]+ payments\/s/m);

  assert.deepEqual(faultsOf(report), []);
  const failed = { ...sale!, errors: 1, complaints: ['a sale was answered 502'] };
  assert.deepEqual(faultsOf({ ...report, scenarios: { sale: failed } }), ['sale: 1 errors: a sale was answered 502']);
  assert.deepEqual(faultsOf({ ...report, scenarios: { pay: { ...pay!, payments: 0 } } }), ['pay: not one payment']);
  assert.equal(faultsOf({ ...report, books: { ...report.books, difference: 'HKD 1' } }).length, 1);
});

test('arrivals at constant rates pay, authorize, capture, refund and query', async () => {
  const { code, stdout, stderr } = await arrived;
  assert.deepEqual([code, stderr], [0, '']);
  const { sweeps, scenarios, limits, books, ...report }: Report = JSON.parse(stdout);
  assert.deepEqual([scenarios, limits, books.difference], [{}, null, null]);
  assert.deepEqual(Object.keys(sweeps), ['gate', 'authorize', 'query']);
  for (const [name, rates] of Object.entries(sweeps)) {
    assert.deepEqual(
      rates.map(({ ratePerSecond, planned, payments, errors }) => [ratePerSecond, planned, payments, errors]),
      [
        [20, 20, 20, 0],
        [40, 40, 40, 0],
      ],
    );
    // A message each, and three where the acquirer is asked three times; some half of the draws are 20 ms or more.
    const drawnMs = { gate: 10, authorize: 30, query: 0 }[name]!;
    for (const { p50Ms, added } of rates) assert.ok(p50Ms - added.p50Ms >= drawnMs && added.p50Ms > 0, `${name} added`);
    for (const { memory, more } of rates) {
      if (name !== 'gate') isPositive(more.verifiedCount!, `${name} verified answers`);
      for (const figures of [memory.gateway, memory.postgres]) {
        if (!hasProc) assert.equal(figures, null);
        else assert.ok(figures!.startMib > 5 && figures!.peakMib >= figures!.endMib);
      }
    }
  }
  const lines = linesOf({ ...report, sweeps, scenarios, limits, books }).join('\n');
  assert.match(lines, /^authorize: arrivals[^\n]+\n +rate\/s[^\n]+\n +20 [^\n]+\n +40 /m);
  const failed = sweeps.query!.map((figures) => ({ ...figures, errors: 2, complaints: ['2 arrivals'] }));
  assert.equal(faultsOf({ ...report, scenarios, limits, books, sweeps: { query: failed } }).length, 2);
});

/** A job that takes 5 ms, but for the first, which stops everything for 300 ms. */
const stallingOnce = () => {
  let stalled = false;
  return async () => {
    const endAt = performance.now() + (stalled ? 0 : 300);
    stalled = true;
    while (performance.now() < endAt);
    await pause(5);
  };
};

test('a stall counts for all that were to arrive in it; in a closed loop for those under way alone', async () => {
  const job = stallingOnce();
  const open = await openLoop(0.4, 100, 1_000, () => job);
  assert.deepEqual([open.planned, open.count, open.crowdedOut], [40, 40, 0]);
  assert.ok(open.p50Ms > 50 && open.p95Ms > 250, `p50 ${open.p50Ms} ms, p95 ${open.p95Ms} ms`);
  assert.ok(open.lateP99Ms > 250, `late by ${open.lateP99Ms} ms`);
  const stuck = stallingOnce();
  const closed = await closedLoop(0.4, 1, () => stuck);
  assert.ok(closed.count > 3 && closed.p50Ms < 100, `${closed.count} jobs, p50 ${closed.p50Ms} ms`);
});

test('arrivals come when they are planned, and what is not begun is told', async () => {
  const begunAt: number[] = [];
  const startedAt = performance.now();
  const job = async () => {
    begunAt.push(performance.now() - startedAt);
    await pause(100);
  };
  const { planned, count, crowdedOut, unready } = await openLoop(0.3, 50, 2, () => job);
  assert.deepEqual([planned, count + crowdedOut, unready], [15, 15, 0]);
  assert.ok(crowdedOut >= 3, `${crowdedOut} of 15 were not begun`);
  assert.ok(begunAt[1]! >= 19, 'the second is begun 20 ms after the first');
  assert.equal((await openLoop(0.1, 50, 2, () => undefined)).unready, 5);
});

test('a long run has a stock of signed requests, which is kept up in their order', async (t) => {
  let signed = 0;
  const prepare = async (count: number) =>
    Array.from({ length: count }, () =>
      (
        (ordinal) => async () =>
          ordinal
      )(signed++),
    );
  const supply = await supplyOf(prepare, 10, 900);
  t.after(supply.stop);
  assert.equal(signed, 450);
  for (let ordinal = 0; ordinal < 450; ordinal++) assert.equal(await supply.next()!(), ordinal);
  assert.equal(await (await until('the stock is kept up', () => supply.next()))(), 450);
  const short = await supplyOf(prepare, 10, 2);
  for (let ordinal = 0; ordinal < 20; ordinal++) assert.ok(short.next());
  assert.equal(short.next(), undefined);
});

test('what refuses at once under ten times its peak keeps its peak, and is seen to', async () => {
  let underWay = 0;
  const busy: Reply = { status: 503, headers: { 'retry-after': '1' }, text: '' };
  const job = async () => {
    if (underWay >= 4) throw new WrongAnswer(busy, 'a sale');
    underWay++;
    await pause(20);
    underWay--;
    return [];
  };
  const figures = await measureOverload(
    { prepare: async (count) => Array.from({ length: count }, () => job), settle: async () => [], figures: () => ({}) },
    0.3,
    4,
  );
  const { peak, planned, good, goodShareOfPeak, refused, statuses, recoverySeconds, again } = figures;
  assert.ok(Math.abs(planned - peak.perSecond * 3) < 10, `${planned} arrivals, ${peak.perSecond} a second before`);
  assert.ok(goodShareOfPeak > 0.2 && goodShareOfPeak < 5, `${goodShareOfPeak} of the peak`);
  assert.ok(good.p50Ms >= 19 && refused.ownMs.p50Ms < 19);
  assert.deepEqual([Object.keys(statuses), refused.withRetryAfter], [['503'], refused.count]);
  assert.ok(refused.count > planned / 2 && again.errors === 0 && again.shareOfPeak > 0.2);
  assert.ok(recoverySeconds !== null && recoverySeconds > 0);
});

test('memory is told by tenths, so that growth shows', () => {
  assert.equal(memoryOf([null, null]), null);
  const grown = memoryOf(Array.from({ length: 21 }, (_, second) => 100 + second))!;
  assert.deepEqual([grown.startMib, grown.peakMib, grown.endMib], [100, 120, 120]);
  assert.deepEqual(grown.tenthsMib, [102, 104, 106, 108, 110, 112, 114, 116, 118, 120]);
});

test('a plot has a mark for every rate and percentile, and names its axes', () => {
  const rates = [50, 100, 400];
  const svg = plotOf(
    'sale & <more>',
    rates.map((ratePerSecond) => ({ ratePerSecond, p50Ms: 8, p95Ms: 20, p99Ms: ratePerSecond })),
  );
  const marks = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
  assert.equal(marks.length, rates.length * 3);
  const p99 = marks.slice(-3) as [number, number][];
  assert.ok(p99[0]![0] < p99[1]![0] && p99[1]![0] < p99[2]![0], 'a higher rate is further right');
  assert.ok(p99[0]![1] > p99[1]![1] && p99[1]![1] > p99[2]![1], 'a longer time is further up');
  assert.match(svg, /sale &amp; &lt;more&gt;/);
  assert.match(svg, /payments arriving a second/);
  assert.match(svg, /latency from planned arrival, ms/);
});

test('words that the bench does not know are a mistake', async () => {
  for (const words of [
    ['--seconds', '0'],
    ['--concurrency', 'many'],
    ['--seconds', '901'],
    ['--scenario', 'sale,refund'],
    ['--rate', '100,'],
    ['--rate', '100,0'],
    ['--rate', '100', '--overload'],
    ['--acquirer-latency', '380/120'],
    ['--plot', 'x.svg', '--scenario', 'sale'],
    ['--plot', 'x.svg', '--rate', '100', '--scenario', 'sale,pay'],
  ]) {
    assert.throws(
      () => readOptions(words),
      /--seconds|--concurrency|no scenario|--rate|--acquirer|--plot/,
      words.join(' '),
    );
  }
  const options = readOptions(['--rate', '100,200', '--acquirer-latency', '120/380']);
  assert.deepEqual(options.scenarios, ['sale', 'pay', 'gate', 'rp', 'rest', 'authorize', 'query']);
  assert.deepEqual(options.ratesPerSecond, [100, 200]);
  assert.deepEqual(options.latency, { medianMs: 120, p99Ms: 380 });
  const { code, stdout, stderr } = await run('--secnods', '3');
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /usage: npm run bench/);
});
