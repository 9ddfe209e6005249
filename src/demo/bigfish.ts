/**
 * The merchant's side of BIG FISH Payment Gateway in one file: a method's name and its JSON go to the one endpoint as a form, and the
 * answer's ResultCode says what became of it. Nothing but Node.js is needed to copy it.
 */
import type { Exchange } from './till.ts';

/** JSON object of an answer. */
export type BigfishRecord = Readonly<Record<string, unknown>>;

export type BigfishResult = { readonly exchange: Exchange } & (
  | { readonly kind: 'answered'; readonly record: BigfishRecord }
  /** No answer. What was asked may have been done all the same. */
  | { readonly kind: 'silent' }
);

export interface BigfishClient {
  readonly storeName: string;
  call(method: string, json: BigfishRecord): Promise<BigfishResult>;
}

// The gateway answers within 25 s even when a provider is silent.
const patienceMs = 30_000;

const readRecord = (text: string): BigfishRecord => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as BigfishRecord) : {};
  } catch {
    return {};
  }
};

/** Objects such as Info travel as base64 with an alphabet of its own. */
export const encoded = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '.');

/** `apiUrl`: origin of the gateway. The key is a function, so that it is nowhere but where it is used. */
export const bigfishClient = (options: {
  readonly apiUrl: string;
  readonly storeName: string;
  readonly apiKey: () => string;
}): BigfishClient => {
  const { apiUrl, storeName, apiKey } = options;
  return {
    storeName,
    async call(method, json) {
      const startedAt = Date.now();
      const body = new URLSearchParams({ method, json: JSON.stringify(json) }).toString();
      const path = '/api/payment/';
      const headersWith = (credentials: string) => ({
        'Content-Type': 'application/x-www-form-urlencoded',
        Authorization: `Basic ${credentials}`,
      });
      const request = {
        method: 'POST',
        path,
        requestHeaders: headersWith('***'),
        requestBody: `method=${method}\njson=${JSON.stringify(json)}`,
        requestSigned: '',
        answerSigned: '',
        at: startedAt,
      };
      try {
        const credentials = Buffer.from(`${storeName}:${apiKey()}`).toString('base64');
        const response = await fetch(apiUrl + path, {
          method: 'POST',
          headers: headersWith(credentials),
          body,
          redirect: 'error',
          signal: AbortSignal.timeout(patienceMs),
        });
        const text = await response.text();
        const exchange: Exchange = {
          ...request,
          httpStatus: response.status,
          answerHeaders: { 'Content-Type': response.headers.get('content-type') ?? '' },
          answerBody: text,
          genuine: true,
          tookMs: Date.now() - startedAt,
        };
        return { kind: 'answered', record: readRecord(text), exchange };
      } catch {
        const silence = { httpStatus: null, answerHeaders: {}, answerBody: '', genuine: false } as const;
        return { kind: 'silent', exchange: { ...request, ...silence, tookMs: Date.now() - startedAt } };
      }
    },
  };
};
