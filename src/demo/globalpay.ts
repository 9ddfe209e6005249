/**
 * The merchant's side of GLOBAL PAY CHECKOUT in one file: it logs in, renews its token when that has run out, and checks
 * that a callback comes from the gateway. Nothing but Node.js is needed to copy it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Exchange } from './till.ts';

/** JSON object of an answer or a callback. */
export type GlobalpayRecord = Readonly<Record<string, unknown>>;

type Talk = { readonly exchange: Exchange } & (
  | { readonly kind: 'answered'; readonly httpStatus: number; readonly record: GlobalpayRecord }
  /** No answer. What was asked may have been done all the same. */
  | { readonly kind: 'silent' }
);

/** `logIns`: what was said first, to get a token. */
export type GlobalpayResult = Talk & { readonly logIns: readonly Exchange[] };

export interface GlobalpayClient {
  readonly serviceId: number;
  post(path: string, body: GlobalpayRecord): Promise<GlobalpayResult>;
  get(path: string): Promise<GlobalpayResult>;
  /** Whether a callback comes from the gateway: its signature is over the whole body. */
  isGenuine(signature: string | undefined, body: string): boolean;
}

interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

// The gateway answers within 10 s even when an acquirer is silent.
const patienceMs = 15_000;

const secretFields = new Set(['password', 'access_token', 'refresh_token', 'session_state']);

/** A log-in as it may be shown: none of what it proves, none of what it gives. */
const starred = (text: string): string =>
  JSON.stringify(readRecord(text), (name, value) => (secretFields.has(name) ? '***' : value));

const readRecord = (text: string): GlobalpayRecord => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as GlobalpayRecord) : {};
  } catch {
    return {};
  }
};

const tokensIn = (talk: Talk): Tokens | undefined => {
  if (talk.kind === 'silent' || talk.httpStatus !== 200) return undefined;
  const { access_token: access, refresh_token: refresh } = talk.record;
  return typeof access === 'string' && typeof refresh === 'string' ? { access, refresh } : undefined;
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
  let tokens: Tokens | undefined;
  /** The log-in that is under way: whoever needs a token meanwhile waits for the same one. */
  let pending: Promise<Talk> | undefined;

  /** One request. `access` null: a log-in, of which nothing secret is kept in the exchange. */
  const send = async (
    method: 'GET' | 'POST',
    path: string,
    body: string | null,
    access: string | null,
  ): Promise<Talk> => {
    const show = access === null ? starred : (text: string) => text;
    const startedAt = Date.now();
    const headersWith = (bearer: string): Record<string, string> => ({
      ...(body !== null && { 'Content-Type': 'application/json' }),
      ...(access !== null && { Authorization: `Bearer ${bearer}` }),
    });
    const request = {
      method,
      path,
      requestHeaders: headersWith('***'),
      requestBody: body === null ? null : show(body),
      requestSigned: '',
      answerSigned: '',
      at: startedAt,
    };
    try {
      const response = await fetch(apiUrl + path, {
        method,
        headers: headersWith(access ?? ''),
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(patienceMs),
      });
      const text = await response.text();
      const exchange: Exchange = {
        ...request,
        httpStatus: response.status,
        answerHeaders: {
          'Content-Type': response.headers.get('content-type') ?? '',
          'X-Trace-Id': response.headers.get('x-trace-id') ?? '',
        },
        answerBody: show(text),
        genuine: true,
        tookMs: Date.now() - startedAt,
      };
      return { kind: 'answered', httpStatus: response.status, record: readRecord(text), exchange };
    } catch {
      const silence = { httpStatus: null, answerHeaders: {}, answerBody: '', genuine: false } as const;
      return { kind: 'silent', exchange: { ...request, ...silence, tookMs: Date.now() - startedAt } };
    }
  };

  const getTokens = async (path: string, body: object, logIns: Exchange[]): Promise<Talk> => {
    const talk = await send('POST', path, JSON.stringify(body), null);
    logIns.push(talk.exchange);
    tokens = tokensIn(talk);
    return talk;
  };

  /** Renews the tokens by the refresh token where there is one, by name and password where that has run out too. */
  const logIn = async (logIns: Exchange[]): Promise<Talk> => {
    if (tokens) {
      const talk = await getTokens('/checkout/v1/merchant/auth/refresh', { refresh_token: tokens.refresh }, logIns);
      if (tokens) return talk;
    }
    return getTokens('/checkout/v1/merchant/auth', { username: login, password: password() }, logIns);
  };

  /** A token other than `stale`, or how the log-in went wrong. */
  const tokenAfter = async (stale: string | null, logIns: Exchange[]): Promise<string | Talk> => {
    if (tokens && tokens.access !== stale) return tokens.access;
    pending ??= logIn(logIns).finally(() => {
      pending = undefined;
    });
    const talk = await pending;
    return tokens?.access ?? talk;
  };

  const call = async (method: 'GET' | 'POST', path: string, body: string | null): Promise<GlobalpayResult> => {
    const logIns: Exchange[] = [];
    let stale: string | null = null;
    for (;;) {
      const access = await tokenAfter(stale, logIns);
      // Without a token nothing was asked, so what the log-in was told is the answer.
      if (typeof access !== 'string') return { ...access, logIns: logIns.slice(0, -1) };
      const talk = await send(method, path, body, access);
      if (stale !== null || talk.kind === 'silent' || talk.httpStatus !== 401) return { ...talk, logIns };
      stale = access;
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
