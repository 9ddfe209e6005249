import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { withFiles, withSecrets } from './secret-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-secret-file-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

const options = ['login', 'password', 'callback-secret', 'public-key'];
const nothing = () => assert.fail('standard input was read');

test('a password and what is called a secret may be given as a file, and nothing else', () => {
  assert.deepEqual(withFiles(options), [
    'login',
    'password',
    'password-file',
    'callback-secret',
    'callback-secret-file',
    'public-key',
  ]);
});

test('what is given plainly stays as it is', async () => {
  const given = { login: 'testmart', password: 'of the shop\n', 'public-key': 'key.pem' };
  assert.deepEqual(await withSecrets(options, given, nothing), given);
});

test('a secret is read from its file, without the line break at its end', async () => {
  for (const [content, password] of [
    ['of the shop', 'of the shop'],
    ['of the shop\n', 'of the shop'],
    ['of the shop\r\n', 'of the shop'],
    [' of the\nshop \n\n', ' of the\nshop \n'],
  ] as const) {
    const given = { login: 'testmart', 'password-file': written('password', content) };
    assert.deepEqual(await withSecrets(options, given, nothing), { login: 'testmart', password });
  }
});

test('a dash is standard input, for one secret', async () => {
  const input = async () => 'of the shop\n';
  assert.deepEqual(await withSecrets(options, { 'password-file': '-' }, input), { password: 'of the shop' });
  await assert.rejects(
    withSecrets(options, { 'password-file': '-', 'callback-secret-file': '-' }, input),
    /^Error: --password-file and --callback-secret-file cannot both be read from standard input$/,
  );
});

test('a secret that is given twice, or whose file cannot be read, is a mistake that does not show it', async () => {
  await assert.rejects(
    withSecrets(options, { password: 'of the shop', 'password-file': written('password', 'another') }, nothing),
    /^Error: give either --password or --password-file$/,
  );
  await assert.rejects(
    withSecrets(options, { 'password-file': join(folder, 'none') }, nothing),
    /none cannot be read$/,
  );
});
