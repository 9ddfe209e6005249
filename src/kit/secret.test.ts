import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import pino from 'pino';
import type { Log } from './log.ts';
import { Secret } from './secret.ts';

const text = 'marked-4929-8822';

test('only reveal gives a secret away', () => {
  assert.equal(new Secret(text).reveal(), text);
});

const prints: Record<string, (secret: Secret) => string> = {
  'as text': (secret) => `${secret}`,
  'joined to text': (secret) => `key ${secret}`,
  String: (secret) => String(secret),
  'JSON, nested': (secret) => JSON.stringify({ a: [{ secret }] }),
  inspect: (secret) => inspect(secret),
  'inspect, hidden members and all depths': (secret) => inspect({ a: { b: { secret } } }, true, 9),
  'inspect without our own printer': (secret) => inspect(secret, { customInspect: false, showHidden: true }),
  'format %s': (secret) => format('%s', secret),
  'format %j': (secret) => format('%j', secret),
  'format %o': (secret) => format('%o', secret),
  'format %d': (secret) => format('%d', secret),
  'own members': (secret) => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret)].map(String)),
  'a copy': (secret) => JSON.stringify({ ...secret }),
  'a structured clone': (secret) => inspect(structuredClone({ secret }), true, 9),
  'an error that carries it': (secret) => inspect(Object.assign(new Error(`bad ${secret}`), { secret }), true, 9),
};

for (const [way, print] of Object.entries(prints)) {
  test(`a secret keeps silent: ${way}`, () => {
    assert.ok(!print(new Secret(text)).includes('4929'));
  });
}

test('a secret is stars in a log line', () => {
  const lines: string[] = [];
  const log: Log = pino({}, { write: (line: string) => void lines.push(line) });
  log.info({ key: new Secret(text), deep: { key: new Secret(text) } }, 'started');
  assert.deepEqual(JSON.parse(lines[0]!).deep, { key: '***' });
  assert.ok(!lines[0]!.includes('4929'));
});
