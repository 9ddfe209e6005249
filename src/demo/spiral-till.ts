import { decimalOf, minorOf } from './amount.ts';
import { summaryOf } from './goods.ts';
import type { Order } from './orders.ts';
import type { SpiralClient, SpiralRecord, SpiralResult } from './spiral.ts';
import type { Reply, Standing, Till, TillWords } from './till.ts';

export const spiralWords: TillWords = {
  requests: "Signed with the shop's private key:",
  signsAnswers: true,
  answers: "Signed with the gateway's key:",
  notice: 'It does not cover the body, so the shop asked the gateway how the payment stands before it believed it.',
  returnNames: { success: 'successUrl', failure: 'failureUrl' },
};

const wallets: Till['wallets'] = [
  { code: 'PAYME', title: 'PayMe', hint: 'Scan a code.' },
  { code: 'FPS', title: 'FPS', hint: 'Send it from a bank, in parts if you like.' },
  { code: 'ALIPAYHK', title: 'AlipayHK', hint: 'Scan a code.' },
  { code: 'WECHAT', title: 'WeChat Pay', hint: 'Scan a code. Refunds take a moment.' },
  { code: 'OCTOPUS', title: 'Octopus', hint: 'Scan a code. Refunds take a moment.' },
];

/** How long a payment link can be paid. */
const linkHours = 24;

/**
 * The shop's till at the Spiral API. `hookUrl`: where the gateway sends its notices; `publicUrl`: origin of gateway and
 * shop for the payer's browser.
 */
export const spiralTill = (client: SpiralClient, hookUrl: string, publicUrl: string): Till => {
  const command = (order: Order, cmd: string) => ({
    cmd,
    type: order.wallet ?? 'VM',
    amt: Number(decimalOf(order.amountMinor)),
    currency: 'HKD',
    goodsName: summaryOf(order.lines).slice(0, 128),
    webhookUrl: hookUrl,
    metadata: { order: order.number },
  });

  const follow = async (cmd: string, orderId: string, reference: string, amountMinor: bigint): Promise<Reply> =>
    replyOf(
      await client.command(reference, { cmd, orderId, amt: Number(decimalOf(amountMinor)), webhookUrl: hookUrl }),
    );

  /** The payer chooses on the link's page what to pay with, and comes back to nowhere: only the notice tells. */
  const makeLink: Till['open'] = async (order) => {
    const { goodsName, amt, currency, webhookUrl, metadata } = command(order, '');
    const fields = { amt, currency, goodsName, webhookUrl, metadata, durationHr: linkHours };
    const result = await client.makeLink(order.number, fields);
    const url = result.kind === 'answered' && result.httpStatus === 200 ? textOf(result.record.paymentLinkUrl) : null;
    return { ...replyOf(result), checkout: url === null ? null : { href: url, library: null } };
  };

  return {
    name: 'spiral',
    title: 'Spiral',
    currency: 'HKD',
    hint: 'In Hong Kong dollars, by card or in an app.',
    locales: ['en_US', 'zh_HK', 'zh_CN'],
    wallets,
    reserves: true,
    links: true,
    words: spiralWords,
    firstCard: '4440 0000 0990 0010',

    async open(order) {
      if (order.mode === 'link') return makeLink(order);
      const back = `${publicUrl}/demo/orders/${order.number}`;
      const result = await client.command(order.number, {
        ...command(order, order.mode === 'now' ? 'SALESESSION' : 'AUTHSESSION'),
        channel: 'WEB',
        successUrl: `${back}?back=success`,
        failureUrl: `${back}?back=failure`,
      });
      // "Approved" here says that the session is open; the payment itself stands at "Unconfirmed" until it is made.
      const session = result.kind === 'answered' && result.httpStatus === 200 ? textOf(result.record.sessionId) : null;
      const reply = replyOf(result);
      if (!session) return { ...reply, standing: null, checkout: null };
      return {
        ...reply,
        standing: { ...reply.standing!, status: 'Unconfirmed', tone: 'waiting', reason: null },
        checkout: {
          href: `${publicUrl}/pay/${encodeURIComponent(session)}?locale=${order.locale}`,
          library: { src: `${publicUrl}/js/v2/spiralpg.min.js`, session },
        },
      };
    },

    charge: async (order, cardToken) =>
      replyOf(await client.command(order.number, { ...command(order, 'SALE'), cardToken, cardTokenSrc: 'SPIRAL' })),

    capture: (orderId, reference, amountMinor) => follow('CAPTURE', orderId, reference, amountMinor),
    refund: (orderId, reference, amountMinor) => follow('REFUND', orderId, reference, amountMinor),

    query: async (reference) => replyOf(await client.query(reference)),
    queryLink: async (reference) => replyOf(await client.queryLink(reference)),

    hear(headers, body) {
      const notice = client.checkNotice(headers, body);
      const date = textOf(headers['spiral-request-datetime']) ?? '';
      return {
        genuine: notice.genuine,
        reference: notice.merchantRef,
        headers: {
          'Content-Type': textOf(headers['content-type']) ?? '',
          'Spiral-Request-Datetime': date,
          'Spiral-Server-Signature': textOf(headers['spiral-server-signature']) ?? '',
        },
        signed: notice.genuine ? `${notice.record.clientId}${notice.merchantRef}${date}` : '',
        body,
      };
    },
  };
};

const replyOf = (result: SpiralResult): Reply => {
  const { exchange } = result;
  const logIns: Reply['logIns'] = [];
  if (result.kind === 'silent') {
    const problem = 'The gateway did not answer. The shop asks how it stands before it tries anything else.';
    return { exchange, logIns, standing: null, refused: false, problem };
  }
  if (result.kind === 'untrusted') {
    const problem = 'An answer came whose signature is not right. It was ignored.';
    return { exchange, logIns, standing: null, refused: false, problem };
  }
  const { httpStatus, record } = result;
  if (httpStatus === 200) return { exchange, logIns, standing: standingOf(record), refused: false, problem: null };
  const problem = `${textOf(record.error) ?? 'The gateway refused the request'} (HTTP ${httpStatus})`;
  // After 500, 502 and 504 the money may have moved, because the acquirer's word is missing: a query tells.
  return { exchange, logIns, standing: null, refused: httpStatus < 500 || httpStatus === 501, problem };
};

const tones: Readonly<Record<string, Standing['tone']>> = {
  Approved: 'good',
  OverPaid: 'good',
  Declined: 'bad',
  Cancelled: 'bad',
  Timeout: 'bad',
  NotValid: 'bad',
};

const standingOf = (record: SpiralRecord): Standing => {
  const status = textOf(record.status) ?? 'Unconfirmed';
  const pan = textOf(record.pan);
  const words = [textOf(record.resp), textOf(record.respMsg)].filter((word) => word !== null);
  return {
    status,
    tone: tones[status] ?? 'waiting',
    reason: words.length > 0 ? words.join(' – ') : null,
    card: pan && `${textOf(record.card) ?? ''} ${pan}`.trim(),
    approvalCode: textOf(record.appCode),
    receiptUrl: null,
    paidMinor: amountIn(record.paidAmt),
    capturedMinor: amountIn(record.capturedAmt),
    refundedMinor: amountIn(record.refundedAmt),
    cardToken: textOf(record.cardToken),
    orderId: textOf(record.orderId),
    paidBy: textOf(record.approvedMerchantRef),
  };
};

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const amountIn = (value: unknown): bigint => (typeof value === 'number' ? (minorOf(String(value)) ?? 0n) : 0n);
