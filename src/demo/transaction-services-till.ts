import { decimalOf, minorOf } from './amount.ts';
import type { Reply, Standing, Till, TillWords } from './till.ts';
import { type RestClient, type RestRecord, type RestResult, theKey } from './transaction-services.ts';

export const restWords: TillWords = {
  requests:
    'A token in the header shows who asks, and an MD5 over some fields and the secret key that nobody changed them.',
  signsAnswers: false,
  answers: 'Answers are not signed. The shop believes them because it asked the gateway itself.',
  notice: 'A notification has an MD5 over its payment, order, amount and status with the secret key.',
  returnNames: { success: 'merchantRedirectUrl', failure: 'merchantRedirectUrl' },
};

const currency = 'CZK';

/** Ways to pay without a card, by the mode and brand that name them. */
const wallets: Till['wallets'] = [
  { code: 'EW/SKRILL', title: 'Skrill', hint: 'On the page of a wallet, and back.' },
  { code: 'NB/IDEAL', title: 'iDEAL', hint: 'On the page of a bank, and back.' },
  { code: 'SEPA/DIRECT_DEBIT', title: 'SEPA debit', hint: 'An IBAN: DE09 1001 0010 1234 5678 93.' },
];

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const recordIn = (value: unknown): RestRecord =>
  typeof value === 'object' && value !== null ? (value as RestRecord) : {};

const tones: Readonly<Record<string, Standing['tone']>> = { Y: 'good', P: 'waiting', '3D': 'waiting' };

const nothing: Standing = {
  status: 'begun',
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

const captured: ReadonlySet<string> = new Set(['capturesuccess', 'settled', 'markedforreversal', 'reversed']);

/** What the gateway says of a payment in the answer to an inquiry. `capturedMinor`: what the shop captured of it itself. */
const standingOf = (record: RestRecord, capturedMinor: bigint | undefined): Standing | null => {
  const { status, transactionStatus, paymentBrand } = record;
  if (typeof status !== 'string' || typeof transactionStatus !== 'string') return null;
  const amountMinor = minorOf(String(record.amount)) ?? 0n;
  const { bin, last4Digits } = recordIn(record.card);
  const isPaid = transactionStatus === 'Y';
  return {
    ...nothing,
    status,
    tone: tones[transactionStatus] ?? 'bad',
    reason: isPaid ? null : textOf(record.remark),
    card: textOf(bin) && `${paymentBrand} ${bin}******${last4Digits}`,
    paidMinor: isPaid ? (capturedMinor ?? amountMinor) : 0n,
    capturedMinor: captured.has(status) ? (capturedMinor ?? amountMinor) : 0n,
    refundedMinor: minorOf(String(record.refundAmount ?? '')) ?? 0n,
    orderId: textOf(record.paymentId),
  };
};

/** As many as the shop keeps orders. */
const captureCountMax = 500;

/** The shop's till at the REST v1 API: `publicUrl` is the origin of gateway and shop for the payer's browser. */
export const restTill = (client: RestClient, hookUrl: string, publicUrl: string): Till => {
  const { memberId, totype } = client;
  /** What was captured of a payment: an inquiry tells only that something was. */
  const captures = new Map<string, bigint>();

  const silent = ({ exchange, logIns }: RestResult): Reply => {
    const problem = 'The gateway did not answer. The shop asks how it stands before it tries anything else.';
    return { exchange, logIns, standing: null, refused: false, problem };
  };

  const problemOf = (record: RestRecord): string => {
    const { code, description } = recordIn(record.result);
    return `${code}: ${description}`;
  };

  /** What CP and RF answer of themselves. */
  const stepReply = (result: RestResult): Reply => {
    if (result.kind === 'silent') return silent(result);
    const { exchange, logIns, record } = result;
    const status = String(record.transactionStatus ?? '');
    const standing = status === '' ? null : { ...nothing, status, tone: tones[status] ?? 'bad' };
    const problem = status === 'Y' || status === 'P' ? null : problemOf(record);
    return { exchange, logIns, standing, refused: standing === null, problem };
  };

  const follow = (paymentType: 'CP' | 'RF', paymentId: string, amount: string) =>
    client.call(`payments/${paymentId}`, { paymentType, amount }, [memberId, theKey, paymentId, amount]);

  const notOffered = () => Promise.reject(new Error('this shop does not do that through the REST v1 API'));

  return {
    name: 'transaction-services',
    title: 'REST v1',
    currency,
    hint: 'In koruna: charged at once, or held and captured later, on the hosted page of a white-label gateway.',
    locales: ['en_US', 'de', 'hu'],
    wallets,
    reserves: true,
    links: false,
    words: restWords,
    firstCard: '4111 1111 1111 1111',

    async open(order) {
      // The page needs no request before it, so the shop only asks what it can be paid with.
      const result = await client.call('getPaymentAndCardType', {}, [memberId, theKey]);
      if (result.kind === 'silent') return { ...silent(result), checkout: null };
      const { exchange, logIns } = result;
      if (recordIn(result.record.result).code !== '00027') {
        const problem = problemOf(result.record);
        return { exchange, logIns, standing: null, refused: true, problem, checkout: null };
      }
      const amount = decimalOf(order.amountMinor);
      const [mode, brand] = order.wallet?.split('/') ?? ['CC'];
      const merchantRedirectUrl = `${publicUrl}/demo/orders/${order.number}`;
      const query = new URLSearchParams({
        memberId,
        totype,
        amount,
        currency,
        merchantTransactionId: order.number,
        orderDescription: order.lines.map(({ good, quantity }) => `${quantity} ${good.name}`).join(', '),
        merchantRedirectUrl,
        notificationUrl: hookUrl,
        transactionType: order.mode === 'reserve' ? 'PA' : 'DB',
        paymentMode: mode!,
        ...(brand !== undefined && { paymentBrand: brand }),
        firstName: 'Demo',
        lastName: 'Visitor',
        lang: order.locale.slice(0, 2),
        checksum: client.checksum([memberId, totype, amount, order.number, merchantRedirectUrl, theKey]).md5,
      });
      const href = `${publicUrl}/transaction/Checkout?${query}`;
      return { exchange, logIns, standing: nothing, refused: false, problem: null, checkout: { href, library: null } };
    },

    charge: notOffered,

    async capture(orderId, _reference, amountMinor) {
      const result = await follow('CP', orderId, decimalOf(amountMinor));
      if (result.kind === 'answered' && result.record.transactionStatus === 'Y') {
        captures.set(orderId, amountMinor);
        if (captures.size > captureCountMax) captures.delete(captures.keys().next().value!);
      }
      return stepReply(result);
    },

    refund: async (orderId, _reference, amountMinor) => stepReply(await follow('RF', orderId, decimalOf(amountMinor))),

    async query(reference) {
      const [first, number] = reference.split('-');
      const order = `${first}-${number}`;
      const asked = { paymentType: 'IN', idType: 'MID', merchantTransactionId: order };
      const result = await client.call('inquiry', asked, [memberId, theKey, order]);
      if (result.kind === 'silent') return silent(result);
      const { exchange, logIns, record } = result;
      // Nobody has been at the page yet.
      const isUnknown = recordIn(record.result).code === '20044';
      const standing = isUnknown ? nothing : standingOf(record, captures.get(String(record.paymentId)));
      return { exchange, logIns, standing, refused: false, problem: standing ? null : problemOf(record) };
    },
    queryLink: notOffered,

    hear(headers, body) {
      let said: RestRecord = {};
      try {
        said = recordIn(JSON.parse(body));
      } catch {
        // What cannot be read names no order.
      }
      const parts = ['paymentId', 'merchantTransactionId', 'amount', 'transactionStatus'].map((name) =>
        String(said[name]),
      );
      const { text, md5 } = client.checksum([...parts, theKey]);
      return {
        genuine: said.checksum === md5,
        reference: textOf(said.merchantTransactionId),
        headers: { 'Content-Type': textOf(headers['content-type']) ?? '' },
        signed: text,
        body,
      };
    },
  };
};
