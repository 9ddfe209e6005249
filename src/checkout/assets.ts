import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { FastifyInstance } from 'fastify';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const folder = new URL('./assets/', import.meta.url);

interface Asset {
  /** Where it is served: the name holds a hash of the content, so that it may be kept for ever. */
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

/**
 * All files of the folder by their plain name. Where one names another as `./name`, the hashed name stands in its
 * place; files must not name each other in a circle.
 */
const load = (): ReadonlyMap<string, Asset> => {
  const names = readdirSync(folder).filter((name) => extname(name) in types);
  const loaded = new Map<string, Asset>();
  const take = (name: string): Asset => {
    const known = loaded.get(name);
    if (known) return known;
    const content = readFileSync(new URL(name, folder), 'utf8').replace(/\.\/([a-z-]+\.[a-z]+)/g, (_, other) =>
      take(other).path.replace('/checkout/', './'),
    );
    const hash = createHash('sha256').update(content).digest('base64url').slice(0, 12);
    const extension = extname(name);
    const path = `/checkout/${name.slice(0, -extension.length)}.${hash}${extension}`;
    const asset = { path, type: types[extension]!, content };
    loaded.set(name, asset);
    return asset;
  };
  for (const name of names) take(name);
  return loaded;
};

const assets = load();

/** The address of a file of the assets folder. */
export const assetPath = (name: string): string => {
  const asset = assets.get(name);
  if (!asset) throw new Error(`there is no asset ${name}`);
  return asset.path;
};

/** Serves the pages' files under `/checkout/`. */
export const serveAssets = (app: FastifyInstance): void => {
  for (const { path, type, content } of assets.values()) {
    app.get(path, (_, reply) =>
      reply.header('content-type', type).header('cache-control', 'public, max-age=31536000, immutable').send(content),
    );
  }
};
