import type { OfficeAnswer } from '../core/commands.ts';
import type { FiscalOffice, ReceiptOrder } from '../gateway/ports.ts';
import type { Life } from './life.ts';
import type { World } from './world.ts';

/** The tax office's register: sent twice, a receipt is the same one. */
export class Office {
  readonly receipts = new Map<string, ReceiptOrder>();
  readonly #numbers = new Map<string, string>();

  register(order: ReceiptOrder, now: number): OfficeAnswer {
    const number = this.#numbers.get(order.reference) ?? `${this.#numbers.size + 1}`;
    this.#numbers.set(order.reference, number);
    this.receipts.set(order.reference, order);
    return { kind: 'registered', number, terminal: 'T1', sign: 'S', url: '', message: null, registeredAt: now };
  }
}

/** The office over a line that fails. */
export const officeLine = (world: World, life: Life): FiscalOffice => ({
  name: 'office',
  register: (order) =>
    new Promise((resolve) => {
      const { office, chance, timeline } = world;
      timeline.plan(chance.between(1, 200), life, () => {
        const fails = chance.happens(world.weather.officeFails);
        if (!fails) return resolve(office.register(order, Math.floor(timeline.now)));
        // The receipt may be registered all the same.
        if (chance.happens(0.5)) office.register(order, Math.floor(timeline.now));
        resolve({ kind: 'failed', message: 'closed' });
      });
    }),
});
