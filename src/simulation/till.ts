import type { Checkout, ReceiptLine, View } from '../core/model.ts';
import { isOperationFinal } from '../core/states.ts';
import type { Wallet } from '../core/wallets.ts';
import type { Gateway, PageResult, Result } from '../gateway/gateway.ts';
import type { LinkGateway, LinkStart, LinkView } from '../gateway/links.ts';
import {
  type CardDetails,
  type Directory,
  type NoticeVoice,
  paidOnce,
  referenceScope,
  type Shop,
} from '../gateway/ports.ts';
import type { TerminalGateway } from '../gateway/terminals.ts';
import type { Told } from './receivers.ts';
import { hookOf } from './who-is-who.ts';

/** What a client hears. `body` names what it had asked for, so that a changed repetition is told from a true one. */
export type Heard =
  | { readonly kind: 'done'; readonly paymentId: string; readonly words: string }
  | { readonly kind: 'open'; readonly paymentId: string }
  /** The reference was used for something else. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown' }
  /** Nobody who may ask that. */
  | { readonly kind: 'unauthorized' };

export interface Asked {
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly kind: 'sale' | 'authorize' | 'verify' | 'collect';
}

/** What a payer is shown. */
export interface Page {
  readonly keepsCard: boolean;
  readonly receipt: ReceiptLine[] | null;
  readonly wallet: Wallet | null;
}

/** How much more than was authorized the run's merchants may want: of every second amount. */
export const overcapturePercentOf = (amountMinor: bigint): number => (amountMinor % 2n === 0n ? 10 : 0);

const patienceMs = 4_000;
const page = { patienceMs, returnUrl: 'https://gate.example/back' };

const wordsOf = (view: View, ordinal: number): string => {
  const { kind, state, reason, amountMinor } = view.operations[ordinal - 1]!;
  return `${kind} ${amountMinor} ${state} ${reason ?? ''}`;
};

const checkoutOf = ({
  expiresAt,
  keepsCard,
  wallet,
}: Pick<Checkout, 'expiresAt' | 'keepsCard' | 'wallet'>): Checkout => ({
  successUrl: null,
  failureUrl: null,
  expiresAt,
  brands: ['visa', 'uzcard'],
  wallet,
  keepsCard,
  customer: null,
  payerInfo: null,
  demandsChallenge: false,
  redirectMs: keepsCard ? 900_000 : null,
  submitCountMax: keepsCard ? 2 : null,
});

/** The run's own API, as small as one can be: it asks the gateway what a merchant asks, and answers as APIs do. */
export class Till {
  readonly terminals: TerminalGateway;
  readonly #gateway: Gateway;
  readonly #links: LinkGateway;

  readonly #directory: Directory;

  constructor(directory: Directory, gateway: Gateway, links: LinkGateway, terminals: TerminalGateway) {
    this.#directory = directory;
    this.#gateway = gateway;
    this.#links = links;
    this.terminals = terminals;
  }

  /** Who a caller is that shows this key; undefined for one who is nobody's. */
  async admit(wireName: string, key: string): Promise<Shop | undefined> {
    const shop = await this.#directory.shop('till', wireName);
    return shop?.publicKeys.includes(key) ? shop : undefined;
  }

  /** A merchant makes a payment link. Answers whether it is there. */
  async makeLink(shop: Shop, reference: string, amountMinor: bigint, expiresAt: number): Promise<boolean> {
    const noticeUrl = hookOf(shop);
    const asked = {
      reference,
      amountMinor,
      currency: 'UZS',
      memo: '{}',
      requestHash: '',
      noticeUrl,
      expiresAt,
      ...paidOnce,
    };
    return (await this.#links.create(shop, asked, (id) => id)) !== undefined;
  }

  findLink(shop: Shop, reference: string): Promise<LinkView | undefined> {
    return this.#links.find(shop, reference);
  }

  /** A payer at the link's page chooses how to pay. `lifeMs`: how long the attempt can be paid. */
  startLink(shop: Shop, reference: string, wallet: Wallet | null, expiresAt: number): Promise<LinkStart> {
    return this.#links.start(shop, reference, (link, n) => {
      const named = this.#named(shop, { reference: `${reference}_${n}`, amountMinor: link.amountMinor, kind: 'sale' });
      const kind = wallet === 'fps' ? 'collect' : 'sale';
      return { ...named, kind, receipt: null, checkout: checkoutOf({ expiresAt, keepsCard: false, wallet }) };
    });
  }

  async charge(shop: Shop, asked: Asked, token: string): Promise<Heard> {
    const card = { token };
    const overcapturePercent = overcapturePercentOf(asked.amountMinor);
    const wanted = { ...this.#named(shop, asked), overcapturePercent };
    const request = { ...wanted, card, brands: ['visa', 'uzcard'] as const, patienceMs };
    return this.#heard(await this.#gateway.charge(shop, { ...request, brands: [...request.brands] }), asked);
  }

  async open(
    shop: Shop,
    asked: Asked,
    { expiresAt, keepsCard, receipt, wallet }: Page & { readonly expiresAt: number },
  ): Promise<Heard> {
    const result = await this.#gateway.open(shop, {
      ...this.#named(shop, asked),
      overcapturePercent: overcapturePercentOf(asked.amountMinor),
      namesCard: asked.kind === 'verify',
      receipt,
      checkout: checkoutOf({ expiresAt, keepsCard, wallet }),
    });
    return this.#heard(result, asked);
  }

  async follow(
    shop: Shop,
    paymentId: string,
    asked: {
      readonly reference: string;
      readonly kind: 'capture' | 'release' | 'refund';
      readonly isLast: boolean;
      readonly amountMinor: bigint;
    },
    recordsRefusal: boolean,
  ): Promise<Heard> {
    const { kind, isLast } = asked;
    const result = await this.#gateway.follow(shop, paymentId, {
      ...this.#named(shop, asked),
      kind,
      isLast,
      recordsRefusal,
      refusal: asked.amountMinor > 0n ? null : { reason: 'exceeds_captured' },
      patienceMs,
    });
    return this.#heard(result, asked);
  }

  async query(shop: Shop, reference: string): Promise<Heard> {
    const held = await this.#gateway.findByClaim(shop, { scope: referenceScope(shop.id), value: reference });
    return held ? this.#stands(held.view, held.command) : { kind: 'unknown' };
  }

  find(shop: Shop, paymentId: string): Promise<View | undefined> {
    return this.#gateway.find(shop, paymentId);
  }

  submit(shop: Shop, paymentId: string, card: CardDetails): Promise<PageResult> {
    return this.#gateway.submit(shop, paymentId, card, page);
  }

  resume(
    shop: Shop,
    paymentId: string,
    challenge: { sentReference: string; answer: Record<string, string>; oneTimeKey: string | null },
  ): Promise<PageResult> {
    return this.#gateway.resume(shop, paymentId, challenge, page);
  }

  offer(shop: Shop, paymentId: string): Promise<PageResult> {
    return this.#gateway.offer(shop, paymentId, page);
  }

  turn(shop: Shop, paymentId: string, what: 'cancel' | 'withdraw' | 'again' | 'resend'): Promise<PageResult> {
    return this.#gateway[what](shop, paymentId);
  }

  #named(shop: Shop, { reference, amountMinor, kind }: { reference: string; amountMinor: bigint; kind: string }) {
    return {
      reference,
      amountMinor,
      kind: kind as 'sale',
      currency: 'UZS',
      requestHash: `${kind} ${amountMinor}`,
      noticeUrl: hookOf(shop),
      memo: null,
      claims: [{ scope: referenceScope(shop.id), value: reference }],
    };
  }

  #heard(result: Result, { kind, amountMinor }: { kind: string; amountMinor: bigint }): Heard {
    if (result.kind !== 'refused') return this.#stands(result.view, result.operation.id);
    const { holder, refusal } = result;
    if (refusal.reason !== 'duplicate_reference') return { kind: 'refused', reason: refusal.reason };
    if (!holder) return { kind: 'refused', reason: refusal.reason };
    const operation = holder.view.operations.find(({ id }) => id === holder.command)!;
    return operation.requestHash === `${kind} ${amountMinor}`
      ? this.#stands(holder.view, holder.command)
      : { kind: 'conflict' };
  }

  #stands(view: View, command: string): Heard {
    const { ordinal, state } = view.operations.find(({ id }) => id === command)!;
    const { id: paymentId } = view.payment;
    return isOperationFinal(state)
      ? { kind: 'done', paymentId, words: wordsOf(view, ordinal) }
      : { kind: 'open', paymentId };
  }
}

const seconds = (...list: number[]) => list.map((one) => one * 1_000);

/** How the run's own API tells its merchants: of every end, with the version that it was cut from. */
export const voice: NoticeVoice = {
  api: 'till',
  compose: (shop, { payment, operations }, { operation }) => {
    const { state, amountMinor } = operations[operation - 1]!;
    const { id: paymentId, version } = payment;
    const told: Told = { paymentId, operation, version, state, amountMinor: `${amountMinor}` };
    return { url: hookOf(shop), body: JSON.stringify(told) };
  },
  headers: async () => ({}),
  acknowledged: (status) => status === 200,
  pausesMs: seconds(5, 30, 300, 1_800, 7_200, 36_000, 86_400),
  timeoutMs: 10_000,
};
