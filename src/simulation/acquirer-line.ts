import type { Acquirer, Capabilities, Order, Outcome } from '../gateway/ports.ts';
import type { Clock } from '../kit/clock.ts';
import type { Host } from './host.ts';
import type { Life } from './life.ts';
import type { World } from './world.ts';

const capabilitiesOf = ({ seed }: World, { name, lagMs, overcapturePercent }: Host): Capabilities => ({
  partialCapture: true,
  overcapturePercent,
  knowsReference: true,
  lagMs,
  resumeNeedsCard: (seed % 2 === 0) === (name === 'north'),
  brands: ['visa', 'uzcard'],
  wallets: ['payme', 'fps'],
  cardPresent: true,
  payouts: true,
  challenges: { visa: 'redirect', uzcard: 'otp' },
});

/** Half-minutes in which the host takes no calls; drawn from the seed, its name and the time alone. */
const isInMaintenance = ({ seed, timeline, weather }: World, { name }: Host): boolean => {
  const slot = Math.floor(timeline.now / 30_000) * 2 + (name === 'north' ? 0 : 1);
  const mixed = Math.imul((slot ^ seed) | 0, 0x9e3779b1) >>> 0;
  return mixed / 2 ** 32 < weather.maintenanceShare;
};

const isBlackedOut = ({ timeline, startAt, weather: { blackout, blackoutOf } }: World, { name }: Host): boolean => {
  const [from, to] = blackout;
  if (blackoutOf !== null && blackoutOf !== name) return false;
  return timeline.now >= startAt + from && timeline.now < startAt + to;
};

/** An acquirer's adapter over a line that loses, doubles, delays and garbles messages; it keeps to the port's contract. */
export const acquirerLine = (world: World, host: Host, life: Life, clock: Clock): Acquirer => {
  const { chance, timeline, judge } = world;

  const exchange = (
    order: Order,
    deadlineAt: number,
    atHost: (isOverdue: boolean) => Outcome | undefined,
  ): Promise<Outcome> =>
    new Promise((resolve) => {
      const { weather } = world;
      let ended = false;
      const finish = (outcome: Outcome) => {
        if (ended) return;
        ended = true;
        judge.heard(host, order, outcome);
        timer.call = null;
        resolve(outcome);
      };
      const timer = timeline.plan(deadlineAt - clock.now(), life, () =>
        finish({ kind: 'unknown', doubt: 'silence', note: 'deadline' }),
      );
      if (clock.now() >= deadlineAt || chance.happens(weather.refusedConnect) || isInMaintenance(world, host)) {
        timer.call = null;
        timeline.plan(chance.next() * 5, life, () => finish({ kind: 'not_sent', note: 'refused' }));
        return;
      }
      judge.left(order);
      if (chance.happens(weather.requestLoss) || (weather.isDeafToo && isBlackedOut(world, host))) return;
      const isOverdue = chance.happens(weather.overLag);
      const travelMs = () =>
        isOverdue ? host.lagMs + chance.between(120_000, 600_000) : chance.next() * weather.delayMaxMs;
      const arrive = (isCopy: boolean) => {
        const outcome = atHost(isOverdue);
        if (isCopy || !outcome || chance.happens(weather.answerLoss) || isBlackedOut(world, host)) return;
        const garbled = chance.happens(weather.halfAnswer) || chance.happens(weather.wrongEcho);
        const heard: Outcome = garbled ? { kind: 'unknown', doubt: 'host_error', note: 'garbled' } : outcome;
        timeline.plan(chance.next() * weather.delayMaxMs, life, () => finish(heard));
      };
      timeline.plan(travelMs(), null, () => arrive(false));
      if (chance.happens(weather.duplicate)) timeline.plan(travelMs(), null, () => arrive(true));
    });

  return {
    name: host.name,
    capabilities: capabilitiesOf(world, host),
    perform: (order, card, deadlineAt) => {
      const isWhole = order.original !== null || card !== null || order.wallet !== null;
      world.judge.need(isWhole, () => `${order.sentReference} left without its card`);
      return exchange(order, deadlineAt, (isOverdue) => host.perform(order, isOverdue));
    },
    resume: (order, card, answer, deadlineAt) => {
      if (!card && capabilitiesOf(world, host).resumeNeedsCard) {
        judge.heard(host, order, { kind: 'not_sent', note: 'the card is gone' });
        return Promise.resolve({ kind: 'not_sent', note: 'the card is gone' });
      }
      return exchange(order, deadlineAt, () => host.resume(order, answer));
    },
    resend: async () => {},
    inquire: async (order, deadlineAt) => {
      const outcome = await exchange(order, deadlineAt, () => host.inquire(order));
      return outcome.kind === 'not_sent' ? { kind: 'unknown', doubt: 'silence', note: outcome.note } : outcome;
    },
    close: async (order, deadlineAt) => {
      const outcome = await exchange(order, deadlineAt, () => host.close(order));
      return outcome.kind === 'not_sent' ? { kind: 'unknown', doubt: 'silence', note: outcome.note } : outcome;
    },
    describe: async () => undefined,
    undo: (order, deadlineAt) => exchange(order, deadlineAt, () => host.undo(order)),
  };
};
