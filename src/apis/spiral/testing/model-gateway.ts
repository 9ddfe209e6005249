import { createHash } from 'node:crypto';
import type { Change, Decision } from '../../../core/change.ts';
import type { Command, Evidence } from '../../../core/commands.ts';
import { decide } from '../../../core/decide.ts';
import { expiryOf } from '../../../core/due.ts';
import type { CardFace, Claim, Id, Operation, View } from '../../../core/model.ts';
import type {
  ChargeRequest,
  FollowRequest,
  Gateway,
  OpenRequest,
  PageResult,
  Result,
} from '../../../gateway/gateway.ts';
import type { Page, Place, Shop, Stretch } from '../../../gateway/ports.ts';
import type { Clock } from '../../../kit/clock.ts';

const way = { routeId: 'route', acquirer: 'model', account: 'H000000H0000001' };

const placeOf = ({ requestedAt, reference }: Operation): Place => ({
  second: Math.floor(requestedAt / 1_000),
  reference: reference ?? '',
});

const compare = (a: Place, b: Place): number =>
  a.second - b.second || Buffer.compare(Buffer.from(a.reference), Buffer.from(b.reference));

const unused = (): never => {
  throw new Error('this API never asks for that');
};

/** A gateway over core in memory: one acquirer that answers what the test says next. Ids repeat from run to run. */
export class ModelGateway implements Gateway {
  readonly clock: Clock;
  /** The acquirer's next answer. */
  answer: Evidence = { kind: 'approved', approvalCode: '402117' };
  /** Everything that was asked, as tests of a single call want it. */
  readonly requests: { open: OpenRequest[]; charge: ChargeRequest[]; follow: FollowRequest[] } = {
    open: [],
    charge: [],
    follow: [],
  };
  /** Stored cards by token. */
  readonly cards = new Map<string, CardFace>();
  /** In place of a result: what a gateway that is full, or broken, would do. */
  instead: (() => Result) | undefined;
  /** Notices are composed from what was decided last. */
  last: (Decision & { kind: 'change' }) | undefined;
  readonly findOf = unused;
  readonly findChallenged = unused;
  readonly storedCards = unused;
  readonly cardsOf = unused;
  readonly related = unused;
  readonly describeCard = unused;
  readonly judge = unused;
  readonly forgetCard = unused;
  readonly perform = unused;
  readonly debit = unused;
  /** Every shop has a way for everything. */
  readonly takes = () => true;
  /** Versions of gates. */
  readonly gates = new Map<Id, number>();
  readonly offer = unused;
  readonly notice = unused;
  readonly resend = unused;
  readonly again = unused;
  readonly #views = new Map<Id, View>();
  readonly #claims = new Map<string, { paymentId: Id; command: Id }>();
  #idCount = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  newId(): Id {
    const tail = createHash('sha256')
      .update(`id ${++this.#idCount}`)
      .digest('hex')
      .slice(0, 12);
    return `019bc9e8-1a40-8000-8001-${tail}`;
  }

  #decide(view: View | null, command: Command): View | undefined {
    const decision = decide(view, command, this.clock.now());
    if (decision.kind !== 'change') return undefined;
    this.last = decision;
    const { payment, claims, command: id }: Change = decision.change;
    for (const claim of claims)
      this.#claims.set(`${claim.scope}/${claim.value}`, { paymentId: payment.id, command: id });
    this.#views.set(payment.id, decision.next);
    return decision.next;
  }

  #taken(claims: readonly Claim[]): Result | undefined {
    const taken = claims.some(({ scope, value }) => this.#claims.has(`${scope}/${value}`));
    return taken ? { kind: 'refused', refusal: { reason: 'duplicate_reference' } } : undefined;
  }

  /** Concludes what left with the acquirer's next answer. */
  #conclude(view: View, id: Id, late: boolean): Result {
    const departure = this.last!.departure;
    const next = departure ? this.#evidence(view, departure.operation, departure.attempt, late) : view;
    const operation = next.operations.find((o) => o.id === id)!;
    const open = ['acting', 'unknown', 'accepted'].includes(operation.state);
    return { kind: open ? 'open' : 'done', view: next, operation };
  }

  #evidence(view: View, operation: number, attempt: number, late: boolean): View {
    const keeps = view.checkout?.keepsCard && operation === 1;
    const keep = keeps
      ? { token: 'TK7Q2M9XK4ZB81LD', vaultRef: 'vault', shopId: view.payment.shopId, known: false }
      : null;
    const about = { operation, attempt, evidence: this.answer, late, asked: null, mayLeaveMs: 0, lagMs: 0, keep };
    return this.#decide(view, { type: 'conclude', id: this.newId(), id2: this.newId(), ...about }) ?? view;
  }

  async open(shop: Shop, request: OpenRequest): Promise<Result> {
    this.requests.open.push(request);
    if (this.instead) return this.instead();
    const taken = this.#taken(request.claims);
    if (taken) return taken;
    const { gate } = request;
    if (gate && this.gates.get(gate.id) !== gate.read) return { kind: 'refused', refusal: { reason: 'busy' } };
    if (gate) this.gates.set(gate.id, gate.read + 1);
    const ids = { paymentId: this.newId(), id: this.newId(), merchantId: shop.merchantId, shopId: shop.id };
    const offer = request.checkout.wallet ? { way, dueAt: this.clock.now() + 30_000 } : null;
    const view = this.#decide(null, { ...request, ...ids, type: 'open', cardToken: null, offer })!;
    return offer ? this.#conclude(view, ids.id, true) : { kind: 'done', view, operation: view.operations[0]! };
  }

  async charge(shop: Shop, request: ChargeRequest): Promise<Result> {
    this.requests.charge.push(request);
    if (this.instead) return this.instead();
    const taken = this.#taken(request.claims);
    if (taken) return taken;
    const { card, brands, patienceMs: _, ...asked } = request;
    if ('paid' in card || 'payee' in card || 'account' in card) throw new Error('no payouts here');
    const face = 'face' in card ? card.face : this.cards.get(card.token);
    const refusal = !face
      ? ({ reason: 'invalid_token' } as const)
      : brands.includes(face.brand)
        ? null
        : ({ reason: 'brand_not_accepted' } as const);
    const ids = { paymentId: this.newId(), id: this.newId(), merchantId: shop.merchantId, shopId: shop.id };
    const view = this.#decide(null, {
      ...asked,
      ...ids,
      type: 'charge',
      card: face ?? null,
      cardToken: 'token' in card ? card.token : null,
      vaultRef: null,
      way: refusal ?? way,
      dueAt: this.clock.now() + 30_000,
    })!;
    return this.#conclude(view, ids.id, false);
  }

  async follow(_shop: Shop, paymentId: Id, request: FollowRequest): Promise<Result> {
    this.requests.follow.push(request);
    if (this.instead) return this.instead();
    const taken = this.#taken(request.claims);
    if (taken) return taken;
    const { patienceMs: _, ...asked } = request;
    const id = this.newId();
    const command = { ...asked, type: 'follow', id, dueAt: this.clock.now() + 30_000 } as const;
    return this.#conclude(this.#decide(this.#views.get(paymentId)!, command)!, id, false);
  }

  /** The payer pays on the hosted page. */
  pays(view: View, face: CardFace): View {
    const command = {
      type: 'submit',
      id: this.newId(),
      card: face,
      cardToken: null,
      vaultRef: null,
      way,
      dueAt: 0,
    } as const;
    const submitted = this.#decide(view, command)!;
    return this.#evidence(submitted, 1, this.last!.departure!.attempt, true);
  }

  payerCancels(view: View): View {
    return this.#decide(view, { type: 'cancel', id: this.newId() })!;
  }

  /** A worker learns what became of an operation. */
  learns(view: View, operation: number): View {
    return this.#evidence(view, operation, 1, true);
  }

  async find(shop: Shop, paymentId: Id): Promise<View | undefined> {
    const view = this.#views.get(paymentId);
    if (view?.payment.shopId !== shop.id) return undefined;
    const expiresAt = expiryOf(view);
    if (expiresAt === null || this.clock.now() < expiresAt) return view;
    return this.#decide(view, { type: 'due', id: this.newId(), task: 'expire' });
  }

  async findByClaim(shop: Shop, claim: Claim): Promise<{ view: View; command: Id } | undefined> {
    const held = this.#claims.get(`${claim.scope}/${claim.value}`);
    const view = held && (await this.find(shop, held.paymentId));
    return view && { view, command: held.command };
  }

  async list(shop: Shop, { states, fromSecond, toSecond, after, limit }: Stretch): Promise<Page> {
    const entries = [...this.#views.values()]
      .filter(({ payment }) => payment.shopId === shop.id)
      .flatMap((view) => view.operations.map((operation) => ({ view, operation, place: placeOf(operation) })))
      .filter(({ operation: { state, reference }, place: { second } }) => {
        return reference !== null && states.includes(state) && second >= fromSecond && second <= toSecond;
      })
      .filter(({ place }) => !after || compare(place, after) > 0)
      .sort((a, b) => compare(a.place, b.place));
    return { entries: entries.slice(0, limit), hasMore: entries.length > limit };
  }

  async withdraw(_shop: Shop, paymentId: Id): Promise<PageResult> {
    const before = this.#views.get(paymentId)!;
    const view = this.#decide(before, { type: 'withdraw', id: this.newId() });
    return { view: view ?? before, oneTimeKey: null, refusal: view ? null : { reason: 'in_progress' } };
  }

  async submit(): Promise<never> {
    throw new Error('the checkout room does this');
  }
  async resume(): Promise<never> {
    throw new Error('the checkout room does this');
  }
  async cancel(): Promise<never> {
    throw new Error('the checkout room does this');
  }
}
