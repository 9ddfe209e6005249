import { BlockList, isIPv6 } from 'node:net';
import { blockedBy, nothingYet, overLimit, type Payer } from '../core/limits.ts';
import type { CardFace, Id } from '../core/model.ts';
import type { Refusal } from '../core/reasons.ts';
import type { Secret } from '../kit/secret.ts';
import type { Carried } from './carry.ts';
import type { GatewayParts } from './parts.ts';
import type { Use, Uses } from './ports/limits.ts';
import type { GateMove, Shop } from './ports.ts';
import type { Queue } from './queue.ts';

/** What is about to be paid. */
export interface Spending {
  readonly amountMinor: bigint;
  readonly currency: string;
  /** Absent where no card is known (yet). */
  readonly card?: { readonly face: CardFace; readonly number: Secret };
  /** Null where the payment does not exist yet. */
  readonly paymentId: Id | null;
}

/** Who pays and what, as far as an API knows it before anything is opened. */
export interface Wish extends Payer, Omit<Spending, 'card' | 'paymentId'> {
  readonly ip?: string | undefined;
  readonly number?: Secret;
  readonly face?: CardFace;
}

/** How a try passes the limits of its shop: it is written with the use, and not at all once another has passed. */
export interface Passage {
  readonly gates: readonly GateMove[];
  readonly uses: readonly Use[];
}

/** A try starts over when one of another process came first. */
const triesMax = 20;

const isListed = (ips: readonly string[], ip: string): boolean => {
  const list = new BlockList();
  for (const entry of ips) {
    const [address = '', bits] = entry.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');
};

/** The operator's rules of shops. A shop without any costs nothing. */
export class Limits {
  readonly #parts: GatewayParts;
  readonly #queue: Queue;

  constructor(parts: GatewayParts, queue: Queue) {
    this.#parts = parts;
    this.#queue = queue;
  }

  get #uses(): Uses {
    const { uses } = this.#parts;
    if (!uses) throw new Error('this installation counts nothing');
    return uses;
  }

  /**
   * What already speaks against a wish: sums and counts of the shop, who is not served, then the card. It reserves nothing, so that
   * what it lets pass may still be refused by `pass`.
   */
  async judge(shop: Shop, { ip, number, face, ...wish }: Wish): Promise<Refusal | undefined> {
    const { rules } = shop;
    if (!rules) return undefined;
    const { blocked, limits } = rules;
    const { amountMinor, currency } = wish;
    const card = number && face && { number, face };
    const spending = { amountMinor, currency, paymentId: null, ...(card && { card }) };
    const { standing } = await this.#stand(shop, spending);
    const beyond = overLimit(limits, standing, { amountMinor, currency, hasCard: false });
    if (beyond) return beyond;
    if (ip !== undefined && blocked.ips.length > 0 && isListed(blocked.ips, ip)) {
      return { reason: 'limit_exceeded', rule: 'blocked_ip' };
    }
    const barred = blockedBy(blocked, { ...wish, ...(face && { card: face }) });
    return barred ?? overLimit(limits, standing, { amountMinor, currency, hasCard: card !== undefined });
  }

  /**
   * Takes a try past the rules of its shop: `work` writes it, with the passage if there is one. Those of one shop go one at a
   * time, and over all processes the gate lets only one of those through that saw the same sum.
   */
  async pass(shop: Shop, spending: Spending, work: (passage: Passage | null) => Promise<Carried>): Promise<Carried> {
    const { rules } = shop;
    if (!rules) return work(null);
    const blocked = blockedBy(rules.blocked, { card: spending.card?.face ?? null });
    if (blocked) return { kind: 'refused', refusal: blocked, view: null };
    if (rules.limits.length === 0) return work(null);
    return this.#queue.run(`limits:${rules.gateId}`, async () => {
      for (let tries = 1; ; tries++) {
        const passage = await this.#passage(shop, spending);
        if ('reason' in passage) return { kind: 'refused', refusal: passage, view: null };
        const carried = await work(passage);
        const isLate = carried.kind === 'refused' && carried.refusal.reason === 'busy';
        if (!isLate || tries === triesMax) return carried;
      }
    });
  }

  /** How a shop stands as far as its limits ask, with the version of its gate. */
  async #stand({ merchantId, rules }: Shop, { currency, card, paymentId }: Spending) {
    const { limits, gateId } = rules!;
    if (limits.length === 0) return { version: 0, standing: nothingYet, mark: null };
    const countsCards = card !== undefined && limits.some(({ of }) => of === 'card');
    const mark = countsCards ? await this.#parts.vault.markOf(merchantId, card.number) : null;
    const { clock } = this.#parts.surroundings;
    const query = { merchantId, gateId, limits, currency, card: mark, paymentId, now: clock.now() };
    return { ...(await this.#uses.read(query)), mark };
  }

  async #passage(shop: Shop, spending: Spending): Promise<Passage | Refusal> {
    const { limits, gateId } = shop.rules!;
    const { amountMinor, currency, card } = spending;
    const { version, standing, mark } = await this.#stand(shop, spending);
    const over = overLimit(limits, standing, { amountMinor, currency, hasCard: card !== undefined });
    if (over) return over;
    return { gates: [{ id: gateId, read: version }], uses: [{ gateId, amountMinor, currency, card: mark }] };
  }
}
