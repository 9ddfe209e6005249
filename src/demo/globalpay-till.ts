import type { GlobalpayClient, GlobalpayRecord, GlobalpayResult } from './globalpay.ts';
import { priceIn, summaryOf } from './goods.ts';
import type { Order } from './orders.ts';
import type { Reply, Standing, Till, TillWords } from './till.ts';

export const globalpayWords: TillWords = {
  requests:
    'Not signed. The log-in gets a token, and the token shows who asks; neither it nor the password is shown here.',
  signsAnswers: false,
  answers: 'Answers are not signed. The shop believes it because it asked the gateway itself.',
  notice:
    'It is an HMAC with a secret that only shop and gateway know. The shop asked how the payment stands all the same.',
  returnNames: { success: 'successRedirectUrl', failure: 'failRedirectUrl' },
};

const vatPercent = 12;

/** As many as the shop keeps orders. */
const tokenCountMax = 500;

const languages: Readonly<Record<string, string>> = { en_US: 'en' };

/** The shop's till at GLOBAL PAY: `publicUrl` is the origin of gateway and shop for the payer's browser. */
export const globalpayTill = (client: GlobalpayClient, publicUrl: string): Till => {
  /** The payment token of each order. Orders are in memory alone, too. */
  const tokens = new Map<string, string>();

  const bodyOf = (order: Order) => {
    const back = `${publicUrl}/demo/orders/${order.number}`;
    return {
      name: `Lantern & Leaf ${order.number}`,
      description: summaryOf(order.lines),
      externalId: order.number,
      externalServiceId: client.serviceId,
      items: order.lines.map(({ good, quantity }) => ({
        title: good.name,
        price: Number(priceIn(good, 'UZS')),
        count: quantity,
        code: good.mxikCode,
        units: 796,
        vatPercent,
        packageCode: '1511204',
      })),
      requestFields: [
        { name: 'amount', value: String(order.amountMinor) },
        { name: 'currency', value: 'UZS' },
      ],
      successRedirectUrl: `${back}?back=success`,
      failRedirectUrl: `${back}?back=failure`,
    };
  };

  const notOffered = () => Promise.reject(new Error('this shop does not do that through GLOBAL PAY'));

  return {
    name: 'globalpay',
    title: 'GLOBAL PAY',
    currency: 'UZS',
    hint: 'In som, by Uzcard or Humo with a code by text, or by Visa or Mastercard.',
    locales: ['en_US', 'uz', 'ru'],
    wallets: [],
    reserves: false,
    links: false,
    words: globalpayWords,
    firstCard: '8600 3100 0000 0018',

    async open(order) {
      const result = await client.post('/checkout/v1/user-service-tokens', bodyOf(order));
      const record = result.kind === 'answered' && result.httpStatus === 200 ? result.record : null;
      const [token, url] = [textOf(record?.id), textOf(record?.userRedirectUrl)];
      if (!token || !url) return { ...replyOf(result, null), checkout: null };
      tokens.set(order.number, token);
      if (tokens.size > tokenCountMax) tokens.delete(tokens.keys().next().value!);
      const language = languages[order.locale] ?? order.locale;
      const waiting = { ...nothing, status: 'INIT', tone: 'waiting' } as const;
      return {
        exchange: result.exchange,
        logIns: result.logIns,
        standing: waiting,
        refused: false,
        problem: null,
        checkout: { href: `${url}?lang=${language}`, library: null },
      };
    },

    charge: notOffered,
    capture: notOffered,
    queryLink: notOffered,

    async refund(orderId, reference, amountMinor) {
      const body = { id: orderId, externalId: reference, amount: Number(amountMinor) };
      return replyOf(await client.post('/payments/v2/payment/revert', body), reference);
    },

    async query(reference) {
      const [first, number] = reference.split('-');
      const order = `${first}-${number}`;
      const result = await client.get(`/checkout/v1/payment/servicetoken/${tokens.get(order) ?? order}`);
      return replyOf(result, reference === order ? null : reference);
    },

    hear(headers, body) {
      const signature = textOf(headers['x-signature']) ?? '';
      const genuine = client.isGenuine(signature, body);
      let said: GlobalpayRecord = {};
      try {
        said = JSON.parse(body) as GlobalpayRecord;
      } catch {
        // What cannot be read names no order.
      }
      return {
        genuine,
        reference: textOf(said?.externalId),
        headers: {
          'Content-Type': textOf(headers['content-type']) ?? '',
          'X-Request-Id': textOf(headers['x-request-id']) ?? '',
          'X-Attempt': textOf(headers['x-attempt']) ?? '',
          'X-Signature': signature,
        },
        signed: genuine ? 'the body, byte for byte' : '',
        body,
      };
    },
  };
};

const nothing: Standing = {
  status: 'INIT',
  tone: 'waiting',
  reason: null,
  card: null,
  approvalCode: null,
  receiptUrl: null,
  paidMinor: 0n,
  capturedMinor: 0n,
  refundedMinor: 0n,
  cardToken: null,
  orderId: null,
  paidBy: null,
};

/** `refund`: the reference of a refund, if the answer is asked about one; null for the payment itself. */
const replyOf = (result: GlobalpayResult, refund: string | null): Reply => {
  const { exchange, logIns } = result;
  if (result.kind === 'silent') {
    const problem = 'The gateway did not answer. The shop asks how it stands before it tries anything else.';
    return { exchange, logIns, standing: null, refused: false, problem };
  }
  const { httpStatus, record } = result;
  if (httpStatus === 200)
    return { exchange, logIns, standing: standingOf(record, refund), refused: false, problem: null };
  const problem = `${textOf(record.detail) ?? 'The gateway refused the request'} (HTTP ${httpStatus})`;
  return { exchange, logIns, standing: null, refused: httpStatus < 500, problem };
};

const tones: Readonly<Record<string, Standing['tone']>> = {
  APPROVED: 'good',
  PARTIAL_REVERT: 'good',
  REVERT: 'good',
  FAILED: 'bad',
};

const recordOf = (value: unknown): GlobalpayRecord =>
  typeof value === 'object' && value !== null ? (value as GlobalpayRecord) : {};

const amountIn = (value: unknown): bigint => (Number.isSafeInteger(value) ? BigInt(value as number) : 0n);

const standingOf = (record: GlobalpayRecord, refund: string | null): Standing => {
  const status = textOf(record.status) ?? 'INIT';
  const tone = tones[status] ?? 'waiting';
  const reverts = (Array.isArray(record.paymentReverts) ? record.paymentReverts : []).map(recordOf);
  const card = recordOf(record.card);
  const fiscal = recordOf(record.gnkDetail ?? record.gnkFields);
  const paidMinor = tone === 'good' ? amountIn(record.amount) : 0n;
  const own = refund === null ? undefined : reverts.find(({ externalId }) => externalId === refund);
  return {
    ...nothing,
    // A refund that is listed went through; one that is not, not yet.
    status: refund === null ? status : own ? 'REVERT' : 'PENDING',
    tone: refund === null ? tone : own ? 'good' : 'waiting',
    reason: textOf(record.error),
    card: textOf(card.cardNumber) && `${textOf(card.processingType) ?? ''} ${textOf(card.cardNumber)}`.trim(),
    receiptUrl: textOf(fiscal.qrCodeUrl ?? fiscal.qrcodeUrl),
    paidMinor,
    capturedMinor: paidMinor,
    refundedMinor: reverts.reduce((sum, { amount }) => sum + amountIn(amount), 0n),
    orderId: textOf(record.id),
  };
};

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
