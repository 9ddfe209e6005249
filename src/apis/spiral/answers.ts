import type { KeyObject } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { maskNumbers } from '../../core/cards.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Fault } from './codes.ts';
import { dateTimeText } from './dates.ts';
import { type Members, type WireObject, writeObject } from './json.ts';
import { amountMinorOf } from './schema.ts';
import { signedHeaders } from './signature.ts';
import { amountText } from './write.ts';

/** The ids over which an answer is signed, as they came in the path. */
export interface Addressed {
  readonly clientId: string;
  /** Empty where the path has none. */
  readonly merchantRef: string;
}

/** How long a caller that met a busy gateway should wait, seconds. */
const retryAfterSeconds = 1;

/** What a card number in the wrong field would be is not repeated. */
const isSafe = (text: string): boolean => text.length <= 40 && maskNumbers(text) === text;

/** Members of a request that its error answer repeats, as far as they are what they should be (section 4.2). */
export const echoOf = (members: Members | undefined): WireObject => {
  const text = (name: string): string | undefined => {
    const value = members?.get(name)?.value;
    return typeof value === 'string' && isSafe(value) ? value : undefined;
  };
  const amt = members?.get('amt');
  // Written anew an amount has 12 digits at most, however many it came with: too few for a card number.
  const amountMinor = typeof amt?.value === 'number' ? amountMinorOf(amt.source) : undefined;
  return {
    cmd: text('cmd'),
    type: text('type'),
    amt: amountMinor === undefined ? undefined : amountText(amountMinor, 'HKD'),
  };
};

/** Body of an error answer (section 4.2). `now` is business time, like every `dateTime`. */
export const faultBody = (ids: Partial<Addressed>, { status, error }: Fault, now: number, echo: WireObject = {}) =>
  writeObject({
    dateTime: dateTimeText(now),
    clientId: ids.clientId,
    merchantRef: ids.merchantRef || undefined,
    ...echo,
    status,
    error,
  });

/** Answers signed over the ids of the path, whatever their status: clients verify before they look (section 2.2). */
export class Answers {
  readonly #key: KeyObject;
  readonly #clock: Clock;
  readonly #realClock: Clock;

  constructor(key: KeyObject, clocks: { readonly clock: Clock; readonly realClock: Clock }) {
    this.#key = key;
    this.#clock = clocks.clock;
    this.#realClock = clocks.realClock;
  }

  async record(reply: FastifyReply, ids: Addressed, record: WireObject): Promise<FastifyReply> {
    return this.#send(reply, ids, 200, writeObject(record));
  }

  async fault(reply: FastifyReply, ids: Addressed, fault: Fault, echo?: WireObject): Promise<FastifyReply> {
    if (fault.http === 503) reply.header('retry-after', String(retryAfterSeconds));
    return this.#send(reply, ids, fault.http, faultBody(ids, fault, this.#clock.now(), echo));
  }

  async #send(reply: FastifyReply, ids: Addressed, http: number, body: string): Promise<FastifyReply> {
    const headers = await signedHeaders(this.#key, ids, this.#realClock.now());
    // Fastify writes the names of its own headers in small letters; one client's dictionary minds the case.
    for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value);
    return reply.code(http).header('content-type', 'application/json').send(Buffer.from(body));
  }
}
