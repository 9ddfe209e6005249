import type { FastifyInstance, FastifyRequest } from 'fastify';

export const bodyBytesMax = 2 * 1_024 * 1_024;

/** Bodies come as bytes, whatever their type says. */
export const takeBytes = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
    done(null, body),
  );
};

/** What was said in a request: the name of a method, and its JSON as it came. Undefined for a field that is not there. */
export interface Said {
  readonly method: string | undefined;
  readonly json: Record<string, unknown> | undefined;
}

const objectIn = (text: string | undefined): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
};

const unescaped = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Of a client that did not encode its JSON: all behind `json=`, so that `&` and `+` in addresses stay what they are (section 2.2). */
const rescued = (text: string): Record<string, unknown> | undefined => {
  const at = /(?:^|&)json=/.exec(text);
  if (!at) return undefined;
  const rest = text.slice(at.index + at[0].length);
  return objectIn(unescaped(rest)) ?? objectIn(rest);
};

const multipart = async (bytes: Buffer, type: string): Promise<Said> => {
  try {
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
    const field = (name: string) => {
      const value = form.get(name);
      return typeof value === 'string' ? value : undefined;
    };
    return { method: field('method'), json: objectIn(field('json')) };
  } catch {
    return { method: undefined, json: undefined };
  }
};

/** The two fields of a request, in either order and either type; of a field sent twice the first counts (section 2.2). */
export const saidIn = async (request: FastifyRequest, type: string): Promise<Said> => {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (/^multipart\/form-data/i.test(type)) return multipart(bytes, type);
  const text = bytes.toString('utf8').trim();
  const form = new URLSearchParams(text);
  return { method: form.get('method') ?? undefined, json: objectIn(form.get('json') ?? undefined) ?? rescued(text) };
};
