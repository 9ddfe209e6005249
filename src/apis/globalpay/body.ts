import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isObject } from './fields.ts';

const bodyBytesMax = 256 * 1_024;

/** Bodies come as bytes, whatever their type says; what they are is read when it is known that the caller may ask. */
export const takeBytes = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
    done(null, body),
  );
};

/** Fastify takes no body without a type, so one that has none gets ours before it looks. */
export const mendType = (request: FastifyRequest, types: WeakMap<FastifyRequest, string>): void => {
  types.set(request, request.headers['content-type'] ?? '');
  request.headers['content-type'] = 'application/octet-stream';
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The object in a body: JSON, or a form where the call takes one. Undefined for what cannot be read (section 3.1). */
export const objectIn = (bytes: unknown, type: string, takesForm: boolean): Record<string, unknown> | undefined => {
  const media = type.split(';')[0]!.trim().toLowerCase();
  const isForm = media === 'application/x-www-form-urlencoded';
  if (isForm ? !takesForm : media !== '' && !/^application\/(json|[\w.-]+\+json)$/.test(media)) return undefined;
  try {
    const text = Buffer.isBuffer(bytes) ? utf8.decode(bytes) : '';
    if (isForm) return Object.fromEntries(new URLSearchParams(text));
    const parsed: unknown = JSON.parse(text === '' && takesForm ? '{}' : text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
};
