import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Sql } from '../src/kit/postgres.ts';

/** Something that must be nowhere, in one of the shapes in which it could be there. */
export interface Needle {
  readonly what: string;
  readonly shape: string;
  readonly bytes: Buffer;
}

const grouped = (digits: string, sizes: readonly number[], between: string): string => {
  const starts = sizes.map((_, n) => sizes.slice(0, n).reduce((sum, size) => sum + size, 0));
  return starts.map((start, n) => digits.slice(start, start + sizes[n]!)).join(between);
};

const each = (text: string, write: (sign: string) => string): string => [...text].map(write).join('');

/** What base64 makes of the bytes wherever in a longer text they stand: the letters that depend on nothing else. */
const base64Of = (bytes: Buffer): string[] =>
  [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const certain = Math.floor(((before + bytes.length) * 8) / 6);
    return whole.slice(Math.ceil((before * 8) / 6), certain);
  });

const hexOf = (sign: string, digits = 2): string => sign.charCodeAt(0).toString(16).padStart(digits, '0');

/** A secret text in the shapes that programs give to texts. */
export const shapesOf = (what: string, secret: string): Needle[] => {
  const bytes = Buffer.from(secret);
  const shapes: [string, string | Buffer][] = [
    ['plain', secret],
    ['reversed', [...secret].reverse().join('')],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
    ['hex of hex', Buffer.from(bytes.toString('hex')).toString('hex')],
    ...base64Of(bytes).map((form, n): [string, string] => [`base64 at ${n}`, form]),
    ...base64Of(bytes).map((form, n): [string, string] => [
      `base64url at ${n}`,
      form.replaceAll('+', '-').replaceAll('/', '_'),
    ]),
    ['URL-encoded', encodeURIComponent(secret)],
    ['form-encoded', new URLSearchParams({ x: secret }).toString().slice(2)],
    ['every byte URL-encoded', each(secret, (sign) => `%${hexOf(sign)}`)],
    ['JSON escapes', each(secret, (sign) => `\\u${hexOf(sign, 4)}`)],
    ['HTML escapes', each(secret, (sign) => `&#${sign.charCodeAt(0)};`)],
    ['UTF-16', Buffer.from(secret, 'utf16le')],
    ['byte list', [...bytes].join(',')],
  ];
  // Of shapes that come to the same bytes the first one names it.
  const found = new Map(
    shapes.reverse().map(([shape, form]) => [Buffer.from(form as string).toString('latin1'), shape]),
  );
  return [...found].map(([form, shape]) => ({ what, shape, bytes: Buffer.from(form, 'latin1') }));
};

/**
 * A card number in every shape of a text and as people write it. One that is `random` also in the shapes of numbers, and
 * more of its digits than may be shown; of one with many zeros these would be found by chance.
 */
export const shapesOfNumber = (what: string, number: string, random: boolean): Needle[] => {
  const sizes = number.length === 15 ? [4, 6, 5] : [4, 4, 4, 4];
  const written = [' ', '-', '.', '  ', '\u00a0', '+', '%20', '_'].map((between) => grouped(number, sizes, between));
  const wide = each(number, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
  const packed = Buffer.from(number.length % 2 ? `0${number}` : number, 'hex');
  const integer = Buffer.alloc(8);
  integer.writeBigUInt64BE(BigInt(number));
  const binary: [string, Buffer][] = [
    ['packed decimals', packed],
    ['integer', integer],
    ['integer, low byte first', Buffer.from(integer).reverse()],
    ['first 11 digits', Buffer.from(number.slice(0, 11))],
    ['last 11 digits', Buffer.from(number.slice(-11))],
  ];
  return [
    ...shapesOf(what, number),
    ...written.flatMap((form) => shapesOf(`${what} as ${form.replace(/\d/g, '0')}`, form)),
    { what, shape: 'full-width', bytes: Buffer.from(wide) },
    ...(random ? binary.map(([shape, bytes]) => ({ what, shape, bytes })) : []),
  ];
};

/** Where something could have been left, by name. */
export type Places = ReadonlyMap<string, Buffer>;

/** `what (shape) in place` for every needle that is somewhere. */
export const search = (needles: readonly Needle[], places: Places): string[] =>
  [...places].flatMap(([place, content]) =>
    needles.filter(({ bytes }) => content.includes(bytes)).map(({ what, shape }) => `${what} (${shape}) in ${place}`),
  );

const filesUnder = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });

/** Segments are mostly empty at first. */
const withoutEmptyEnd = (content: Buffer): Buffer => {
  let end = content.length;
  while (end > 0 && content[end - 1] === 0) end--;
  return content.subarray(0, end);
};

/** From now on the server over which `sql` speaks throws no WAL away. */
export const keepWal = async (sql: Sql): Promise<void> => {
  await sql.unsafe(`alter system set wal_keep_size = '8GB'`);
  await sql.unsafe('select pg_reload_conf()');
};

/** Every row of every table, as a dump has them. */
export const dumpOf = async (sql: Sql): Promise<Map<string, string>> => {
  const tables = await sql.unsafe<{ name: string }[]>(`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1`);
  const dump = new Map<string, string>();
  for (const { name } of tables) dump.set(name, await text(await sql.unsafe(`copy ${name} to stdout`).readable()));
  return dump;
};

/** What a PostgreSQL of our own has on disk about one database: WAL, tables, and its own log. All of it is written out. */
export const diskOf = async (sql: Sql, directory: string): Promise<Map<string, Buffer>> => {
  await sql.unsafe('select pg_switch_wal()');
  await sql.unsafe('checkpoint');
  const [database] = await sql.unsafe<{ oid: number }[]>(
    'select oid::int from pg_database where datname = current_database()',
  );
  const files = [
    ...filesUnder(join(directory, 'pg_wal')),
    ...filesUnder(join(directory, 'base', String(database!.oid))),
    join(directory, 'server.log'),
  ];
  return new Map(files.map((file) => [file.slice(directory.length + 1), withoutEmptyEnd(readFileSync(file))]));
};
