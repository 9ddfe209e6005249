import type { Shop } from '../gateway/ports.ts';
import { ask, askAbout } from './ask.ts';
import { counter } from './counter.ts';
import { link } from './link-visit.ts';
import { pay } from './payer.ts';
import { type Asked, type Heard, overcapturePercentOf, type Till } from './till.ts';
import type { World } from './world.ts';

const receiptLine = {
  title: 'Atlas',
  priceMinor: 1n,
  count: '1',
  vatPercent: 12,
  codes: { code: '04901001001000003' },
};

/** More tries than any client makes. */
const triesMax = 8;

const dayMs = 86_400_000;

type Follow = {
  readonly reference: string;
  readonly kind: 'capture' | 'release' | 'refund';
  readonly isLast: boolean;
  readonly amountMinor: bigint;
};

/**
 * A client that wants an answer: asks again after silence, at once or much later, twice at the same time, or with another
 * body by mistake; or asks what became of it.
 */
const insist = async <A extends Asked | Follow>(
  world: World,
  shop: Shop,
  asked: A,
  call: (till: Till, asked: A, shop: Shop) => Promise<Heard>,
): Promise<Heard | 'silence'> => {
  const { chance, timeline } = world;
  const once = (body: A) => askAbout(world, shop, body, (till, as) => call(till, body, as));
  let heard: Heard | 'silence' = 'silence';
  for (let turn = 0; turn < triesMax; turn++) {
    if (turn > 0 && asked.kind !== 'verify' && chance.happens(0.1))
      await once({ ...asked, amountMinor: asked.amountMinor + 1n });
    if (turn > 0 && chance.happens(0.3))
      heard = await askAbout(world, shop, { ...asked, kind: 'query' }, (till, as) => till.query(as, asked.reference));
    else if (chance.happens(0.1)) [heard] = await Promise.all([once(asked), once(asked), once(asked)]);
    else heard = await once(asked);
    if (heard !== 'silence' && heard.kind === 'done' && !chance.happens(0.1)) break;
    if (heard !== 'silence' && heard.kind === 'conflict') break;
    if (heard !== 'silence' && heard.kind === 'refused' && heard.reason !== 'busy') break;
    const isLate = chance.happens(0.05);
    await timeline.pause(isLate ? chance.between(dayMs, 3 * dayMs) : chance.between(10, 30_000));
  }
  return heard;
};

const amountOf = ({ chance }: World): bigint =>
  chance.happens(0.02)
    ? 9_007_199_254_740_993n
    : BigInt(chance.pick([chance.between(1, 100), chance.between(100, 1_000_000)]));

/** Another merchant asks for a payment by its id, and by its reference. */
const pry = async (world: World, shop: Shop, paymentId: string, reference: string): Promise<void> => {
  const stranger = world.shops.find(({ id }) => id !== shop.id)!;
  const seen = await ask(world, (till) => till.find(stranger, paymentId));
  world.judge.need(seen === undefined || seen === 'silence', () => `${paymentId} is shown to another merchant`);
  const heard = await ask(world, (till) => till.query(stranger, reference));
  const isTheirs = heard !== 'silence' && 'paymentId' in heard && heard.paymentId === paymentId;
  world.judge.need(!isTheirs, () => `${reference} is told to another merchant`);
};

/** Captures, releases and refunds in parts, some at once, some asked for twice by two operators; captures also of more. */
const followUp = async (world: World, shop: Shop, paymentId: string, kind: Asked['kind'], whole: bigint) => {
  const { chance, timeline } = world;
  const one = async (what: Follow['kind']): Promise<void> => {
    const share = chance.pick([1n, 2n, 3n]);
    const beyond = what === 'capture' ? (whole * BigInt(overcapturePercentOf(whole))) / 100n : 0n;
    const amountMinor = chance.happens(0.03)
      ? 0n
      : chance.happens(0.4)
        ? whole + beyond
        : whole / share + beyond + BigInt(chance.below(2));
    const isLast = what === 'capture' && chance.happens(0.2);
    const follow: Follow = { reference: world.newName('FOLLOW'), kind: what, isLast, amountMinor };
    const recordsRefusal = amountMinor > 0n && chance.happens(0.5);
    await insist(world, shop, follow, (till, asked, as) => till.follow(as, paymentId, asked, recordsRefusal));
  };
  if (kind === 'authorize' && chance.happens(0.5)) {
    // At the very moment at which the authorization lapses, when its timer is due and may not have run yet.
    await timeline.pause(7 * dayMs - chance.between(0, 2_000));
    const shots: Promise<void>[] = [];
    for (let shot = 0; shot < 12; shot++) {
      shots.push(one('capture'));
      await timeline.pause(chance.between(20, 300));
    }
    await Promise.all(shots);
  }
  const rounds = chance.below(4);
  for (let round = 0; round < rounds; round++) {
    await timeline.pause(chance.happens(0.1) ? chance.between(dayMs, 9 * dayMs) : chance.between(10, 60_000));
    const ahead = chance.happens(0.2) ? 'release' : 'capture';
    const what = kind === 'authorize' && chance.happens(0.6) ? ahead : 'refund';
    if (chance.happens(0.4))
      await Promise.all([one(what), one(what), one(chance.pick(['capture', 'release', 'refund'] as const))]);
    else await one(what);
  }
};

/** The life of one order, from the merchant's first request to its last refund; or a day of a terminal, or a link. */
export const order = async (world: World): Promise<void> => {
  const { chance, timeline } = world;
  const shop = chance.pick(world.shops);
  if (chance.happens(0.1)) return counter(world, shop);
  if (chance.happens(0.12)) return link(world, shop);
  // Two merchants number their orders alike.
  const reference = `ORDER${world.newNumber(shop.id)}`;
  if (chance.happens(0.5)) {
    const asked: Asked = {
      reference,
      amountMinor: amountOf(world),
      kind: chance.pick(['sale', 'sale', 'authorize'] as const),
    };
    const token = chance.happens(0.03) ? 'TKNOBODY' : `TK${shop.merchantId}${chance.pick(['V', 'U'])}`;
    let heard = await insist(world, shop, asked, (till, body, as) => till.charge(as, body, token));
    if (heard === 'silence' && chance.happens(0.5)) {
      // Gives the first one up and orders anew: two payments then, each of which must come out right.
      const anew = { ...asked, reference: `ORDER${world.newNumber(shop.id)}` };
      heard = await insist(world, shop, anew, (till, body, as) => till.charge(as, body, token));
    }
    if (heard !== 'silence' && heard.kind === 'done')
      await followUp(world, shop, heard.paymentId, asked.kind, asked.amountMinor);
    return;
  }
  const wallet = chance.happens(0.3) ? chance.pick(['payme', 'fps'] as const) : null;
  const byCard = chance.pick(['sale', 'sale', 'sale', 'authorize', 'verify'] as const);
  const kind = wallet === 'fps' ? 'collect' : wallet ? 'sale' : byCard;
  const asked: Asked = { reference, amountMinor: kind === 'verify' ? 0n : amountOf(world), kind };
  const taxed = kind === 'sale' && chance.happens(0.3);
  const keepsCard = wallet === null && (kind === 'verify' || chance.happens(0.4));
  const expiresAt = Math.floor(timeline.now) + chance.between(60_000, 1_800_000);
  const checkout = { expiresAt, keepsCard, receipt: taxed ? [receiptLine] : null, wallet };
  const heard = await insist(world, shop, asked, (till, body, as) =>
    till.open(as, body, { ...checkout, keepsCard: checkout.keepsCard }),
  );
  if (heard === 'silence' || (heard.kind !== 'open' && heard.kind !== 'done')) return;
  const { paymentId } = heard;
  if (chance.happens(0.1)) await pry(world, shop, paymentId, reference);
  const paying = pay(world, shop, paymentId);
  if (chance.happens(0.1)) {
    await timeline.pause(chance.between(1_000, 60_000));
    await ask(world, (till) => till.turn(shop, paymentId, 'withdraw'));
  }
  await paying;
  if (kind !== 'verify') await followUp(world, shop, paymentId, kind, asked.amountMinor);
};
