import type { OperationKind } from '../../src/core/states.ts';
import type { Acquirer, Order, Outcome } from '../../src/gateway/ports.ts';

/**
 * What becomes of an order that the bank sees for the first time. `silent` takes it and answers nothing; `lost` never
 * heard of it.
 */
export type Fate = 'approve' | 'decline' | 'silent' | 'lost';

interface BankEntry {
  readonly kind: OperationKind;
  readonly amountMinor: bigint;
  readonly original: string | null;
  state: 'approved' | 'declined' | 'reversed';
}

const words = { acquirerTime: null, responseCode: '00', responseText: 'ok' };
const approved = (reference: string): Outcome => ({
  kind: 'approved',
  approvalCode: '123456',
  networkReference: null,
  acquirerReference: `B-${reference}`,
  ...words,
});
const declined = (reference: string): Outcome => ({
  kind: 'declined',
  reason: 'declined',
  acquirerReference: `B-${reference}`,
  ...words,
});
const silence: Outcome = { kind: 'unknown', doubt: 'silence', note: 'no answer' };

/**
 * An acquirer in memory with a book of its own. It takes whatever it is told, also what exceeds the original: that is
 * ours to prevent, and `alarms` says where it happened.
 */
export const openBank = (options: {
  readonly fate: (order: Order) => Fate;
  /** Awaited before an order has its effect, and again before it is answered. */
  readonly before?: (order: Order) => Promise<void>;
  readonly after?: (order: Order) => Promise<void>;
  /** Real time, by which deadlines are; they are taken to be ahead where it is not given. */
  readonly now?: () => number;
}) => {
  const { fate, before = async () => {}, after = async () => {}, now = () => 0 } = options;
  const book = new Map<string, BankEntry>();
  const alarms: string[] = [];
  const orders: Order[] = [];

  const sumAbout = (original: string, kind: OperationKind): bigint => {
    let sum = 0n;
    for (const entry of about.get(original) ?? []) {
      if (entry.kind === kind && entry.state === 'approved') sum += entry.amountMinor;
    }
    return sum;
  };
  const about = new Map<string, BankEntry[]>();

  const watch = (original: string): void => {
    const first = book.get(original);
    const captured = first?.kind === 'sale' ? first.amountMinor : sumAbout(original, 'capture');
    if (first?.state !== 'approved') alarms.push(`${original} does not stand`);
    if (captured > (first?.amountMinor ?? 0n)) alarms.push(`${original} captured ${captured}`);
    const refunded = sumAbout(original, 'refund');
    if (refunded > captured) alarms.push(`${original} refunded ${refunded} of ${captured}`);
  };

  const enter = (order: Order, state: BankEntry['state']): void => {
    const { kind, amountMinor } = order;
    const original = order.original?.sentReference ?? null;
    const entry = { kind, amountMinor, original, state };
    book.set(order.sentReference, entry);
    if (original === null || state !== 'approved') return;
    about.set(original, [...(about.get(original) ?? []), entry]);
    watch(original);
  };

  const answerTo = (reference: string): Outcome => {
    const entry = book.get(reference);
    if (!entry) return { kind: 'not_found' };
    return entry.state === 'approved' ? approved(reference) : declined(reference);
  };

  const carry = async (order: Order, deadlineAt: number): Promise<Outcome> => {
    if (now() >= deadlineAt) return { kind: 'not_sent', note: 'deadline' };
    orders.push(order);
    await before(order);
    const { sentReference } = order;
    let isSilent = false;
    if (!book.has(sentReference)) {
      const end = fate(order);
      if (end !== 'lost') enter(order, end === 'decline' ? 'declined' : 'approved');
      isSilent = end === 'lost' || end === 'silent';
    }
    await after(order);
    return isSilent ? silence : answerTo(sentReference);
  };

  const undo = async (order: Order): Promise<Outcome> => {
    orders.push(order);
    await before(order);
    const reference = order.original!.sentReference;
    const original = book.get(reference);
    if (original) {
      if (original.state === 'approved') original.state = 'reversed';
      // What was never heard of may still arrive: it finds itself taken back.
    } else book.set(reference, { kind: 'sale', amountMinor: 0n, original: null, state: 'reversed' });
    await after(order);
    return approved(order.sentReference);
  };

  const inquire = async (order: Order): Promise<Outcome> => {
    orders.push(order);
    await before(order);
    const answer = answerTo(order.sentReference);
    await after(order);
    return answer;
  };

  const acquirer: Acquirer = {
    name: 'bank',
    capabilities: {
      partialCapture: true,
      knowsReference: true,
      lagMs: 0,
      resumeNeedsCard: false,
      brands: ['visa'],
      wallets: [],
      cardPresent: true,
      payouts: true,
      challenges: {},
    },
    perform: (order, _card, deadlineAt) => carry(order, deadlineAt),
    resume: (order, _card, _answer, deadlineAt) => carry(order, deadlineAt),
    resend: async () => {},
    inquire,
    describe: async () => undefined,
    close: async () => ({ kind: 'not_found' }),
    undo,
  };
  return {
    acquirer,
    orders,
    alarms,
    /** What stands in the bank's book: amounts in minor units by our reference. */
    standing: async (): Promise<ReadonlyMap<string, bigint>> =>
      new Map([...book].filter(([, { state }]) => state === 'approved').map(([name, e]) => [name, e.amountMinor])),
  };
};

export type Bank = ReturnType<typeof openBank>;
