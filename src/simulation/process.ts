import type { Attempt, View } from '../core/model.ts';
import type { OpenGateway } from '../gateway/create.ts';
import type { Shop, Surroundings } from '../gateway/ports.ts';
import type { Clock } from '../kit/clock.ts';
import { acquirerLine } from './acquirer-line.ts';
import { databaseLine, Outage } from './database-line.ts';
import { Life } from './life.ts';
import { Loop } from './loop.ts';
import { officeLine } from './office.ts';
import { receiverLine } from './receivers.ts';
import * as release from './release.ts';
import { Till, voice } from './till.ts';
import type { Owner } from './timeline.ts';
import type { World } from './world.ts';

const acquirerTimeoutMs = 10_000;

/** One gateway process: the real gateway, workers and notices over lines that fail; it crashes, stands still, restarts. */
export class GatewayProcess {
  readonly name: string;
  readonly skewMs: number;
  life = new Life();
  till!: Till;
  readonly #world: World;
  #release: typeof release = release;
  #gateway!: OpenGateway;
  /** How far its clock was set from the right time. */
  #stepMs = 0;
  #sleepsUntil = 0;
  #work!: Loop;
  #notices!: Loop;
  #witness!: Loop;

  constructor(world: World, name: string, skewMs: number) {
    this.#world = world;
    this.name = name;
    this.skewMs = skewMs;
    this.#start();
  }

  /** It ends, and comes back as a process of another release. */
  upgrade(to: typeof release): void {
    this.#release = to;
    this.crash();
  }

  /** It is gone at once, with all it had in memory, and comes back after a while. */
  crash(): void {
    const { timeline, chance, watch } = this.#world;
    watch.tell(`${this.name} crashes`);
    this.life.end();
    timeline.plan(chance.between(200, 20_000), null, () => this.#start());
  }

  /**
   * It stands still and then goes on as if nothing had been: swapped out, or with its whole machine asleep, whose
   * monotonic clock then stands still, too. Not while its other clock is wrong: of a machine whose clocks all hide its sleep
   * nothing within it can tell.
   */
  standStill(ms: number, { mayHide }: { mayHide: boolean }): void {
    const { timeline, watch } = this.#world;
    const machineSleeps = mayHide && this.#stepMs === 0;
    watch.tell(`${this.name} ${machineSleeps ? 'sleeps' : 'stands still'}`);
    this.life.pausedUntil = timeline.now + ms;
    if (!machineSleeps) return;
    this.life.sleptMs += ms;
    this.#sleepsUntil = timeline.now + ms;
  }

  /**
   * Somebody sets its clock forward or back, and right again after `forMs`; not while the machine sleeps, nor before what it was
   * doing then is done.
   */
  setClock(stepMs: number, forMs: number): void {
    const { timeline } = this.#world;
    if (this.#sleepsUntil + 2 * acquirerTimeoutMs > timeline.now) return;
    const setTo = (ms: number) => {
      this.#world.watch.tell(`the clock of ${this.name} is wrong by ${Math.round(ms)} ms`);
      this.#stepMs = ms;
      this.wake(timeline.now);
    };
    setTo(stepMs);
    timeline.plan(forMs, null, () => setTo(0));
  }

  /** Its clock is right again. */
  heal(): void {
    this.#stepMs = 0;
    this.wake(this.#world.timeline.now);
  }

  /** Nothing of it is left in memory but what is always there. */
  isAtRest(): boolean {
    const { acts, queue } = this.#gateway;
    return acts.underWayCount === 0 && queue.length === 0;
  }

  /** Asks the acquirer about an attempt, whether or not it has ended: what auditors do who compare two books. */
  async audit(shop: Shop, view: View, attempt: Attempt): Promise<void> {
    await this.#gateway.acts.lookAfter(shop, view, attempt).catch((error: unknown) => {
      this.#world.judge.need(error instanceof Outage, () => `an audit threw ${error}`);
    });
  }

  /** An acquirer sends word about one of our references. */
  noticed(acquirer: string, sentReference: string): void {
    const { timeline, judge, chance } = this.#world;
    timeline.plan(chance.next() * 5, this.life, () => {
      this.#gateway.gateway.notice(acquirer, sentReference).catch((error: unknown) => {
        judge.need(error instanceof Outage, () => `an acquirer's word threw ${error}`);
      });
    });
  }

  isLifeOf(owner: Owner): boolean {
    return owner === this.life;
  }

  /** Something will be due at `at`. */
  wake(at: number): void {
    this.#work.wake(at);
    this.#notices.wake(at);
    this.#witness.wake(at);
  }

  #start(): void {
    const world = this.#world;
    const { timeline, watch } = world;
    const { createGateway, createLinks, createTerminals, createWorkers, deliverNotices, withAgreedTime, withWitness } =
      this.#release;
    const life = new Life();
    this.life = life;
    const clock: Clock = { now: () => Math.floor(timeline.now + this.skewMs + this.#stepMs) };
    const { payments, vault, links: linkTable, terminals, ...due } = databaseLine(world, life);
    const { directory } = world.whoIsWho;
    const notice = (fields: object, text: string) => {
      if ((fields as { alarm?: string }).alarm === 'commits_lost') {
        world.alarms += 1;
        world.judge.need(false, () => 'commits are said to be lost that are there');
        return;
      }
      const error = (fields as { error?: string }).error;
      world.judge.need(error === undefined || error === Outage.name, () => `${text}: ${error}`);
    };
    const log = { info: () => {}, warn: notice, error: notice };
    const surroundings: Surroundings = {
      clock,
      realClock: clock,
      elapsed: () => timeline.now - life.sleptMs,
      newId: () => world.newName('id'),
      merchantOf: (id) => world.store.viewWith(id)?.payment.merchantId,
      newToken: () => world.newName('TK'),
      after: (ms, call) => {
        const planned = timeline.plan(ms, life, call);
        return () => {
          planned.call = null;
        };
      },
      log,
    };
    const { agenda, outbox } = withAgreedTime(due, surroundings);
    const witness = withWitness(payments, surroundings);
    const record: typeof payments.record = async (step) => {
      const verdict = await witness.payments.record(step);
      // Its loop sleeps for ever while there is nothing to look for.
      this.#witness.wake(timeline.now);
      return verdict;
    };
    this.#gateway = createGateway({
      surroundings,
      payments: { ...witness.payments, record },
      directory,
      vault,
      acquirers: new Map([...world.hosts].map(([name, host]) => [name, acquirerLine(world, host, life, clock)])),
      office: officeLine(world, life),
      voices: new Map([[voice.api, voice]]),
      acquirerTimeoutMs,
      onNotice: () => this.#notices.wake(timeline.now),
      onEnd: () => {},
    });
    const links = createLinks(this.#gateway, linkTable, agenda);
    this.till = new Till(directory, this.#gateway.gateway, links.gateway, createTerminals(this.#gateway, terminals));
    const workers = createWorkers(this.#gateway, agenda);
    const work = async () => (await workers.tick()) + (await links.tick());
    const delivery = deliverNotices({
      outbox,
      directory,
      voices: new Map([[voice.api, voice]]),
      clock,
      realClock: clock,
      outbound: receiverLine(world, life),
      log,
    });
    const { store } = world;
    this.#work = new Loop(world, life, clock, work, () => Math.min(store.work.nextAt(), store.links.nextAt()));
    this.#witness = new Loop(world, life, clock, witness.tick, () => {
      const wanted = witness.nextAt();
      return Number.isFinite(wanted) ? clock.now() + Math.max(0, wanted - surroundings.elapsed()) : wanted;
    });
    this.#notices = new Loop(world, life, clock, delivery.tick, () => store.box.nextAt());
    watch.tell(`${this.name} starts`);
    this.wake(timeline.now);
  }
}
