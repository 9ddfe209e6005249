import type { IncomingMessage } from 'node:http';
import { type Members, readObject } from './json.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The members of a body that is a JSON object in UTF-8 (section 2.1), else undefined. */
export const membersOf = (body: Buffer | undefined): Members | undefined => {
  try {
    return body && readObject(utf8.decode(body));
  } catch {
    return undefined;
  }
};

/**
 * The body that came with a GET; undefined where there is none. Fastify reads none there, and the list may come with one
 * (section 1.2). Leaves the line in one piece, since the answer has yet to go out on it.
 */
export const bodyOfGet = async (raw: IncomingMessage, bytesMax: number): Promise<Buffer | 'too long' | undefined> => {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  for await (const chunk of raw.iterator({ destroyOnReturn: false })) {
    byteCount += (chunk as Buffer).length;
    if (byteCount > bytesMax) return 'too long';
    chunks.push(chunk);
  }
  return byteCount > 0 ? Buffer.concat(chunks) : undefined;
};
