/**
 * The merchant's side of the transactionServices REST v1 API in one file: a form goes to a path with a token in its header and a checksum
 * in its body, and the hosted page is an address that a checksum guards. Nothing but Node.js is needed to copy it.
 */
import { createHash } from 'node:crypto';
import type { Exchange } from './till.ts';

/** JSON object of an answer. */
export type RestRecord = Readonly<Record<string, unknown>>;

export type RestResult = { readonly exchange: Exchange; readonly logIns: readonly Exchange[] } & (
  | { readonly kind: 'answered'; readonly record: RestRecord }
  /** No answer. What was asked may have been done all the same. */
  | { readonly kind: 'silent' }
);

/** What a checksum covers, joined by bars: texts, and the place of the key. */
type Part = string | { readonly key: true };

export const theKey = { key: true } as const;

export interface RestClient {
  readonly memberId: string;
  readonly totype: string;
  /** Text and MD5 of a checksum; the text has stars in the place of the key. */
  checksum(parts: readonly Part[]): { readonly text: string; readonly md5: string };
  /** Asks a path. `signs`: what the checksum covers. */
  call(path: string, fields: Readonly<Record<string, string>>, signs: readonly Part[]): Promise<RestResult>;
}

// The gateway answers within 25 s even when an acquirer is silent.
const patienceMs = 30_000;
/** Tokens live an hour. */
const tokenMs = 55 * 60_000;

const readRecord = (text: string): RestRecord => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as RestRecord) : {};
  } catch {
    return {};
  }
};

type Asked = Pick<Exchange, 'requestHeaders' | 'requestBody' | 'requestSigned'>;

/** `apiUrl`: origin of the gateway. The key is a function, so that it is nowhere but where it is used. */
export const restClient = (options: {
  readonly apiUrl: string;
  readonly memberId: string;
  readonly username: string;
  readonly partnerId: string;
  readonly totype: string;
  readonly key: () => string;
}): RestClient => {
  const { apiUrl, memberId, username, partnerId, totype, key } = options;
  let token: { readonly text: string; readonly until: number } | undefined;

  /** One request; `shown` is what people may see of it. */
  const post = async (
    path: string,
    fields: Readonly<Record<string, string>>,
    authtoken: string | null,
    shown: Asked,
  ) => {
    const startedAt = Date.now();
    const request = { method: 'POST', path, ...shown, answerSigned: '', at: startedAt };
    try {
      const response = await fetch(apiUrl + path, {
        method: 'POST',
        headers: authtoken === null ? {} : { authtoken },
        body: new URLSearchParams(fields),
        redirect: 'error',
        signal: AbortSignal.timeout(patienceMs),
      });
      const text = await response.text();
      const answer = {
        httpStatus: response.status,
        answerHeaders: { 'Content-Type': response.headers.get('content-type') ?? '' },
      };
      return {
        text,
        exchange: { ...request, ...answer, answerBody: text, genuine: true, tookMs: Date.now() - startedAt },
      };
    } catch {
      const silence = { httpStatus: null, answerHeaders: {}, answerBody: '', genuine: false } as const;
      return { text: null, exchange: { ...request, ...silence, tookMs: Date.now() - startedAt } };
    }
  };

  const root = '/transactionServices/REST/v1';
  const linesOf = (fields: Readonly<Record<string, string>>): string =>
    Object.entries(fields)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n');

  /** A token, from memory while it is good. What was said to get one shows neither key nor token. */
  const logIn = async (): Promise<readonly Exchange[]> => {
    if (token && Date.now() < token.until) return [];
    const fields = { 'authentication.partnerId': partnerId, 'merchant.username': username };
    const shown = linesOf({ ...fields, 'authentication.sKey': '***' });
    const asked = { requestHeaders: {}, requestBody: shown, requestSigned: '' };
    const { text, exchange } = await post(
      `${root}/authToken`,
      { ...fields, 'authentication.sKey': key() },
      null,
      asked,
    );
    const { AuthToken } = readRecord(text ?? '');
    if (typeof AuthToken !== 'string') return [exchange];
    token = { text: AuthToken, until: Date.now() + tokenMs };
    return [{ ...exchange, answerBody: exchange.answerBody.replace(AuthToken, '***') }];
  };

  const checksum: RestClient['checksum'] = (parts) => {
    const joined = (secret: string) => parts.map((part) => (typeof part === 'string' ? part : secret)).join('|');
    return { text: joined('***'), md5: createHash('md5').update(joined(key())).digest('hex') };
  };

  return {
    memberId,
    totype,
    checksum,
    async call(path, more, signs) {
      const logIns = await logIn();
      const { text: requestSigned, md5 } = checksum(signs);
      const fields = { 'authentication.memberId': memberId, 'authentication.checksum': md5, ...more };
      const shown = { requestHeaders: { authtoken: '***' }, requestBody: linesOf(fields), requestSigned };
      const { text, exchange } = await post(`${root}/${path}`, fields, token?.text ?? '', shown);
      if (text === null) return { kind: 'silent', exchange, logIns };
      const record = readRecord(text);
      // The next call gets another one.
      if ((record.result as RestRecord | undefined)?.code === '401') token = undefined;
      return { kind: 'answered', record, exchange, logIns };
    },
  };
};
