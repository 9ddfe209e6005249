import type { View } from '../core/model.ts';
import type { PageResult } from '../gateway/gateway.ts';
import type { Shop } from '../gateway/ports.ts';
import { Secret } from '../kit/secret.ts';
import { ask } from './ask.ts';
import type { World } from './world.ts';

const cardOf = (number: string) => ({
  number: new Secret(number),
  expiry: '2039-01',
  code: number.startsWith('4') ? new Secret('314') : null,
  holder: null,
});

/** More turns than any payer takes. */
const turnsMax = 12;

/** Posts a form, now and then twice at once, as impatient payers do. */
const post = async (world: World, call: Parameters<typeof ask<PageResult>>[1]): Promise<PageResult | 'silence'> => {
  if (!world.chance.happens(0.15)) return ask(world, call);
  const [first, second] = await Promise.all([ask(world, call), ask(world, call)]);
  return first === 'silence' || first.refusal ? second : first;
};

/** One payer at the page: types cards, answers challenges rightly and wrongly, gives up, walks away, comes back late. */
export const pay = async (world: World, shop: Shop, paymentId: string): Promise<void> => {
  const { chance, timeline } = world;
  // Some do nothing but guess, and some nothing but try another card each time.
  const habit = chance.pick(['guess', 'change', null, null, null] as const);
  const wrongShare = habit === 'guess' ? 1 : 0.2;
  const againShare = habit === 'change' ? 1 : habit === 'guess' ? 0 : 0.1;
  const turnShare = habit === null ? 0.1 : 0;
  let oneTimeKey: string | null = null;
  let wallet: string | null = null;
  const took = (came: PageResult | 'silence') => {
    if (came !== 'silence' && came.oneTimeKey) oneTimeKey = came.oneTimeKey;
  };

  const submit = () => {
    // The order for a wallet's code did not leave: the page offers to try again.
    if (wallet) return post(world, (till) => till.offer(shop, paymentId));
    // Another card can be had where a code is asked for, which is of cards of the country.
    const card = cardOf(habit === null ? chance.pick(['4440000009900010', '8600123412341234']) : '8600123412341234');
    return post(world, (till) => till.submit(shop, paymentId, card));
  };

  const answer = async (view: View): Promise<void> => {
    const attempt = view.attempts.findLast((a) => a.operation === 1);
    if (attempt?.state !== 'challenged') return;
    const { sentReference, challenge } = attempt;
    const roll = chance.next();
    if (roll < turnShare) return void (await ask(world, (till) => till.turn(shop, paymentId, 'cancel')));
    const isCode = challenge?.kind === 'otp';
    if (isCode && roll < 2 * turnShare) return void (await ask(world, (till) => till.turn(shop, paymentId, 'resend')));
    if (isCode && chance.happens(againShare))
      return void (await ask(world, (till) => till.turn(shop, paymentId, 'again')));
    const fields: Record<string, string> = isCode ? { code: chance.happens(wrongShare) ? '111111' : '000000' } : {};
    const key = chance.happens(0.1) ? null : oneTimeKey;
    took(await post(world, (till) => till.resume(shop, paymentId, { sentReference, answer: fields, oneTimeKey: key })));
  };

  for (let turn = 0; turn < turnsMax; turn++) {
    await timeline.pause(chance.happens(0.03) ? chance.between(60_000, 5_400_000) : chance.between(500, 20_000));
    const view = await ask(world, (till) => till.find(shop, paymentId));
    if (view === 'silence' || !view) continue;
    const { state } = view.operations[0]!;
    wallet = view.checkout?.wallet ?? null;
    if (state === 'challenged' && wallet) {
      // It is paid in an app, by nobody here.
      if (chance.happens(0.05)) await ask(world, (till) => till.turn(shop, paymentId, 'cancel'));
    } else if (state === 'challenged') await answer(view);
    else if (state === 'waiting') {
      const roll = chance.next();
      if (roll < 0.05) await ask(world, (till) => till.turn(shop, paymentId, 'cancel'));
      else if (roll < 0.1) return;
      else took(await submit());
    } else if (state !== 'acting' && state !== 'unknown' && state !== 'accepted') return;
    // The form may stand open in another window.
    else if (chance.happens(0.2)) await submit();
  }
};
