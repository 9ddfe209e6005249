import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const types = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' } as const;

const names = [
  'base.css',
  'shop.css',
  'order.css',
  'shop.js',
  'pay.js',
  'order.js',
  'teapot.svg',
  'tea.svg',
  'lantern.svg',
  'mooncakes.svg',
] as const;

interface Asset {
  readonly bytes: Buffer;
  readonly type: string;
  readonly href: string;
}

const load = (name: string): Asset => {
  const bytes = readFileSync(new URL(`assets/${name}`, import.meta.url));
  const type = types[name.slice(name.lastIndexOf('.') + 1) as keyof typeof types];
  // The hash in the address lets browsers keep a file for ever and still see the next version at once.
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return { bytes, type: `${type}; charset=utf-8`, href: `/demo/assets/${name}?v=${hash}` };
};

export const assets: ReadonlyMap<string, Asset> = new Map(names.map((name) => [name, load(name)]));

/** Address of a file of the assets folder. */
export const asset = (name: string): string => {
  const found = assets.get(name);
  if (!found) throw new Error(`no such asset: ${name}`);
  return found.href;
};
