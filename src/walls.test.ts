import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

/** What each room may import. A path ending in `.ts` is one file; `packages` are npm packages; node: is free but for core. */
const walls: Readonly<Record<string, readonly string[]>> = {
  'src/core': [],
  'src/kit': ['packages'],
  'src/gateway': ['src/core', 'src/kit/clock.ts', 'src/kit/ids.ts', 'src/kit/log.ts', 'src/kit/secret.ts'],
  'src/gateway/api.ts': ['src/core', 'src/gateway', 'src/kit/clock.ts', 'src/kit/secret.ts', 'fastify'],
  'src/store': ['src/core', 'src/gateway/ports.ts', 'src/gateway/ports', 'src/kit', 'packages'],
  'src/vault': ['src/core', 'src/gateway/ports.ts', 'src/kit', 'packages'],
  'src/notices': ['src/core', 'src/gateway/ports.ts', 'src/gateway/ports', 'src/kit', 'packages'],
  'src/mail': ['src/core', 'src/gateway/ports.ts', 'src/gateway/ports', 'src/kit', 'packages'],
  'src/fiscal': ['src/core', 'src/gateway/ports.ts', 'src/kit', 'packages'],
  'src/acquirers': ['src/core', 'src/gateway/ports.ts', 'src/kit', 'packages'],
  'src/apis': ['src/core', 'src/gateway', 'src/kit', 'packages'],
  'src/checkout': ['src/core', 'src/gateway', 'src/kit', 'packages'],
  'src/sandbox': ['src/kit', 'packages'],
  'src/demo': ['src/kit', 'packages'],
  'src/simulation': ['src/core', 'src/gateway', 'src/notices/index.ts', 'src/kit'],
};

/** Rooms whose folders are strangers to each other; only their `index.ts` knows them all. */
const strangers = ['src/acquirers', 'src/apis', 'src/fiscal'];

/** Tests may reach further: a contract suite runs against the real world that ships with the product. */
const isTest = (file: string) => file.endsWith('.test.ts') || file.startsWith('test/');

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) =>
    name!.startsWith('.') ? normalize(join(dirname(file), name!)) : name!,
  );

const within = (path: string, place: string) => path === place || path.startsWith(`${place}/`);

const roomOf = (file: string) =>
  Object.keys(walls)
    .filter((place) => within(file, place) && !place.endsWith('.ts'))
    .at(-1);

const faultsOf = (file: string): string[] => {
  const room = roomOf(file);
  if (!room) return [];
  const allowed = walls[file] ?? walls[room]!;
  const folder = strangers.includes(room) && file !== `${room}/index.ts` ? file.split('/').slice(0, 3).join('/') : room;
  return importsOf(file)
    .filter((name) => {
      if (name.startsWith('node:')) return room === 'src/core';
      if (!name.startsWith('src/')) return !allowed.includes('packages') && !allowed.includes(name);
      return !within(name, folder) && !allowed.some((place) => within(name, place));
    })
    .map((name) => `${file} imports ${name}`);
};

const sources = globSync('src/**/*.ts').filter((file) => !isTest(file));

test('rooms import only what the walls let through', () => {
  assert.ok(sources.length > 50);
  assert.deepEqual(sources.flatMap(faultsOf), []);
});

test('every folder under src belongs to a room or to the programs', () => {
  const folders = new Set(
    sources.map((file) => file.split('/').slice(0, 2).join('/')).filter((name) => !name.endsWith('.ts')),
  );
  assert.deepEqual(
    [...folders].filter((folder) => !(folder in walls) && folder !== 'src/commands'),
    [],
  );
});

test('no room but its own folder names an API or an acquirer', () => {
  const names = globSync('src/{apis,acquirers}/*/index.ts').map((file) => file.split('/')[2]!);
  assert.ok(names.length >= 2);
  const blind = sources.filter((file) => /^src\/(core|gateway|store|vault|notices|mail|checkout|kit)\//.test(file));
  const faults = blind.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return names
      .filter((name) => name !== 'sandbox' && text.toLowerCase().includes(name))
      .map((name) => `${file}: ${name}`);
  });
  assert.deepEqual(faults, []);
});

test('no transaction is open while something is asked of the outside world', () => {
  // Each of these is a few statements and nothing else; whatever speaks to the outside has no way to open one.
  const holders = /^src\/(kit\/migrate|store\/statements\/[\w-]+|sandbox\/(book|tax)\/[\w-]+)\.ts$/;
  const opens = sources.filter((file) => /\btransaction\(/.test(readFileSync(file, 'utf8')));
  assert.ok(opens.length > 5);
  assert.deepEqual(
    opens.filter((file) => !holders.test(file)),
    [],
  );
  const begins = sources.filter((file) => /\.begin\(/.test(readFileSync(file, 'utf8')));
  assert.deepEqual(begins, ['src/kit/postgres.ts']);
});

test('every folder under src has a README', () => {
  const folders = new Set(
    sources.map((file) => dirname(file)).filter((folder) => folder.split('/').length <= 3 && folder !== 'src'),
  );
  const described = new Set(globSync('src/**/README.md').map((file) => dirname(file)));
  const missing = [...folders].filter((folder) => !described.has(folder) && roomOf(folder) !== undefined);
  assert.deepEqual(
    missing.filter((folder) => folder.split('/').length === 2),
    [],
  );
});
