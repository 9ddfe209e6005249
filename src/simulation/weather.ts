import type { Chance } from './chance.ts';

export const hostNames = ['north', 'south'] as const;
export type HostName = (typeof hostNames)[number];

/**
 * Which faults a seed has, and how often. Probabilities are of one message, call or step; times are ms. Each seed leaves
 * some faults out altogether, so that what one of them hides another can show.
 */
export interface Weather {
  /** Between gateway and acquirer. */
  readonly refusedConnect: number;
  readonly requestLoss: number;
  readonly answerLoss: number;
  readonly duplicate: number;
  readonly halfAnswer: number;
  readonly wrongEcho: number;
  readonly delayMaxMs: number;
  /** The acquirer. */
  readonly declines: number;
  readonly challenges: number;
  readonly pends: number;
  readonly approvesSilently: number;
  readonly hostErrors: number;
  readonly maintenanceShare: number;
  readonly refusesUndo: number;
  /** From when to when nothing that the host says arrives, ms from the start; 0 and 0 where it always does. */
  readonly blackout: readonly [from: number, to: number];
  /** Whether nothing reaches the host then, either. */
  readonly isDeafToo: boolean;
  /** Which host it is that falls silent; null: each of them. */
  readonly blackoutOf: HostName | null;
  /** How long each host may not know of an order yet, by its own statement. */
  readonly lagMs: Readonly<Record<HostName, number>>;
  /** Messages that reach the host later than its stated lag allows: nobody can know of them in time. */
  readonly overLag: number;
  /** Processes. */
  readonly crash: number;
  readonly pause: number;
  readonly pauseMaxMs: number;
  /** It stands still for minutes, and wakes to a clock that shows the time at which it stopped. */
  readonly setBack: number;
  /** How far the clocks of two processes are apart at most. */
  readonly skewMaxMs: number;
  /** A process's clock is set to another time, for so long. */
  readonly clockSet: number;
  readonly clockStepMaxMs: number;
  readonly clockWrongMaxMs: number;
  /** From when to when the database has no room left and writes nothing, ms from the start. */
  readonly fullDisk: readonly [from: number, to: number];
  /** The database. */
  readonly abort: number;
  readonly lostAck: number;
  readonly outage: number;
  readonly full: number;
  readonly vaultFails: number;
  /**
   * A standby takes the database's place at `at` ms from the start, without the last `lost` commits of payments: with that the
   * books are wrong, so the run ends, once somebody has said so.
   */
  readonly failover: { readonly at: number; readonly lost: number } | null;
  /** From when on processes are replaced by those of the next release, ms from the start; null where none are. */
  readonly upgradeAt: number | null;
  /** Keys of merchants are rotated, and the addresses of their receivers change, every so many ms; 0: never. */
  readonly rotationMs: number;
  readonly hookMoveMs: number;
  /** Requests with a key that is not the merchant's, or not any more. */
  readonly wrongKey: number;
  /** Between clients and gateway. */
  readonly clientLoss: number;
  readonly clientDuplicate: number;
  /** Receivers of notices. */
  readonly receiverFails: number;
  readonly receiverHangs: number;
  /** The tax office. */
  readonly officeFails: number;
}

/** A fault is left out by every other seed; where it is in, it is anything up to `max`. */
const some = (chance: Chance, max: number): number => (chance.happens(0.5) ? chance.next() * max : 0);

/** Longer pauses are rarer: who stands still almost always never meets anybody who does not. */
const drawPauses = (chance: Chance): Pick<Weather, 'pause' | 'pauseMaxMs'> => {
  const pauseMaxMs = chance.pick([1_000, 15_000, 60_000, 600_000]);
  return { pauseMaxMs, pause: some(chance, 0.03 * Math.min(1, 15_000 / pauseMaxMs)) };
};

export const drawWeather = (chance: Chance): Weather => ({
  refusedConnect: some(chance, 0.2),
  requestLoss: some(chance, 0.3),
  answerLoss: some(chance, 0.3),
  duplicate: some(chance, 0.5),
  halfAnswer: some(chance, 0.1),
  wrongEcho: some(chance, 0.01),
  delayMaxMs: chance.pick([20, 400, 4_000]),
  declines: some(chance, 0.4),
  challenges: chance.happens(0.7) ? chance.next() * 0.9 : 0,
  pends: some(chance, 0.2),
  approvesSilently: some(chance, 0.3),
  hostErrors: some(chance, 0.1),
  maintenanceShare: some(chance, 0.2),
  refusesUndo: some(chance, 0.2),
  blackout: chance.happens(0.3) ? [chance.between(0, 60_000), chance.between(60_000, 4 * 3_600_000)] : [0, 0],
  lagMs: { north: chance.pick([0, 5_000, 60_000]), south: chance.pick([0, 5_000, 60_000]) },
  isDeafToo: chance.happens(0.5),
  blackoutOf: chance.pick([null, ...hostNames]),
  overLag: chance.happens(0.35) ? 0.05 : 0,
  crash: some(chance, 0.02),
  ...drawPauses(chance),
  setBack: some(chance, 0.0005),
  skewMaxMs: some(chance, 2_000),
  clockSet: some(chance, 0.003),
  clockStepMaxMs: 3_600_000,
  clockWrongMaxMs: 600_000,
  fullDisk: chance.happens(0.3) ? [chance.between(0, 60_000), chance.between(60_000, 1_800_000)] : [0, 0],
  abort: some(chance, 0.2),
  lostAck: some(chance, 0.05),
  outage: some(chance, 0.003),
  full: some(chance, 0.02),
  vaultFails: some(chance, 0.02),
  failover: chance.happens(0.1) ? { at: chance.between(5_000, 180_000), lost: chance.between(1, 12) } : null,
  upgradeAt: chance.happens(0.2) ? chance.between(10_000, 180_000) : null,
  rotationMs: chance.happens(0.3) ? chance.between(10_000, 120_000) : 0,
  hookMoveMs: chance.happens(0.3) ? chance.between(10_000, 120_000) : 0,
  wrongKey: some(chance, 0.2),
  clientLoss: some(chance, 0.2),
  clientDuplicate: some(chance, 0.3),
  receiverFails: some(chance, 0.5),
  receiverHangs: some(chance, 0.1),
  officeFails: some(chance, 0.5),
});

/** Every fault is over; the acquirer goes on deciding as it pleases. */
export const healed = (weather: Weather): Weather => ({
  ...weather,
  refusedConnect: 0,
  requestLoss: 0,
  answerLoss: 0,
  duplicate: 0,
  halfAnswer: 0,
  wrongEcho: 0,
  delayMaxMs: Math.min(weather.delayMaxMs, 400),
  pends: 0,
  approvesSilently: 0,
  hostErrors: 0,
  maintenanceShare: 0,
  blackout: [0, 0],
  overLag: 0,
  crash: 0,
  pause: 0,
  setBack: 0,
  clockSet: 0,
  fullDisk: [0, 0],
  abort: 0,
  lostAck: 0,
  outage: 0,
  full: 0,
  vaultFails: 0,
  failover: null,
  upgradeAt: null,
  rotationMs: 0,
  hookMoveMs: 0,
  wrongKey: 0,
  clientLoss: 0,
  clientDuplicate: 0,
  receiverFails: 0,
  receiverHangs: 0,
  officeFails: 0,
});
