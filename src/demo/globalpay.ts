/**
 * The merchant's side of GLOBAL PAY CHECKOUT in one file: it logs in once and again when its token has run out, and checks
 * that a callback comes from the gateway. Nothing but Node.js is needed to copy it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Exchange } from './till.ts';

/** JSON object of an answer or a callback. */
export type GlobalpayRecord = Readonly<Record<string, unknown>>;

export type GlobalpayResult = { readonly exchange: Exchange } & (
  | { readonly kind: 'answered'; readonly httpStatus: number; readonly record: GlobalpayRecord }
  /** No answer. What was asked may have been done all the same. */
  | { readonly kind: 'silent' }
);

export interface GlobalpayClient {
  readonly serviceId: number;
  post(path: string, body: GlobalpayRecord): Promise<GlobalpayResult>;
  get(path: string): Promise<GlobalpayResult>;
  /** Whether a callback comes from the gateway: its signature is over the whole body. */
  isGenuine(signature: string | undefined, body: string): boolean;
}

// The gateway answers within 10 s even when an acquirer is silent.
const patienceMs = 15_000;

const readRecord = (text: string): GlobalpayRecord => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as GlobalpayRecord) : {};
  } catch {
    return {};
  }
};

/** `apiUrl`: origin of the gateway. Secrets are functions, so that they are nowhere but where they are used. */
export const globalpayClient = (options: {
  readonly apiUrl: string;
  readonly login: string;
  readonly password: () => string;
  readonly callbackSecret: () => string;
  readonly serviceId: number;
}): GlobalpayClient => {
  const { apiUrl, login, password, callbackSecret, serviceId } = options;
  let access: Promise<string> | undefined;

  const logIn = async (): Promise<string> => {
    const response = await fetch(`${apiUrl}/checkout/v1/merchant/auth`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: login, password: password() }),
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    });
    const { access_token: token } = readRecord(await response.text());
    if (typeof token !== 'string') throw new Error('no log-in');
    return token;
  };

  /** The token that works, or a new one when it does not any more. */
  const tokenFor = (again: boolean): Promise<string> => {
    if (again || !access) {
      access = logIn();
      access.catch(() => {
        access = undefined;
      });
    }
    return access;
  };

  const call = async (method: 'GET' | 'POST', path: string, body: string | null): Promise<GlobalpayResult> => {
    const startedAt = Date.now();
    const request = {
      method,
      path,
      requestHeaders: { ...(body === null ? {} : { 'Content-Type': 'application/json' }), Authorization: 'Bearer ***' },
      requestBody: body,
      requestSigned: '',
      answerSigned: '',
      at: startedAt,
    };
    const ask = async (token: string) =>
      fetch(apiUrl + path, {
        method,
        headers: { ...request.requestHeaders, Authorization: `Bearer ${token}` },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(patienceMs),
      });
    try {
      let response = await ask(await tokenFor(false));
      if (response.status === 401) response = await ask(await tokenFor(true));
      const answerBody = await response.text();
      const exchange: Exchange = {
        ...request,
        httpStatus: response.status,
        answerHeaders: {
          'Content-Type': response.headers.get('content-type') ?? '',
          'X-Trace-Id': response.headers.get('x-trace-id') ?? '',
        },
        answerBody,
        genuine: true,
        tookMs: Date.now() - startedAt,
      };
      return { kind: 'answered', httpStatus: response.status, record: readRecord(answerBody), exchange };
    } catch {
      const silence = { httpStatus: null, answerHeaders: {}, answerBody: '', genuine: false } as const;
      return { kind: 'silent', exchange: { ...request, ...silence, tookMs: Date.now() - startedAt } };
    }
  };

  return {
    serviceId,
    post: (path, body) => call('POST', path, JSON.stringify(body)),
    get: (path) => call('GET', path, null),
    isGenuine: (signature, body) => {
      const right = createHmac('sha256', callbackSecret()).update(body).digest();
      const given = Buffer.from(/^[0-9a-f]{64}$/i.test(signature ?? '') ? signature! : '', 'hex');
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
};
