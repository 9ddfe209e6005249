import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { faceOf } from '../core/cards.ts';
import type { Command, Evidence, OfficeAnswer, Submit } from '../core/commands.ts';
import { decide } from '../core/decide.ts';
import type { Checkout, Qr, View } from '../core/model.ts';
import type { Refusal } from '../core/reasons.ts';
import { isPushed } from '../core/wallets.ts';
import type { CheckoutSite, PageContent } from '../gateway/api.ts';
import type { Gateway, PageResult } from '../gateway/gateway.ts';
import type { BankAccount } from '../gateway/ports/accounts.ts';
import type { CardDetails, Shop } from '../gateway/ports.ts';
import { newId } from '../kit/ids.ts';
import { type Log, silentLog } from '../kit/log.ts';
import { checkout } from './index.ts';

/** For tests: the checkout on a stage, with core's own rules behind it and no database or acquirer. */

const shop: Shop = {
  id: newId(7, 1),
  merchantId: 7,
  merchantName: 'Harbour Books',
  api: 'stage',
  wireName: 'harbour',
  state: 'active',
  settings: {},
  routes: [],
  publicKeys: [],
};

/** What the page of a payment is to be like. */
export interface Play {
  readonly amountMinor?: bigint;
  readonly currency?: string;
  readonly checkout?: Partial<Checkout>;
  readonly content?: Partial<PageContent>;
  /** What the acquirer makes of the code of a wallet. */
  readonly code?: Partial<Qr>;
  /** Whether a tax office is owed a receipt. */
  readonly fiscal?: boolean;
  /** Where to leave to; `shop` is the stage's own shop. */
  readonly exit?: 'shop' | string | null;
}

interface Act {
  view: View;
  readonly play: Play;
}

/** What the acquirer answers to a card; `silence` leaves the payment under way, `otp` asks for a texted code. */
type Answer = Evidence['kind'] | 'otp' | 'silence' | 'busy' | 'no_route' | 'crash';

/** The texted code that the acquirer takes for right. */
export const rightCode = '111111';

const way = { routeId: newId(7, 2), acquirer: 'stage', account: 'A1' };

/** The code that the acquirer makes where nothing else is said. */
const payCode: Qr = { kind: 'qr', text: 'https://wallet.example/pay?id=7f3a', appUrl: 'payapp://pay?id=7f3a' };

export const oneTimeKey = 'b25lLXRpbWUta2V5';

export const startStage = async ({
  https = false,
  postsPerMinuteMax = 10_000,
  cancels = true,
  language = 'en',
} = {}) => {
  const acts = new Map<string, Act>();
  const calls: { name: string; card?: CardDetails; page?: object; challenge?: object }[] = [];
  const time = { now: Date.UTC(2026, 0, 17, 3, 40) };
  const acquirer: {
    answer: Answer;
    onOffer: 'challenge' | 'not_sent' | 'silence' | 'busy';
    onSubmit: () => Promise<void>;
    onCode: Evidence['kind'] | 'silence' | null;
  } = {
    answer: 'approved',
    /** What comes of the order for the code of a wallet. */
    onOffer: 'challenge',
    onSubmit: async () => {},
    /** What comes of a code, whether or not it is right; null: what ought to. */
    onCode: null,
  };

  // The world outside: an issuer that sends the browser back by form, and a shop. By its number it is another site.
  const logged: unknown[] = [];
  const asked: string[] = [];
  const world = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      asked.push(`${request.method} ${request.url}`);
      response.setHeader('content-type', 'text/html; charset=utf-8');
      if (request.url !== '/issuer')
        return response.end(`<!doctype html><title>Shop</title><h1>Shop ${request.url}</h1>`);
      const fields = new URLSearchParams(Buffer.concat(pieces).toString());
      return response.end(`<!doctype html><title>Bank</title><h1>Bank</h1><form method="post" action="${fields.get('back')}">
<input type="hidden" name="state" value="${fields.get('state')}"><input name="otp"><button>Confirm</button></form>`);
    });
  });
  await new Promise<void>((resolve) => world.listen(0, '127.0.0.1', resolve));
  const worldUrl = `http://127.0.0.1:${(world.address() as AddressInfo).port}`;

  const step = (act: Act, command: Command): { moved: boolean; refusal: Refusal | null } => {
    const decision = decide(act.view, command, time.now);
    if (decision.kind === 'change') act.view = decision.next;
    return { moved: decision.kind === 'change', refusal: decision.kind === 'refused' ? decision.refusal : null };
  };

  const conclude = (session: string, evidence: Evidence) => {
    const act = acts.get(session)!;
    const attempt = act.view.attempts.findLast((a) => a.operation === 1)!;
    step(act, {
      type: 'conclude',
      id: newId(7, time.now),
      id2: newId(7, time.now),
      operation: 1,
      attempt: attempt.ordinal,
      evidence,
      late: false,
      asked: null,
      mayLeaveMs: 0,
      lagMs: 0,
      keep: null,
    });
  };

  const evidenceOf = (kind: Evidence['kind'] | 'otp', back: string): Evidence => {
    if (kind === 'otp')
      return { kind: 'challenge', challenge: { kind: 'otp', phone: '99890*****67', digitCount: rightCode.length } };
    if (kind !== 'challenge') return { kind, ...(kind === 'declined' && { reason: 'insufficient_funds' as const }) };
    const url = `${worldUrl}/issuer`;
    return { kind, challenge: { kind: 'redirect', url, fields: { back }, echoField: 'state' } };
  };

  const offered = (session: string) => {
    const { code } = acts.get(session)!.play;
    const { onOffer } = acquirer;
    if (onOffer === 'challenge') conclude(session, { kind: onOffer, challenge: { ...payCode, ...code } });
    if (onOffer === 'not_sent') conclude(session, { kind: onOffer });
  };

  const sessionOf = (paymentId: string) => [...acts].find(([, act]) => act.view.payment.id === paymentId)![0];
  /** What a payer asks for with nothing in their hands. */
  const turn = async (paymentId: string, type: 'cancel' | 'resend' | 'again') => {
    const session = sessionOf(paymentId);
    calls.push({ name: type });
    return result(session, step(acts.get(session)!, { type, id: newId(7, time.now) }).refusal);
  };
  const result = (session: string, refused: PageResult['refusal'] = null, key: string | null = null): PageResult => ({
    view: acts.get(session)!.view,
    oneTimeKey: key,
    refusal: refused,
  });

  /** A submission without anything that pays. */
  const nothing = (): Submit => {
    const about = { card: null, cardToken: null, vaultRef: null, dueAt: time.now + 60_000 };
    return { type: 'submit', id: newId(7, time.now), ...about, way };
  };

  const gateway = {
    async submit(_shop: Shop, paymentId: string, card: CardDetails, page: { returnUrl: string; patienceMs: number }) {
      const session = sessionOf(paymentId);
      const act = acts.get(session)!;
      const { answer } = acquirer;
      if (answer === 'crash') throw new Error(`boom ${card.number.reveal()}`);
      if (answer === 'busy' || answer === 'no_route') return result(session, { reason: answer });
      const begun = step(act, { ...nothing(), card: faceOf(card.number.reveal(), card.expiry) });
      if (begun.refusal) return result(session, begun.refusal);
      calls.push({ name: 'submit', card, page });
      await acquirer.onSubmit();
      if (answer !== 'silence') conclude(session, evidenceOf(answer, page.returnUrl));
      return result(session, null, answer === 'challenge' ? oneTimeKey : null);
    },
    async debit(_shop: Shop, { payment: { id: paymentId } }: View, { face }: BankAccount) {
      const session = sessionOf(paymentId);
      const { answer } = acquirer;
      if (answer === 'crash') throw new Error('boom');
      if (answer === 'busy' || answer === 'no_route') return result(session, { reason: answer });
      const { refusal } = step(acts.get(session)!, { ...nothing(), bankAccount: face });
      if (refusal) return result(session, refusal);
      calls.push({ name: 'debit' });
      if (answer !== 'silence') conclude(session, evidenceOf(answer, ''));
      return result(session);
    },
    notice: async () => {
      calls.push({ name: 'notice' });
      return true;
    },
    async offer(_shop: Shop, paymentId: string, page: { patienceMs: number }) {
      const session = sessionOf(paymentId);
      if (acquirer.onOffer === 'busy') return result(session, { reason: 'busy' });
      const { refusal } = step(acts.get(session)!, nothing());
      if (refusal) return result(session, refusal);
      calls.push({ name: 'offer', page });
      offered(session);
      return result(session);
    },
    async resume(_shop: Shop, paymentId: string, challenge: { sentReference: string; answer: { code?: string } }) {
      const session = sessionOf(paymentId);
      const act = acts.get(session)!;
      const isOtp = act.view.attempts.at(-1)?.challenge?.kind === 'otp';
      const { moved, refusal } = step(act, {
        type: 'resume',
        id: newId(7, time.now),
        sentReference: challenge.sentReference,
        dueAt: time.now + 60_000,
      });
      if (!moved) return result(session, refusal);
      calls.push({ name: 'resume', challenge });
      await acquirer.onSubmit();
      const told = isOtp && challenge.answer.code !== rightCode ? 'wrong_code' : 'approved';
      const kind = acquirer.onCode ?? told;
      if (kind !== 'silence') conclude(session, { kind });
      return result(session);
    },
    cancel: (_shop: Shop, paymentId: string) => turn(paymentId, 'cancel'),
    resend: (_shop: Shop, paymentId: string) => turn(paymentId, 'resend'),
    again: (_shop: Shop, paymentId: string) => turn(paymentId, 'again'),
  } as unknown as Gateway;

  const site: CheckoutSite = {
    api: 'stage',
    path: '/pay/:session',
    patienceMs: 1_000,
    cancels,
    language,
    locate: async ({ params }) => {
      const act = acts.get(params.session!);
      if (!act) return undefined;
      step(act, { type: 'due', id: newId(7, time.now), task: 'expire' });
      return { shop, view: act.view };
    },
    describe: (_shop, view, { params, query }) => ({
      merchantName: shop.merchantName,
      title: 'Desk lamp, brass',
      description: 'With a linen shade and a bulb. Delivered within three days.',
      reference: view.operations[0]!.reference,
      locale: query.locale ?? query.lang ?? null,
      codeText: null,
      againUrl: null,
      receiptUrl: null,
      test: false,
      ...acts.get(params.session!)!.play.content,
    }),
    exit: (_shop, view, { params }) => {
      const { exit = null } = acts.get(params.session!)!.play;
      return exit === 'shop' ? `${worldUrl}/${view.payment.state}?o=17` : exit;
    },
  };

  // The page's own address must be known before it listens: another server tells a free port.
  const lender = createServer();
  await new Promise<void>((resolve) => lender.listen(0, 'localhost', resolve));
  const { port } = lender.address() as AddressInfo;
  await new Promise((resolve) => lender.close(resolve));
  const url = `http://localhost:${port}`;
  const app = Fastify({ routerOptions: { maxParamLength: 512 } });
  const parts = {
    sites: [site],
    gateway,
    clock: { now: () => time.now },
    log: { ...silentLog, error: (fields, text) => logged.push([fields, text]) } satisfies Log,
    postsPerMinuteMax,
    publicUrl: https ? 'https://pay.example' : url,
  };
  await app.register(checkout(parts));
  await app.listen({ port, host: 'localhost' });

  return {
    url,
    worldUrl,
    app,
    time,
    acquirer,
    calls,
    logged,
    /** Requests that reached the issuer and the shop. */
    asked,
    viewOf: (session: string) => acts.get(session)!.view,
    conclude,
    /** What payers have pushed so far, by amount in minor units. `isClosed`: the acquirer takes no more. */
    receive: (session: string, amounts: readonly bigint[], isClosed = false) => {
      const transfers = amounts.map((amountMinor, index) => ({
        id: newId(7, time.now),
        reference: `T${index + 1}`,
        amountMinor,
        acquirerTime: null,
        payer: null,
      }));
      conclude(session, { kind: 'received', transfers, isClosed, challenge: isClosed ? null : payCode });
    },
    /** The tax office answers. */
    fiscalize: (session: string, answer: OfficeAnswer) =>
      step(acts.get(session)!, { type: 'fiscalize', id: newId(7, time.now), operation: 1, answer }),
    /** Opens a payment under `/pay/<session>`. */
    open: (session: string, play: Play = {}) => {
      const { wallet = null } = play.checkout ?? {};
      const decision = decide(
        null,
        {
          type: 'open',
          id: newId(7, time.now),
          paymentId: newId(7, time.now),
          merchantId: 7,
          shopId: shop.id,
          kind: wallet && isPushed(wallet) ? 'collect' : 'sale',
          amountMinor: play.amountMinor ?? 26_850n,
          currency: play.currency ?? 'HKD',
          reference: 'INV-20260117-01',
          requestHash: null,
          noticeUrl: null,
          memo: null,
          claims: [],
          checkout: {
            successUrl: null,
            failureUrl: null,
            expiresAt: time.now + 15 * 60_000,
            brands: ['visa', 'mastercard'],
            wallet,
            keepsCard: false,
            customer: null,
            payerInfo: null,
            demandsChallenge: false,
            redirectMs: null,
            submitCountMax: null,
            ...play.checkout,
          },
          cardToken: null,
          receipt: play.fiscal ? [{ title: 'Lamp', priceMinor: 26_850n, count: '1', vatPercent: 12, codes: {} }] : null,
          offer: wallet && { way, dueAt: time.now + 60_000 },
        },
        time.now,
      );
      if (decision.kind !== 'change') throw new Error('the stage cannot open');
      acts.set(session, { view: decision.next, play });
      if (wallet) offered(session);
      return `${url}/pay/${session}`;
    },
    close: async () => {
      await app.close();
      world.closeAllConnections();
      await new Promise((resolve) => world.close(resolve));
    },
  };
};

export type Stage = Awaited<ReturnType<typeof startStage>>;
