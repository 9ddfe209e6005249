import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { inspect } from 'node:util';
import { loadKek } from './kek.ts';

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'tollgate-kek-'));
  after(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

const text = randomBytes(32).toString('base64');

test('the key of the environment is used in either mode, and no file is made', () => {
  const dataDirectory = folder();
  for (const sandbox of [true, false]) assert.equal(loadKek({ text, dataDirectory, sandbox }).reveal(), text);
  assert.deepEqual(readdirSync(dataDirectory), []);
});

test('outside sandbox mode a missing key is a refusal to start', () => {
  const dataDirectory = folder();
  writeFileSync(join(dataDirectory, 'kek'), text, { mode: 0o600 });
  assert.throws(() => loadKek({ text: '', dataDirectory, sandbox: false }), /TOLLGATE_KEK is not set/);
});

const wrong = {
  'too short': randomBytes(31).toString('base64'),
  'too long': randomBytes(33).toString('base64'),
  hexadecimal: randomBytes(32).toString('hex'),
  'with a space': ` ${text}`,
  'without padding': text.slice(0, -1),
  'other letters': `${'-'.repeat(43)}=`,
  'with bits that mean nothing': `${'A'.repeat(42)}B=`,
};

for (const [how, given] of Object.entries(wrong)) {
  test(`a key that is ${how} is refused without showing it`, () => {
    assert.throws(
      () => loadKek({ text: given, dataDirectory: folder(), sandbox: true }),
      (error) => /TOLLGATE_KEK must be 32 bytes in base64/.test(`${error}`) && !inspect(error).includes(given),
    );
  });
}

test('in sandbox mode the first start makes a file that only its owner can read, and later starts read it', () => {
  const dataDirectory = join(folder(), 'data');
  const first = loadKek({ text: '', dataDirectory, sandbox: true });
  assert.equal(Buffer.from(first.reveal(), 'base64').length, 32);
  assert.equal(statSync(join(dataDirectory, 'kek')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(dataDirectory), ['kek']);
  assert.equal(loadKek({ text: '', dataDirectory, sandbox: true }).reveal(), first.reveal());
  assert.notEqual(loadKek({ text: '', dataDirectory: folder(), sandbox: true }).reveal(), first.reveal());
});

test('a file that others can read is refused, and not read', { skip: process.platform === 'win32' }, () => {
  for (const mode of [0o640, 0o604, 0o644, 0o660, 0o666]) {
    const dataDirectory = folder();
    const path = join(dataDirectory, 'kek');
    writeFileSync(path, text);
    chmodSync(path, mode);
    assert.throws(() => loadKek({ text: '', dataDirectory, sandbox: true }), /others can read the key file .*mode 600/);
    chmodSync(path, 0o400);
    assert.equal(loadKek({ text: '', dataDirectory, sandbox: true }).reveal(), text);
  }
});

test('a file that holds no key is refused and left as it is', () => {
  const dataDirectory = folder();
  const path = join(dataDirectory, 'kek');
  writeFileSync(path, 'half a k', { mode: 0o600 });
  assert.throws(() => loadKek({ text: '', dataDirectory, sandbox: true }), /does not hold 32 bytes/);
  assert.equal(readFileSync(path, 'utf8'), 'half a k');
  assert.ok(existsSync(path));
});
