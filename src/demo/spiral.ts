/**
 * The merchant's side of the Spiral API in one file: it signs with the merchant's private key, checks that answers and
 * notices come from the gateway, and never looks at an answer that does not. Nothing but Node.js is needed to copy it.
 */
import { type KeyObject, sign, verify } from 'node:crypto';
import type { Exchange } from './till.ts';

/** JSON object of an answer or a notice. */
export type SpiralRecord = Readonly<Record<string, unknown>>;

export type SpiralResult = { readonly exchange: Exchange } & (
  | { readonly kind: 'answered'; readonly httpStatus: number; readonly record: SpiralRecord }
  /** Somebody answered, but not provably the gateway: what the answer says must not count. */
  | { readonly kind: 'untrusted' }
  /** No answer. The command may have been carried out all the same: ask with `query`, never send it anew. */
  | { readonly kind: 'silent' }
);

type SpiralNotice =
  | { readonly genuine: true; readonly merchantRef: string; readonly record: SpiralRecord }
  | { readonly genuine: false; readonly merchantRef: string | null };

export interface SpiralClient {
  /** Sends a command (SALESESSION, SALE, CAPTURE, REFUND, …) under a reference that was never used before. */
  command(merchantRef: string, fields: SpiralRecord): Promise<SpiralResult>;
  /** Asks how the transaction with this reference stands. */
  query(merchantRef: string): Promise<SpiralResult>;
  /** Makes a payment link under a reference of its own key space, at most 22 characters. */
  makeLink(merchantRef: string, fields: SpiralRecord): Promise<SpiralResult>;
  queryLink(merchantRef: string): Promise<SpiralResult>;
  /** What a terminal says: SALE, REFUND, VOID, REVERSAL, or the settlement of its batch. */
  terminal(merchantRef: string, fields: SpiralRecord): Promise<SpiralResult>;
  /**
   * Whether a notice comes from the gateway. The signature covers ids and time, not the rest of the body: take a
   * genuine notice as the news that something changed, and `query` what it is.
   */
  checkNotice(headers: SpiralHeaders, body: string): SpiralNotice;
}

/** Names in lower case, as Node.js delivers them. */
type SpiralHeaders = Readonly<Record<string, string | string[] | undefined>>;

// The gateway answers within 10 s even when an acquirer is silent.
const patienceMs = 15_000;

// A signature from the past may have been picked up by somebody: older than this it no longer proves anything.
const signatureAgeMaxMs = 300_000;

/** `apiUrl`: origin of the gateway. Keys are RSA, 2048 bit or more. `now`: real time in ms. */
export const spiralClient = (options: {
  readonly apiUrl: string;
  readonly clientId: string;
  readonly privateKey: KeyObject;
  readonly gatewayPublicKey: KeyObject;
  readonly now?: () => number;
}): SpiralClient => {
  const { apiUrl, clientId, privateKey, gatewayPublicKey, now = Date.now } = options;

  /** Client, reference and date glued together: all that Spiral signs, in either direction. */
  const signedText = (merchantRef: string, date: string): string => `${clientId}${merchantRef}${date}`;

  const comesFromGateway = (merchantRef: string, headers: SpiralHeaders): boolean => {
    const date = headers['spiral-request-datetime'];
    const signature = headers['spiral-server-signature'];
    if (typeof date !== 'string' || typeof signature !== 'string') return false;
    // Written so that a date that cannot be read, whose age is NaN, is refused as well.
    if (!(Math.abs(now() - Date.parse(date)) <= signatureAgeMaxMs)) return false;
    const text = Buffer.from(signedText(merchantRef, date));
    return verify('sha256', text, gatewayPublicKey, Buffer.from(signature, 'base64'));
  };

  const send = async (
    method: 'PUT' | 'GET',
    noun: 'transactions' | 'paymentlink' | 'softpos',
    merchantRef: string,
    fields: SpiralRecord | null,
  ): Promise<SpiralResult> => {
    const body = fields && JSON.stringify({ clientId, merchantRef, ...fields });
    const path = `/v1/merchants/${encodeURIComponent(clientId)}/${noun}/${encodeURIComponent(merchantRef)}`;
    const date = `${new Date(now()).toISOString().slice(0, 19)}Z`;
    const text = signedText(merchantRef, date);
    const requestHeaders = {
      ...(body === null ? {} : { 'Content-Type': 'application/json' }),
      'Spiral-Request-Datetime': date,
      'Spiral-Client-Signature': sign('sha256', Buffer.from(text), privateKey).toString('base64'),
    };
    const startedAt = now();
    const request = { method, path, requestHeaders, requestBody: body, requestSigned: text, at: startedAt };
    try {
      const response = await fetch(`${apiUrl}${path}`, {
        method,
        headers: requestHeaders,
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(patienceMs),
      });
      const answerBody = await response.text();
      const headers = Object.fromEntries(response.headers);
      const genuine = comesFromGateway(merchantRef, headers);
      const exchange: Exchange = {
        ...request,
        httpStatus: response.status,
        answerHeaders: {
          'Content-Type': headers['content-type'] ?? '',
          'Spiral-Request-Datetime': headers['spiral-request-datetime'] ?? '',
          'Spiral-Server-Signature': headers['spiral-server-signature'] ?? '',
        },
        answerBody,
        answerSigned: signedText(merchantRef, headers['spiral-request-datetime'] ?? ''),
        genuine,
        tookMs: now() - startedAt,
      };
      const record = genuine ? readRecord(answerBody) : null;
      return record
        ? { kind: 'answered', httpStatus: response.status, record, exchange }
        : { kind: 'untrusted', exchange };
    } catch {
      return { kind: 'silent', exchange: { ...request, ...noAnswer, tookMs: now() - startedAt } };
    }
  };

  return {
    command: (merchantRef, fields) => send('PUT', 'transactions', merchantRef, fields),
    query: (merchantRef) => send('GET', 'transactions', merchantRef, null),
    makeLink: (merchantRef, fields) => send('PUT', 'paymentlink', merchantRef, fields),
    queryLink: (merchantRef) => send('GET', 'paymentlink', merchantRef, null),
    terminal: (merchantRef, fields) => send('PUT', 'softpos', merchantRef, fields),
    checkNotice: (headers, body) => {
      const record = readRecord(body);
      const merchantRef = typeof record?.merchantRef === 'string' ? record.merchantRef : null;
      const genuine =
        record !== null &&
        merchantRef !== null &&
        record.clientId === clientId &&
        comesFromGateway(merchantRef, headers);
      return genuine ? { genuine, merchantRef, record } : { genuine: false, merchantRef };
    },
  };
};

const noAnswer = { httpStatus: null, answerHeaders: {}, answerBody: '', answerSigned: '', genuine: false } as const;

const readRecord = (text: string): SpiralRecord | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as SpiralRecord) : null;
  } catch {
    return null;
  }
};
