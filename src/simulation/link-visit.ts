import type { Shop } from '../gateway/ports.ts';
import { ask } from './ask.ts';
import { pay } from './payer.ts';
import type { World } from './world.ts';

/** More turns than any payer takes. */
const turnsMax = 6;

/** A payer at the page of a link: chooses how to pay, tries again, finds others there or the time over. */
const visit = async (world: World, shop: Shop, reference: string): Promise<void> => {
  const { chance, timeline } = world;
  for (let turn = 0; turn < turnsMax; turn++) {
    await timeline.pause(chance.happens(0.1) ? chance.between(60_000, 3_600_000) : chance.between(200, 30_000));
    const wallet = chance.happens(0.3) ? chance.pick(['payme', 'fps'] as const) : null;
    const endsAt = Math.floor(timeline.now) + chance.between(60_000, 1_800_000);
    const started = await ask(world, (till) => till.startLink(shop, reference, wallet, endsAt));
    if (started === 'silence' || started.kind === 'refused') continue;
    if (started.kind === 'settled') return;
    await pay(world, shop, started.attempt.payment.id);
  }
};

/** A payment link: a merchant hands it out, and some payers find it at once. */
export const link = async (world: World, shop: Shop): Promise<void> => {
  const { chance, timeline } = world;
  const reference = world.newName('LINK');
  const amountMinor = BigInt(chance.between(1, 1_000_000));
  const expiresAt = Math.floor(timeline.now) + chance.pick([60_000, 600_000, 4 * 3_600_000]);
  let isMade = false;
  for (let tries = 0; tries < turnsMax && !isMade; tries++) {
    const made = await ask(world, (till) => till.makeLink(shop, reference, amountMinor, expiresAt));
    // False says that an earlier try was taken, whose answer was lost.
    isMade = made !== 'silence';
    if (!isMade) await timeline.pause(chance.between(100, 10_000));
  }
  if (!isMade) return;
  const payers = chance.pick([1, 1, 2, 3]);
  await Promise.all(Array.from({ length: payers }, () => visit(world, shop, reference)));
};

/** What links must have come to: each that is over says whether it was paid. */
export const faultsOfLinks = ({ store }: World): string[] => {
  const faults: string[] = [];
  for (const {
    link: { id, reference },
    ended,
  } of store.links.rows.values()) {
    const states = [...store.claims]
      .filter(([key]) => key.includes(` attempt:${id} `))
      .map(([, { paymentId }]) => store.rows.get(paymentId)!.view.payment.state);
    const paid = states.filter((state) => state === 'approved').length;
    if (ended === null) faults.push(`link ${reference} does not end`);
    else if (ended !== (paid > 0 ? 'approved' : 'expired'))
      faults.push(`link ${reference} ended ${ended}, paid ${paid} times`);
  }
  return faults;
};
