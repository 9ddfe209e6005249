import type { StoredCard } from '../core/model.ts';
import type { Shop } from '../gateway/ports.ts';
import { Secret } from '../kit/secret.ts';
import { Chance } from './chance.ts';
import { installTerminals } from './counter.ts';
import { afterLossMs, Journal } from './failover.ts';
import { audit, faultsAfterHealing, punctual } from './healing.ts';
import { Host } from './host.ts';
import { Judge } from './judge.ts';
import { order } from './merchant.ts';
import { Office } from './office.ts';
import { GatewayProcess } from './process.ts';
import { Receivers } from './receivers.ts';
import { Store } from './store.ts';
import { type Owner, Timeline } from './timeline.ts';
import { nextRelease } from './upgrade.ts';
import { VaultModel } from './vault.ts';
import { Watch } from './watch.ts';
import { drawWeather, healed, hostNames } from './weather.ts';
import { unsettle, WhoIsWho } from './who-is-who.ts';
import type { World } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  /** Orders that merchants place. */
  readonly payments: number;
  /** Gets every line of the run's story. */
  readonly trace?: (line: string) => void;
}

export interface RunEnd {
  /** What was found wrong first; null when nothing was. */
  readonly fault: string | null;
  readonly events: number;
  readonly commits: number;
  /** Of the run's whole story: the same for the same seed. */
  readonly digest: number;
}

const startAt = Date.UTC(2026, 0, 17, 3, 39, 51);

/** Nothing may take longer than this after the faults are over: authorizations lapse after 7 days, series of notices end. */
const quietMs = 60 * 86_400_000;

/** How long after the faults are over the two books are compared. */
const auditMs = 8 * 86_400_000;

/** By which acquirer a shop's cards go: by one of them, by the brand, or by the amount. */
const waysOf = (chance: Chance): readonly Partial<Shop['routes'][number]>[] =>
  chance.pick([
    [{ acquirer: 'north' }],
    [
      { acquirer: 'north', brands: ['visa'] },
      { acquirer: 'south', brands: ['uzcard'] },
    ],
    [{ acquirer: 'south', maxMinor: 50_000n }, { acquirer: 'north' }],
  ] as const);

const shopOf = (chance: Chance, merchantId: number): Shop => ({
  id: `shop-${merchantId}`,
  merchantId,
  merchantName: `Merchant ${merchantId}`,
  api: 'till',
  wireName: `m${merchantId}`,
  state: 'active',
  settings: {},
  routes: waysOf(chance).map((way, index) => ({
    id: `route-${merchantId}-${index}`,
    acquirer: 'north',
    account: `ACC-${merchantId}-${index}`,
    brands: [],
    currencies: [],
    minMinor: null,
    maxMinor: null,
    ...way,
  })),
  publicKeys: [`KEY-${merchantId}`],
});

/** Cards that merchants have kept before the run. */
const storeCards = ({ store, vault, shops }: World): void => {
  const numbers = { V: '4440000009900010', U: '8600123412341234' };
  for (const { merchantId } of shops) {
    for (const [letter, number] of Object.entries(numbers)) {
      const vaultRef = vault.seal(merchantId, new Secret(number), 0);
      vault.keepForEver(vaultRef);
      const token = `TK${merchantId}${letter}`;
      const face = {
        brand: letter === 'V' ? 'visa' : 'uzcard',
        first6: number.slice(0, 6),
        last4: number.slice(-4),
      } as const;
      const card: StoredCard = {
        token,
        shopId: null,
        vaultRef,
        face: { ...face, expiry: '2039-01' },
        networkReference: null,
        customer: null,
      };
      store.cards.set(`${merchantId} ${token}`, card);
    }
  }
};

/**
 * One run. The same options end in the same way, to the byte: all chance comes from the seed, and virtual time is the only
 * time. First the faults of the seed's weather, then none, and then everything must come to its end.
 */
export const simulate = async ({ seed, payments, trace }: RunOptions): Promise<RunEnd> => {
  const chance = new Chance(seed);
  const weather = drawWeather(chance);
  let commits = 0;
  let names = 0;
  const numbers = new Map<string, number>();
  // Rooms know the world by this function, because it is not whole until all of them are made.
  const whole = (): World => world;
  const strike = (owner: Owner, weight = 1): void => {
    const process = world.processes.find((one) => one.isLifeOf(owner));
    if (!process || !owner.isAlive) return;
    const { crash, pause, pauseMaxMs, setBack, clockSet, clockStepMaxMs, clockWrongMaxMs } = world.weather;
    const happens = (probability: number) => chance.happens(weight * probability);
    if (happens(crash)) process.crash();
    else if (happens(pause)) process.standStill(chance.next() * pauseMaxMs, { mayHide: chance.happens(0.5) });
    else if (happens(setBack)) {
      // It wakes to a clock that was set back meanwhile, as if it had not stood still at all, long after others have looked after
      // its work: only elapsed time tells.
      const ms = chance.between(30_000, 600_000);
      process.standStill(ms, { mayHide: false });
      process.setClock(-ms, ms + 60_000);
    } else if (happens(clockSet)) {
      process.setClock((chance.next() * 2 - 1) * clockStepMaxMs, chance.next() * clockWrongMaxMs);
    }
  };
  const timeline: Timeline = new Timeline(startAt, (owner) => strike(owner));
  const judge = new Judge(whole);
  const processes: GatewayProcess[] = [];
  const shops = Array.from({ length: chance.pick([2, 5, 20]) }, (_, index) => shopOf(chance, index + 1));
  const world: World = {
    seed,
    startAt,
    chance,
    timeline,
    watch: new Watch(() => timeline.now, trace ?? null),
    drawn: weather,
    weather,
    shops,
    whoIsWho: new WhoIsWho(shops),
    store: new Store((before, row, step) => {
      commits++;
      judge.committed(before, row, step);
      for (const process of processes) process.wake(world.store.nextWorkOf(step));
    }),
    vault: new VaultModel(),
    hosts: new Map(hostNames.map((name) => [name, new Host(whole, name)])),
    office: new Office(),
    receivers: new Receivers(whole),
    judge,
    processes,
    counters: [],
    journal: new Journal(whole),
    alarms: 0,
    lostAt: null,
    databaseDownUntil: 0,
    strike,
    newName: (prefix) => `${prefix}${(++names).toString(36)}`,
    newNumber: (counter) => {
      const number = (numbers.get(counter) ?? 0) + 1;
      numbers.set(counter, number);
      return number;
    },
  };
  storeCards(world);
  installTerminals(world);
  const skew = () => (chance.next() - 0.5) * weather.skewMaxMs;
  processes.push(new GatewayProcess(world, 'p1', skew()), new GatewayProcess(world, 'p2', skew()));

  let ordersLeft = payments;
  let arrivesAt = 0;
  for (let n = 0; n < payments; n++) {
    arrivesAt += chance.next() * 2_000;
    timeline.plan(arrivesAt, null, () => {
      void order(world).then(
        () => ordersLeft--,
        (error) => judge.need(false, () => `the simulator is broken: ${(error as Error).stack}`),
      );
    });
  }
  unsettle(world);
  const next = weather.upgradeAt === null ? null : await nextRelease();
  if (next) {
    // One after the other, as an operator would.
    for (const [n, process] of processes.entries()) {
      timeline.plan(weather.upgradeAt! + n * chance.between(1_000, 120_000), null, () => process.upgrade(next));
    }
  }
  const { failover } = weather;
  if (failover) {
    timeline.plan(failover.at, null, () => {
      const empty = () => {
        const store = new Store(() => {});
        storeCards({ ...world, store });
        installTerminals({ ...world, store });
        return store;
      };
      // Who survives it must say so: nobody else falls silent meanwhile.
      world.weather = healed(weather);
      world.databaseDownUntil = timeline.now + 1_000;
      for (const process of processes) process.heal();
      world.journal.failOver(failover.lost, empty);
    });
  }
  const healsAfterMs = arrivesAt + chance.between(60_000, 3 * 3_600_000);
  timeline.plan(healsAfterMs, null, () => {
    world.weather = healed(weather);
    world.databaseDownUntil = 0;
    for (const process of processes) process.heal();
    world.watch.tell('healed');
  });
  // A process that stands still does so for ten minutes at most.
  for (const minutes of [13, 20, 40, 90]) timeline.plan(healsAfterMs + minutes * 60_000, null, () => punctual(world));
  for (let auditAt = 600_000; auditAt < healsAfterMs; auditAt += chance.between(300_000, 1_500_000)) {
    timeline.plan(auditAt, null, () => audit(world));
  }
  timeline.plan(healsAfterMs + auditMs, null, () => audit(world));
  const endAt = startAt + healsAfterMs + quietMs;
  const isLost = () => world.lostAt !== null && timeline.now > world.lostAt + afterLossMs;
  await timeline.run(() => world.watch.fault !== null || timeline.now > endAt || isLost());
  if (world.lostAt !== null) return endOf(world, commits);
  judge.need(timeline.now <= endAt, () => 'it never comes to rest');
  judge.need(ordersLeft === 0, () => `${ordersLeft} clients wait for ever`);
  if (world.watch.fault === null) {
    const faults = faultsAfterHealing(world);
    judge.need(faults.length === 0, () => faults.slice(0, 3).join('; '));
  }
  return endOf(world, commits);
};

const endOf = ({ watch, timeline }: World, commits: number): RunEnd => ({
  fault: watch.fault,
  events: timeline.count,
  commits,
  digest: watch.digest,
});
