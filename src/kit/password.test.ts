import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import { test } from 'node:test';
import { hashPassword, verifyNothing, verifyPassword } from './password.ts';

const password = 'Lantern #7, пароль ✓';
const hash = await hashPassword(password);
const [, , parameters, salt, key] = hash.split('$') as [string, string, string, string, string];

test('a password is known by its hash, and no other is', async () => {
  assert.equal(await verifyPassword(password, hash), true);
  for (const other of ['', password.slice(1), `${password} `, password.toLowerCase(), hash]) {
    assert.equal(await verifyPassword(other, hash), false, other);
  }
});

test('a hash says how it was made: scrypt with N = 2^15, r = 8, p = 1 and 16 bytes of salt', () => {
  assert.equal(parameters, 'ln=15,r=8,p=1');
  const bytes = Buffer.from(salt, 'base64url');
  assert.equal(bytes.length, 16);
  const made = scryptSync(password, bytes, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 });
  assert.equal(made.toString('base64url'), key);
});

test('the same password has another hash each time, and the hash does not show it', async () => {
  assert.notEqual(await hashPassword(password), hash);
  assert.ok(!hash.includes('Lantern'));
});

test('hashes made at another cost still verify', async () => {
  for (const [ln, r, p] of [
    [10, 8, 1],
    [16, 8, 1],
    [12, 4, 3],
  ] as const) {
    const options = { N: 2 ** ln, r, p, maxmem: 2 ** 28 };
    const made = scryptSync(password, Buffer.from(salt, 'base64url'), 32, options).toString('base64url');
    assert.equal(await verifyPassword(password, `$scrypt$ln=${ln},r=${r},p=${p}$${salt}$${made}`), true);
    assert.equal(await verifyPassword('another', `$scrypt$ln=${ln},r=${r},p=${p}$${salt}$${made}`), false);
  }
});

test('a hash that is malformed, or asks for too much memory or time, is nobody’s', async () => {
  const malformed = [
    '',
    '$',
    password,
    ` ${hash}`,
    `${hash}\n`,
    hash.slice(0, -1),
    `${hash}A`,
    hash.replace('scrypt', 'argon2id'),
    hash.replace('ln=15', 'ln=0'),
    hash.replace('ln=15', 'ln=31'),
    hash.replace('ln=15', 'ln=99'),
    hash.replace('ln=15', 'ln=-5'),
    hash.replace('r=8', 'r=0'),
    hash.replace('r=8', 'r=99'),
    hash.replace('p=1', 'p=0'),
    hash.replace('p=1', 'p=99'),
    `$scrypt$${parameters}$$`,
    `$scrypt$${parameters}$${salt}$`,
    `$scrypt$${parameters}$$${key}`,
  ];
  for (const wrong of malformed) assert.equal(await verifyPassword(password, wrong), false, wrong);
});

/** Processor time of the whole process, ms: other programs on the machine do not count. */
const costMs = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  for (let n = 0; n < 4; n++) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

test('an unknown name or a damaged hash costs as much as a wrong password', async () => {
  assert.equal(await verifyNothing(password), false);
  const wrong = await costMs(() => verifyPassword('another', hash));
  for (const work of [() => verifyNothing('another'), () => verifyPassword('another', 'damaged')]) {
    const cost = await costMs(work);
    assert.ok(cost > wrong / 2 && cost < wrong * 2, `${cost} ms instead of ${wrong} ms`);
  }
});

test('the event loop goes on while a password is hashed', async () => {
  let turns = 0;
  let isDone = false;
  const hashed = hashPassword(password).then(() => {
    isDone = true;
  });
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  await hashed;
  assert.ok(turns > 10, `${turns} turns`);
});
