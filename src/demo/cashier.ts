import { realClock } from '../kit/clock.ts';
import type { Log } from '../kit/log.ts';
import { priceOf } from './amount.ts';
import { type Knowledge, nothingKnown, type Order, type Orders, type Step, type StepKind } from './orders.ts';
import { headlineOf } from './standing-words.ts';
import type { Heard, Reply, Till } from './till.ts';

type Placing = Parameters<Orders['place']>[0];

const openings: Readonly<Record<Order['mode'], string>> = {
  now: 'Open a session for a sale',
  reserve: 'Open a session for a reservation',
  link: 'Make a payment link',
};

/** Takes orders to the till and writes down what came of it. */
export class Cashier {
  readonly #orders: Orders;
  readonly #tills: ReadonlyMap<string, Till>;
  readonly #log: Log;

  constructor(orders: Orders, tills: ReadonlyMap<string, Till>, log: Log) {
    this.#orders = orders;
    this.#tills = tills;
    this.#log = log;
  }

  /** A new order with a hosted page to pay it on, if the gateway opens one. */
  async checkOut(about: Placing): Promise<Order> {
    const order = this.#orders.place(about);
    const opened = await this.#till(order).open(order);
    order.checkout = opened.checkout;
    this.#take(order, openings[order.mode], opened);
    return order;
  }

  /** Asks the gateway how the order stands, with everything of it that has not come to an end. */
  async refresh(order: Order): Promise<void> {
    const till = this.#till(order);
    for (const step of order.steps) {
      if (movesMoney(step.kind) && isOpen(step)) {
        const reply = await till.query(step.reference);
        note(step, reply);
        this.#keep(order, `Ask how the ${step.kind} stands`, reply);
      }
    }
    if (!order.refused) await this.#ask(order, till);
  }

  /** A link says by which payment it was paid, and that what was paid and refunded. */
  async #ask(order: Order, till: Till): Promise<void> {
    if (order.mode !== 'link') {
      this.#take(order, 'Ask how the payment stands', await till.query(order.number));
      return;
    }
    if (!order.standing?.paidBy) {
      this.#take(order, 'Ask how the link stands', await till.queryLink(order.number));
    }
    const paidBy = order.standing?.paidBy;
    if (!paidBy) return;
    const reply = await till.query(paidBy);
    const standing = reply.standing && { ...reply.standing, paidBy };
    this.#take(order, 'Ask about the payment that paid it', { ...reply, standing });
  }

  /**
   * Does what a button of the order's page asks. `index` says how many steps the page had seen: a second click on the
   * same page finds its step done. Answers the order to look at next.
   */
  async step(order: Order, kind: StepKind, index: number, amountMinor: bigint): Promise<Order> {
    const done = order.steps[index];
    if (done) return this.#orders.find(done.reference) ?? order;
    if (index !== order.steps.length) return order;
    if (!movesMoney(kind)) return this.#anew(order, kind);

    const orderId = order.standing?.orderId;
    if (!orderId) return order;
    const reference = `${order.number}-${kind === 'capture' ? 'C' : 'R'}${index + 1}`;
    const step: Step = { ...nothingKnown, kind, reference, amountMinor };
    order.steps.push(step);
    const till = this.#till(order);
    const reply = await till[kind](orderId, reference, amountMinor);
    note(step, reply);
    this.#keep(order, `${kind === 'capture' ? 'Capture' : 'Refund'} ${priceOf(amountMinor, order.currency)}`, reply);
    await this.refresh(order);
    return order;
  }

  /** A notice came in: writes it down and, if it is genuine, asks what is true now. */
  async hear(till: Till, heard: Heard): Promise<void> {
    const order = heard.reference === null ? undefined : this.#orders.findByReference(heard.reference);
    if (!heard.genuine) this.#log.warn({ till: till.name }, 'demo shop refused a notice with a wrong signature');
    if (!order || order.till !== till.name) return;
    this.#orders.keepNotice(order, heard, realClock.now());
    this.#orders.tell(
      order,
      heard.genuine ? 'A notice arrived, its signature is right.' : 'A forged notice was refused.',
    );
    if (heard.genuine) await this.refresh(order);
  }

  async #anew(order: Order, kind: 'again' | 'retry'): Promise<Order> {
    const token = order.standing?.cardToken;
    if (kind === 'again' && !token) return order;
    const { till, words, visit, lines, currency, amountMinor, locale } = order;
    const next = this.#orders.place({
      ...{ till, words, visit, lines, currency, amountMinor, locale },
      mode: kind === 'again' ? 'now' : order.mode,
      wallet: order.wallet,
    });
    order.steps.push({ ...nothingKnown, kind, reference: next.number, amountMinor });
    this.#orders.tell(order, '');
    if (kind === 'again') {
      this.#take(next, 'Charge the kept card', await this.#till(next).charge(next, token!));
    } else {
      const opened = await this.#till(next).open(next);
      next.checkout = opened.checkout;
      this.#take(next, openings[next.mode], opened);
    }
    return next;
  }

  #till(order: Order): Till {
    return this.#tills.get(order.till)!;
  }

  #keep(order: Order, title: string, { logIns, exchange }: Reply): void {
    for (const logIn of logIns) this.#orders.keepExchange(order, 'Log in for a token', logIn);
    this.#orders.keepExchange(order, title, exchange);
  }

  #take(order: Order, title: string, reply: Reply): void {
    const before = headlineOf(order).text;
    this.#keep(order, title, reply);
    note(order, reply);
    if (reply.exchange.httpStatus === null) this.#log.warn({ order: order.number }, 'demo shop got no answer');
    const { text } = headlineOf(order);
    this.#orders.tell(order, text === before ? '' : `The order is now: ${text}.`);
  }
}

const note = (known: Knowledge, { standing, refused, problem }: Reply): void => {
  known.standing = standing ?? known.standing;
  known.refused = refused && known.standing === null;
  known.problem = problem;
};

/** Its end is not known. */
const isOpen = ({ standing, refused }: Knowledge): boolean => (standing ? standing.tone === 'waiting' : !refused);

const movesMoney = (kind: StepKind): kind is 'capture' | 'refund' => kind === 'capture' || kind === 'refund';
