import { openPage } from '../test/payer.ts';
import type { Answer, SpiralMerchant } from '../test/spiral-merchant.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { Asked, CommandName, Journal } from './journal.ts';

const tokens = [
  ...Array.from({ length: 6 }, () => 'TKSIM00000000001'),
  ...['TKSIM00000000504', 'TKSIM00000000502', 'TKSIM00000000005'],
];

/** Approved (twice), declined, approved late, declined late, never answered, and with 3-D Secure. */
const cards = [
  ...['4444333322221111', '4444333322221111', '4000000000000036'],
  ...['4000000000000077', '4000000000000085', '4000000000000127', '4000000000000002'],
];

const successUrl = 'https://shop.example/done';
const againMs = 25;
const patienceMs = 60_000;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Whether nothing left at all, since nobody listened. */
const isRefused = (error: unknown): boolean =>
  ((error as Error).cause as { code?: string } | undefined)?.code === 'ECONNREFUSED';

export interface Shop {
  readonly merchant: SpiralMerchant;
  readonly url: string;
  readonly receiverUrl: string;
  readonly journal: Journal;
}

/** A till that asks on and on, one request after the other. */
class Till {
  readonly #shop: Shop;
  readonly #chance: Chance;
  readonly #isOpen: () => boolean;
  /** Approved sales with something left to refund, and the latest transactions, to be asked about. */
  readonly #sales: { orderId: string; left: number }[] = [];
  readonly #latest: Asked[] = [];

  constructor(shop: Shop, chance: Chance, isOpen: () => boolean) {
    this.#shop = shop;
    this.#chance = chance;
    this.#isOpen = isOpen;
  }

  async run(): Promise<void> {
    while (this.#isOpen()) {
      const dice = this.#chance.below(20);
      if (dice < 11) await this.#sale();
      else if (dice < 15) await this.#refund();
      else if (dice < 18) await this.#query();
      else await this.#checkout();
    }
  }

  /** One request; undefined where its answer was cut off or nobody listened. */
  async #exchange(asked: Asked, by: 'answer' | 'query', send: () => Promise<Answer>): Promise<Answer | undefined> {
    const { journal } = this.#shop;
    const startedAt = performance.now();
    try {
      const answer = await send();
      journal.requests++;
      journal.answers++;
      journal.hear(asked, by, answer, startedAt);
      return answer;
    } catch (error) {
      // What `fetch` says of a broken line is a TypeError with one of two texts.
      const { name, message } = error as Error;
      if (name !== 'TypeError' || !/^(fetch failed|terminated)$/.test(message)) journal.complaints.push(message);
      if (!isRefused(error)) {
        journal.requests++;
        journal.cutOff++;
      }
      await pause(againMs);
      return undefined;
    }
  }

  /**
   * Asks for something under a new reference. Where the answer was cut off, half of the merchants send the same again
   * under the same reference until they are answered; the others leave it at that.
   */
  async #ask(cmd: CommandName, amt: number, members: object): Promise<{ asked: Asked; answer: Answer | undefined }> {
    const { merchant, journal, receiverUrl } = this.#shop;
    const reference = merchant.newReference();
    const asked = journal.ask(reference, cmd, amt);
    this.#latest.push(asked);
    if (this.#latest.length > 20) this.#latest.shift();
    const body = { cmd, amt, webhookUrl: `${receiverUrl}/${reference}`, ...members };
    const send = () => this.#exchange(asked, 'answer', () => merchant.put(reference, body));
    let answer = await send();
    const isStubborn = this.#chance.below(2) === 0;
    while (!answer && isStubborn && this.#isOpen()) answer = await send();
    return { asked, answer };
  }

  async #sale(): Promise<void> {
    const amt = 10 + this.#chance.below(90);
    const token = { cardToken: this.#chance.of(tokens), cardTokenSrc: 'SPIRAL' };
    const { answer } = await this.#ask('SALE', amt, { type: 'VM', goodsName: 'Refill', ...token });
    if (answer?.body.status === 'Approved') this.#sales.push({ orderId: answer.body.orderId, left: amt });
  }

  async #refund(): Promise<void> {
    const sale = this.#sales.at(-1);
    if (!sale) return this.#sale();
    const amt = 1 + this.#chance.below(Math.ceil(sale.left / 2));
    sale.left -= amt;
    if (sale.left <= 0) this.#sales.pop();
    await this.#ask('REFUND', amt, { orderId: sale.orderId });
  }

  async #query(): Promise<void> {
    if (this.#latest.length === 0) return;
    const asked = this.#chance.of(this.#latest);
    await this.#exchange(asked, 'query', () => this.#shop.merchant.query(asked.reference));
  }

  /** A session, and its payer on the hosted page. One whose page was cut off comes again, and pays again if it may. */
  async #checkout(): Promise<void> {
    const amt = 10 + this.#chance.below(90);
    const members = { type: 'VM', goodsName: 'Desk lamp', successUrl, failureUrl: 'https://shop.example/retry' };
    const { asked, answer } = await this.#ask('SALESESSION', amt, members);
    if (answer?.status !== 200) return;
    const number = this.#chance.of(cards);
    for (let visits = 0; visits < 3 && this.#isOpen(); visits++) {
      try {
        const payer = await openPage(this.#shop.url, answer.body.sessionId);
        if (payer.seesCardForm) await payer.pay({ number });
        if (payer.page.forms.some(({ action }) => action.pathname === '/sandbox/issuer/challenge'))
          await payer.confirm();
        if (payer.leftTo?.startsWith(successUrl)) asked.told.push({ by: 'browser', status: 'Approved' });
        return;
      } catch {
        // The line broke, or the page was one that says so.
        await pause(againMs);
      }
    }
  }
}

/** Opens as many tills; answers how they are closed, which waits for what they have asked. */
export const openTills = (shop: Shop, count: number, seed: number): { close(): Promise<void> } => {
  let isOpen = true;
  const run = (n: number) =>
    new Till(shop, chanceOf(seed + n), () => isOpen).run().catch((error: Error) => {
      shop.journal.complaints.push(`a till broke: ${error.stack}`);
    });
  const all = Promise.all(Array.from({ length: count }, (_, n) => run(n)));
  return {
    async close() {
      isOpen = false;
      let timer: NodeJS.Timeout | undefined;
      const inVain = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          shop.journal.complaints.push(`a till got no answer for ${patienceMs} ms`);
          resolve();
        }, patienceMs);
      });
      await Promise.race([all, inVain]);
      clearTimeout(timer);
    },
  };
};
