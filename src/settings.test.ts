import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readSettings, settingList } from './settings.ts';

test('without a word of the environment everything has its default', () => {
  const settings = readSettings({});
  assert.equal(settings.port, 8080);
  assert.equal(settings.sandbox, true);
  assert.equal(settings.publicUrl, 'http://localhost:8080');
});

test('an empty text counts as not set', () => {
  assert.equal(readSettings({ PORT: '' }).port, 8080);
});

test('every wrong setting is named in one error, and no value is shown', () => {
  const environment = {
    PORT: '80a',
    TOLLGATE_SANDBOX: 'maybe',
    DATABASE_URL: 'mysql://u:secret@h/d',
    LOG_LEVEL: 'loud',
  };
  assert.throws(
    () => readSettings(environment),
    ({ message }: Error) => {
      for (const name of Object.keys(environment)) assert.ok(message.includes(name), name);
      assert.ok(!message.includes('secret'));
      return true;
    },
  );
});

test('a misspelt setting is told, not ignored', () => {
  assert.throws(() => readSettings({ TOLLGATE_SANDBX: 'off' }), /TOLLGATE_SANDBX is no setting/);
});

test('a public address is an origin and nothing more', () => {
  assert.equal(readSettings({ TOLLGATE_PUBLIC_URL: 'https://pay.example/' }).publicUrl, 'https://pay.example');
  for (const wrong of ['pay.example', 'https://pay.example/path', 'https://u@pay.example', 'ftp://pay.example']) {
    assert.throws(() => readSettings({ TOLLGATE_PUBLIC_URL: wrong }), /TOLLGATE_PUBLIC_URL/, wrong);
  }
});

test("the sandbox's acquirer takes its time as two percentiles, and in sandbox mode alone", () => {
  assert.equal(readSettings({}).sandboxLatency, null);
  const name = 'TOLLGATE_SANDBOX_LATENCY_MS';
  assert.deepEqual(readSettings({ [name]: '120/380' }).sandboxLatency, { medianMs: 120, p99Ms: 380 });
  for (const wrong of ['120', '0/380', '380/120', '120/60001', '1.5/3', 'a/b']) {
    assert.throws(() => readSettings({ [name]: wrong }), new RegExp(`${name} is no median`), wrong);
  }
  assert.throws(
    () => readSettings({ [name]: '120/380', TOLLGATE_SANDBOX: 'off' }),
    new RegExp(`${name} is for sandbox`),
  );
});

test("the operator's page has every setting with its default", () => {
  const page = readFileSync('docs/operator.md', 'utf8');
  for (const { name, fallback, says } of Object.values(settingList)) {
    const row = `| \`${name}\` | ${fallback ? `\`${fallback}\`` : '–'} | ${says} |`;
    assert.ok(page.includes(row), row);
  }
});
