import { decimalOf, minorOf } from './amount.ts';
import { type BigfishClient, type BigfishRecord, type BigfishResult, encoded } from './bigfish.ts';
import type { Order } from './orders.ts';
import type { Reply, Standing, Till, TillWords } from './till.ts';

export const bigfishWords: TillWords = {
  requests: 'Not signed. The name of the store and its key show who asks; the key is not shown here.',
  signsAnswers: false,
  answers: 'Answers are not signed. The shop believes it because it asked the gateway itself.',
  notice: 'A notification has none: it is a hint, and the shop asked for the Result itself.',
  returnNames: { success: 'ResponseUrl', failure: 'ResponseUrl' },
};

/** As many as the shop keeps orders. */
const idCountMax = 500;

const providerName = 'OTPSimple';

const languages: Readonly<Record<string, string>> = { en_US: 'EN', hu: 'HU', de: 'DE' };

/** The kept card may be charged again, in any amount, until then. */
const terms = encoded({
  Order: { RecurringPayment: { ExpireDate: '2038-12-31', Frequency: '0', AmountIndicator: '02' } },
});

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const tones: Readonly<Record<string, Standing['tone']>> = {
  SUCCESSFUL: 'good',
  PENDING: 'waiting',
  OPEN: 'waiting',
};

/** The transaction that kept the card. One that follows another is no reference for a further one; a link keeps none. */
const registeredBy = (common: Readonly<Record<string, string>>): string | null =>
  textOf(common.PaymentLinkName) ? null : (textOf(common.ReferenceTransactionId) ?? textOf(common.TransactionId));

/** What the gateway says of a link, and by which transaction it was paid. */
const linkStandingOf = ({ CommonData, RelatedTransactions }: BigfishRecord): Standing | null => {
  const status = textOf((CommonData as BigfishRecord | undefined)?.Status);
  if (!status || !Array.isArray(RelatedTransactions)) return null;
  const paid = (RelatedTransactions as BigfishRecord[]).find(({ ResultCode }) => ResultCode === 'SUCCESSFUL');
  return { ...nothing, status, tone: tones[status] ?? 'bad', paidBy: textOf(paid?.TransactionId) };
};

/** What the gateway says of a transaction in the answer to Details. */
const standingOf = (record: BigfishRecord): Standing | null => {
  const { CommonData: common, ProviderSpecificData: data } = record as Record<
    string,
    Record<string, string> | undefined
  >;
  if (!common || !data) return null;
  const { ResultCode = '', CommitState = '', Amount = '', ApprovedAmount = '', RefundedAmount = '' } = common;
  const isReserved = CommitState === 'PENDING';
  return {
    status: CommitState === '' || common.AutoCommit === 'true' ? ResultCode : `${ResultCode}, ${CommitState}`,
    tone: tones[ResultCode] ?? 'bad',
    reason: ResultCode === 'SUCCESSFUL' ? null : textOf(common.ResultMessage),
    card: textOf(data.CardPan) && `${data.CardType} ${data.CardPan}`,
    approvalCode: textOf(common.Anum),
    receiptUrl: null,
    paidMinor: ResultCode === 'SUCCESSFUL' ? (minorOf(isReserved ? Amount : ApprovedAmount) ?? 0n) : 0n,
    capturedMinor: minorOf(ApprovedAmount) ?? 0n,
    refundedMinor: minorOf(RefundedAmount) ?? 0n,
    cardToken: ResultCode === 'SUCCESSFUL' ? registeredBy(common) : null,
    orderId: textOf(common.TransactionId),
    paidBy: null,
  };
};

/** The shop's till at BIG FISH: `publicUrl` is the origin of gateway and shop for the payer's browser. */
export const bigfishTill = (client: BigfishClient, hookUrl: string, publicUrl: string): Till => {
  /** The transaction of each order, or its link. Orders are in memory alone, too. */
  const ids = new Map<string, string>();
  const keep = (order: string, id: string) => {
    ids.set(order, id);
    if (ids.size > idCountMax) ids.delete(ids.keys().next().value!);
  };

  const silent = (exchange: Reply['exchange']): Reply => {
    const problem = 'The gateway did not answer. The shop asks how it stands before it tries anything else.';
    return { exchange, logIns: [], standing: null, refused: false, problem };
  };

  const problemOf = ({ ResultCode, ResultMessage }: BigfishRecord): string => `${ResultCode}: ${ResultMessage}`;

  const details = async (id: string): Promise<Reply> => {
    const asked = { TransactionId: id, GetRelatedTransactions: false };
    const result = await client.call('Details', asked);
    if (result.kind === 'silent') return silent(result.exchange);
    const standing = standingOf(result.record);
    const problem = standing ? null : problemOf(result.record);
    return { exchange: result.exchange, logIns: [], standing, refused: false, problem };
  };

  /** What Close and Refund answer of themselves. */
  const stepReply = (result: BigfishResult): Reply => {
    if (result.kind === 'silent') return silent(result.exchange);
    const { exchange, record } = result;
    const code = String(record.ResultCode);
    const isDone = code === 'SUCCESSFUL' || code === 'PENDING';
    const tone = tones[code] ?? 'bad';
    const standing: Standing = { ...nothing, status: code, tone };
    return {
      exchange,
      logIns: [],
      standing: isDone || code === 'ERROR' ? standing : null,
      refused: !isDone && code !== 'ERROR',
      problem: isDone ? null : problemOf(record),
    };
  };

  const moneyOf = (order: Order) => ({
    Amount: decimalOf(order.amountMinor),
    Currency: 'HUF',
    OrderId: order.number,
    NotificationUrl: hookUrl,
  });

  const unmade = (result: BigfishResult & { readonly kind: 'answered' }) => ({
    exchange: result.exchange,
    logIns: [],
    standing: null,
    refused: true,
    problem: problemOf(result.record),
    checkout: null,
  });

  const opened = (exchange: Reply['exchange'], href: string) => ({
    exchange,
    logIns: [],
    standing: { ...nothing, status: 'PENDING', tone: 'waiting' as const },
    refused: false,
    problem: null,
    checkout: { href, library: null },
  });

  const makeLink = async (order: Order) => {
    const result = await client.call('PaymentLinkCreate', {
      StoreName: client.storeName,
      ProviderName: providerName,
      ...moneyOf(order),
      Language: languages[order.locale] ?? 'EN',
      NotificationEmail: 'till@shop.example',
      RedirectUrl: `${publicUrl}/demo/orders/${order.number}?back=success`,
    });
    if (result.kind === 'silent') return { ...silent(result.exchange), checkout: null };
    const name = textOf(result.record.PaymentLinkName);
    const href = textOf(result.record.PaymentLinkUrl);
    if (!name || !href) return unmade(result);
    keep(order.number, name);
    return opened(result.exchange, href);
  };

  const linkDetails = async (order: string): Promise<Reply> => {
    const result = await client.call('PaymentLinkDetails', { PaymentLinkName: ids.get(order) ?? order });
    if (result.kind === 'silent') return silent(result.exchange);
    const standing = linkStandingOf(result.record);
    const problem = standing ? null : problemOf(result.record);
    return { exchange: result.exchange, logIns: [], standing, refused: false, problem };
  };

  return {
    name: 'bigfish',
    title: 'BIG FISH',
    currency: 'HUF',
    hint: 'In forint: charged at once, or held and charged later, and once more without the payer.',
    locales: ['en_US', 'hu', 'de'],
    wallets: [],
    reserves: true,
    links: true,
    words: bigfishWords,
    firstCard: '4440 0000 0990 0010',

    async open(order) {
      if (order.mode === 'link') return makeLink(order);
      const result = await client.call('Init', {
        StoreName: client.storeName,
        ProviderName: providerName,
        ResponseUrl: `${publicUrl}/demo/orders/${order.number}?back=success`,
        ...moneyOf(order),
        UserId: order.visit,
        Language: languages[order.locale] ?? 'EN',
        AutoCommit: order.mode !== 'reserve',
        PaymentRegistration: true,
        PaymentRegistrationType: 'MIT',
        Info: terms,
      });
      if (result.kind === 'silent') return { ...silent(result.exchange), checkout: null };
      const id = textOf(result.record.TransactionId);
      if (!id) return unmade(result);
      keep(order.number, id);
      return opened(result.exchange, `${publicUrl}/Start?TransactionId=${id}`);
    },

    async charge(order, cardToken) {
      const asked = {
        StoreName: client.storeName,
        ReferenceTransactionId: cardToken,
        ResponseUrl: `${publicUrl}/demo/orders/${order.number}`,
        ...moneyOf(order),
      };
      const made = await client.call('InitRP', asked);
      const id = made.kind === 'answered' ? textOf(made.record.TransactionId) : null;
      if (made.kind === 'silent' || !id) return stepReply(made);
      keep(order.number, id);
      const started = await client.call('StartRP', { TransactionId: id });
      if (started.kind === 'silent') return { ...silent(started.exchange), logIns: [made.exchange] };
      const { standing, problem } = await details(id);
      return { exchange: started.exchange, logIns: [made.exchange], standing, refused: false, problem };
    },

    capture: async (orderId, _reference, amountMinor) =>
      stepReply(
        await client.call('Close', { TransactionId: orderId, Approved: true, ApprovedAmount: decimalOf(amountMinor) }),
      ),
    refund: async (orderId, _reference, amountMinor) =>
      stepReply(await client.call('Refund', { TransactionId: orderId, Amount: decimalOf(amountMinor) })),

    async query(reference) {
      const [first, number] = reference.split('-');
      return details(ids.get(`${first}-${number}`) ?? reference);
    },
    queryLink: linkDetails,

    hear(headers, body) {
      let said: BigfishRecord = {};
      try {
        said = (JSON.parse(body) as { commonData?: BigfishRecord }).commonData ?? {};
      } catch {
        // What cannot be read names no order.
      }
      return {
        genuine: true,
        reference: textOf(said.orderId),
        headers: {
          'Content-Type': textOf(headers['content-type']) ?? '',
          'X-Gateway-Attempt': textOf(headers['x-gateway-attempt']) ?? '',
        },
        signed: '',
        body,
      };
    },
  };
};

const nothing: Standing = {
  status: 'PENDING',
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
