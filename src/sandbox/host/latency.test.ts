import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import type { Issuer } from '../issuer/index.ts';
import { delayMsOf } from './latency.ts';
import { hostRoutes } from './routes.ts';

const latency = { medianMs: 120, p99Ms: 380 };
const delaysMs = Array.from({ length: 20_000 }, (_, ordinal) => delayMsOf(latency, 'sale', `M-${ordinal}`)).sort(
  (a, b) => a - b,
);
const shareUpTo = (ms: number) => delaysMs.filter((each) => each <= ms).length / delaysMs.length;

test('half of the answers take the median, one in a hundred longer than the other percentile', () => {
  assert.ok(Math.abs(shareUpTo(120) - 0.5) < 0.02, `${shareUpTo(120)} up to the median`);
  assert.ok(Math.abs(shareUpTo(380) - 0.99) < 0.003, `${shareUpTo(380)} up to the 99th percentile`);
});

test('it is log-normal: as many are longer than twice the median as are shorter than half of it', () => {
  const longer = 1 - shareUpTo(240);
  assert.ok(Math.abs(longer - shareUpTo(60)) < 0.015 && longer > 0.05, `${longer} and ${shareUpTo(60)}`);
});

test('the same message takes the same time, another reference or name another', () => {
  const delayMs = delayMsOf(latency, 'sale', 'M-7');
  assert.equal(delayMsOf(latency, 'sale', 'M-7'), delayMs);
  const others = ['M-8', 'M-9', 'M-10'].map((reference) => delayMsOf(latency, 'sale', reference));
  assert.ok([...others, delayMsOf(latency, 'capture', 'M-7')].some((other) => other !== delayMs));
});

test('two equal percentiles are a constant', () => {
  assert.equal(delayMsOf({ medianMs: 50, p99Ms: 50 }, 'refund', 'M-1'), 50);
});

test('the host holds its answers back for as long, refusals too, and no answer but its own', async (t) => {
  const app = Fastify();
  t.after(() => app.close());
  const constant = { medianMs: 120, p99Ms: 120 };
  // A malformed message is refused before anything is looked up.
  hostRoutes(app, {
    sql: {} as never,
    clock: { now: () => 0 },
    issuer: {} as Issuer,
    publicUrl: '',
    latency: constant,
  });
  app.get('/sandbox/phone', () => ({}));
  const tookMs = async (method: 'GET' | 'POST', url: string, status: number) => {
    const startedAt = performance.now();
    const { statusCode } = await app.inject({ method, url, ...(method === 'POST' && { body: { reference: 'M-1' } }) });
    assert.equal(statusCode, status);
    return performance.now() - startedAt;
  };
  await tookMs('GET', '/sandbox/phone', 200);
  const own = await tookMs('POST', '/sandbox/acquirer/inquire', 400);
  assert.ok(own >= 118, `${own} ms`);
  const other = await tookMs('GET', '/sandbox/phone', 200);
  assert.ok(other < 118, `${other} ms`);
});
