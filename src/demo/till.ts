/** How the shop takes money through one API. Each API is one till: a client beside a `<name>-till.ts`. */
import type { Currency } from './amount.ts';
import type { Order } from './orders.ts';

/** What the messages of a till prove, for people who read them. */
export interface TillWords {
  /** How the shop shows who it is. */
  readonly requests: string;
  /** Whether answers are signed, and why the shop believes them. */
  readonly signsAnswers: boolean;
  readonly answers: string;
  /** What a notice's signature is worth. */
  readonly notice: string;
  /** What the API calls the addresses that the browser comes back to. */
  readonly returnNames: { readonly success: string; readonly failure: string };
}

/** One request of the shop and its answer, as they went over the wire. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string | null;
  /** The text that the request's signature covers; empty where requests are not signed. */
  readonly requestSigned: string;
  /** Null when no answer came. */
  readonly httpStatus: number | null;
  readonly answerHeaders: Readonly<Record<string, string>>;
  readonly answerBody: string;
  readonly answerSigned: string;
  /** The answer's signature was right, or the API signs none. */
  readonly genuine: boolean;
  /** Real time, ms. */
  readonly at: number;
  readonly tookMs: number;
}

/** What the gateway says about one transaction. */
export interface Standing {
  /** In the API's own word. */
  readonly status: string;
  readonly tone: 'good' | 'bad' | 'waiting';
  readonly reason: string | null;
  /** Brand and masked number. */
  readonly card: string | null;
  readonly approvalCode: string | null;
  /** Where the fiscal receipt is shown, on an API that has one. */
  readonly receiptUrl: string | null;
  readonly paidMinor: bigint;
  readonly capturedMinor: bigint;
  readonly refundedMinor: bigint;
  /** The token under which the gateway kept the card for later charges. */
  readonly cardToken: string | null;
  /** The gateway's own id of the order, which captures and refunds name. */
  readonly orderId: string | null;
  /** Of a payment link: the reference of the payment by which it was paid. */
  readonly paidBy: string | null;
}

export interface Reply {
  readonly exchange: Exchange;
  /** Null when nothing trustworthy was said about the transaction. */
  readonly standing: Standing | null;
  /** What was said to log in, before the request itself. */
  readonly logIns: readonly Exchange[];
  /** The gateway said no before it did anything. */
  readonly refused: boolean;
  /** For people: why it did not go as asked. */
  readonly problem: string | null;
}

/** Where the payer goes to pay. */
export interface Checkout {
  readonly href: string;
  /** The gateway's JavaScript library that takes the payer there, and the session it wants. */
  readonly library: { readonly src: string; readonly session: string } | null;
}

/** A notice as it came in. `reference` is only a claim as long as it is not genuine. */
export interface Heard {
  readonly genuine: boolean;
  readonly reference: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly signed: string;
  readonly body: string;
}

export interface Till {
  /** Stands in addresses. */
  readonly name: string;
  readonly title: string;
  /** What it takes, and from whom. */
  readonly currency: Currency;
  readonly hint: string;
  /** The languages of its payment page, by the shop's codes. */
  readonly locales: readonly string[];
  /** Besides cards: what payers can pay with in an app, by the API's names. */
  readonly wallets: readonly { readonly code: string; readonly title: string; readonly hint: string }[];
  /** An amount can be held on a card and captured later. */
  readonly reserves: boolean;
  /** A payer can be sent an address, and choose there what to pay with. */
  readonly links: boolean;
  readonly words: TillWords;
  /** Number of the test card that a newcomer should try first. */
  readonly firstCard: string;
  /** Asks for a hosted page on which the order is paid. */
  open(order: Order): Promise<Reply & { readonly checkout: Checkout | null }>;
  /** Charges a kept card at once. */
  charge(order: Order, cardToken: string): Promise<Reply>;
  capture(orderId: string, reference: string, amountMinor: bigint): Promise<Reply>;
  refund(orderId: string, reference: string, amountMinor: bigint): Promise<Reply>;
  query(reference: string): Promise<Reply>;
  /** The same of a payment link. Refused where the API has none. */
  queryLink(reference: string): Promise<Reply>;
  hear(headers: Readonly<Record<string, string | string[] | undefined>>, body: string): Heard;
}
