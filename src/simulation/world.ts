import type { Shop } from '../gateway/ports.ts';
import type { Chance } from './chance.ts';
import type { CounterStory } from './counter.ts';
import type { Journal } from './failover.ts';
import type { Host } from './host.ts';
import type { Judge } from './judge.ts';
import type { Office } from './office.ts';
import type { GatewayProcess } from './process.ts';
import type { Receivers } from './receivers.ts';
import type { Store } from './store.ts';
import type { Owner, Timeline } from './timeline.ts';
import type { VaultModel } from './vault.ts';
import type { Watch } from './watch.ts';
import type { Weather } from './weather.ts';
import type { WhoIsWho } from './who-is-who.ts';

/** One run: everything there is, and the faults that befall it now. */
export interface World {
  readonly seed: number;
  /** Virtual ms. */
  readonly startAt: number;
  readonly chance: Chance;
  readonly timeline: Timeline;
  readonly watch: Watch;
  /** The faults of the seed, also when they are over. */
  readonly drawn: Weather;
  /** The faults of now: those of the seed until the world is healed. */
  weather: Weather;
  /** Who they were at the start; `whoIsWho` has how they stand. */
  readonly shops: readonly Shop[];
  readonly whoIsWho: WhoIsWho;
  readonly store: Store;
  readonly journal: Journal;
  /** Alarms of lost commits. */
  alarms: number;
  readonly vault: VaultModel;
  /** By name: each has a book of its own. */
  readonly hosts: ReadonlyMap<string, Host>;
  readonly office: Office;
  readonly receivers: Receivers;
  readonly judge: Judge;
  readonly processes: readonly GatewayProcess[];
  /** What terminals know at the end of their day. */
  readonly counters: CounterStory[];
  /** The database is away until then, virtual ms. */
  databaseDownUntil: number;
  /** When the database lost commits, virtual ms; null while it has not. From then on nothing holds but the alarm. */
  lostAt: number | null;
  /** Now and then the process of this life crashes, stands still, or has its clock set; `weight` times as often as else (1). */
  strike(life: Owner, weight?: number): void;
  /** A name that was not given before. */
  newName(prefix: string): string;
  /** 1, 2, … of its own for each that counts. */
  newNumber(counter: string): number;
}
