import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf } from './failures.ts';

const fromServer = (code: string) => Object.assign(new Error('a word from the server'), { code, severity: 'ERROR' });
const fromDriver = (code: string) => Object.assign(new Error('no word from the server'), { code });

for (const [what, error, failure] of [
  ['a deadlock', fromServer('40P01'), 'again'],
  ['a serialization failure', fromServer('40001'), 'again'],
  ['a lock timeout', fromServer('55P03'), 'again'],
  ['a cancelled statement', fromServer('57014'), 'again'],
  ['a standby', fromServer('25006'), 'again'],
  ['a full disk', fromServer('53100'), 'again'],
  ['too many connections', fromServer('53300'), 'again'],
  ['a shutdown, perhaps after the commit', fromServer('57P01'), 'lost'],
  ['a crash', fromServer('57P02'), 'lost'],
  ['a server that is starting', fromServer('57P03'), 'lost'],
  ['a broken connection as the server saw it', fromServer('08006'), 'lost'],
  ['a closed connection', fromDriver('CONNECTION_CLOSED'), 'lost'],
  ['a reset', fromDriver('ECONNRESET'), 'lost'],
  ['no listener', fromDriver('ECONNREFUSED'), 'lost'],
  ['a CHECK', fromServer('23514'), 'refused'],
  ['a key that is there', fromServer('23505'), 'refused'],
  ['torn claims', fromServer('TG001'), 'refused'],
  ['a value out of range', fromServer('22003'), 'refused'],
  ['a fault of our own', new TypeError('x is not a function'), 'refused'],
] as const) {
  test(`${what}: ${failure}`, () => assert.equal(failureOf(error), failure));
}
