import { randomBytes } from 'node:crypto';
import type { Currency } from './amount.ts';
import type { Line } from './goods.ts';
import type { Checkout, Exchange, Heard, Standing, TillWords } from './till.ts';

/** `again`: the kept card is charged for a new order. `retry`: a new order after one that was not paid. */
export const stepKinds = ['capture', 'refund', 'again', 'retry'] as const;
export type StepKind = (typeof stepKinds)[number];

/** What the shop knows of one transaction. */
export interface Knowledge {
  standing: Standing | null;
  refused: boolean;
  problem: string | null;
}

/** Something that the visitor did with an order. */
export interface Step extends Knowledge {
  readonly kind: StepKind;
  /** Reference of the transaction, or number of the new order. */
  readonly reference: string;
  readonly amountMinor: bigint;
}

export interface Order extends Knowledge {
  /** Also the reference of its payment at the gateway. */
  readonly number: string;
  /** Name of the till, and what its messages prove. */
  readonly till: string;
  readonly words: TillWords;
  readonly visit: string;
  readonly lines: readonly Line[];
  readonly currency: Currency;
  readonly amountMinor: bigint;
  readonly mode: 'now' | 'reserve' | 'link';
  /** What it is paid with, if not with a card: the API's name of the wallet. */
  readonly wallet: string | null;
  /** Language of the payment page, such as `zh_HK`. */
  readonly locale: string;
  checkout: Checkout | null;
  readonly steps: Step[];
  readonly exchanges: (Exchange & { readonly title: string })[];
  readonly notices: (Heard & { readonly at: number })[];
  /** Counts changes, so that a browser can tell what it has seen. */
  version: number;
}

const orderCountMax = 500;
const exchangeCountMax = 40;
const noticeCountMax = 20;
const forgedCountMax = 3;

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 50 random bits: nobody meets somebody else's order by guessing, and a restart does not repeat references. */
const newNumber = (): string => {
  const digits = Array.from(randomBytes(10), (byte) => alphabet[byte & 31]);
  return `LL-${digits.join('')}`;
};

export const nothingKnown: Knowledge = { standing: null, refused: false, problem: null };

type Listener = (order: Order, news: string) => void;

/** The orders of this process, the newest 500 of them. */
export class Orders {
  readonly #byNumber = new Map<string, Order>();
  readonly #listeners = new Map<string, Set<Listener>>();

  place(
    about: Pick<
      Order,
      'till' | 'words' | 'visit' | 'lines' | 'currency' | 'amountMinor' | 'mode' | 'wallet' | 'locale'
    >,
  ): Order {
    const order: Order = {
      ...about,
      number: newNumber(),
      checkout: null,
      ...nothingKnown,
      steps: [],
      exchanges: [],
      notices: [],
      version: 1,
    };
    this.#byNumber.set(order.number, order);
    if (this.#byNumber.size > orderCountMax) this.#byNumber.delete(this.#byNumber.keys().next().value!);
    return order;
  }

  find(number: string): Order | undefined {
    return this.#byNumber.get(number);
  }

  /** The order that a reference belongs to: its payment's, or that of a step. */
  findByReference(reference: string): Order | undefined {
    return this.#byNumber.get(reference.split('-').slice(0, 2).join('-'));
  }

  /** Newest first. */
  ofVisit(visit: string): Order[] {
    return [...this.#byNumber.values()].filter((order) => order.visit === visit).reverse();
  }

  /** Keeps an exchange. Asking the same again with the same answer replaces the older one. */
  keepExchange(order: Order, title: string, exchange: Exchange): void {
    const last = order.exchanges.at(-1);
    const same =
      last?.method === 'GET' &&
      exchange.method === 'GET' &&
      last.path === exchange.path &&
      last.answerBody === exchange.answerBody;
    if (same) order.exchanges.pop();
    order.exchanges.push({ ...exchange, title });
    if (order.exchanges.length > exchangeCountMax) order.exchanges.shift();
  }

  /** Keeps a notice. Anybody can send forged ones, so they never push out genuine ones. */
  keepNotice(order: Order, heard: Heard, at: number): void {
    order.notices.push({ ...heard, at });
    const crowd = order.notices.filter((notice) => notice.genuine === heard.genuine);
    const oldest = crowd.length > (heard.genuine ? noticeCountMax : forgedCountMax) ? crowd[0] : undefined;
    if (oldest) order.notices.splice(order.notices.indexOf(oldest), 1);
  }

  /** Tells everybody who looks at the order that it changed. `news` is for people; empty for nothing worth saying. */
  tell(order: Order, news: string): void {
    order.version++;
    for (const listener of this.#listeners.get(order.number) ?? []) listener(order, news);
  }

  /** Answers how to stop listening. */
  listen(number: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(number) ?? new Set();
    this.#listeners.set(number, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(number) === listeners) this.#listeners.delete(number);
    };
  }
}
