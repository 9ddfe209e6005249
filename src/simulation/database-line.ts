import type { Terminals } from '../gateway/ports/terminals.ts';
import type { Agenda, Links, Outbox, Payments, Step, Vault, Verdict } from '../gateway/ports.ts';
import type { Life } from './life.ts';
import type { Store } from './store.ts';
import type { World } from './world.ts';

/** What a port throws when the database is away. Nothing else may be thrown in a run. */
export class Outage extends Error {
  override readonly name = 'Outage';
}

/** How long the record statement tries to get through before it gives up, ms; as the store does. */
const patienceMs = 30_000;

/** How much likelier a fault strikes a process that has just committed than one that does anything else. */
const commitWeight = 5;

type Call = <T>(effect: () => T) => Promise<T>;

/** How long the database will write nothing, ms, for want of room. */
const noRoomMs = ({ timeline, startAt, weather: { fullDisk } }: World): number => {
  const [from, to] = fullDisk;
  const sinceStart = timeline.now - startAt;
  return sinceStart >= from && sinceStart < to ? to - sinceStart : 0;
};

/** A read, or a write that nobody repeats: it fails at once while the database is away. */
const callOf =
  (world: World, life: Life): Call =>
  (effect) =>
    new Promise((resolve, reject) => {
      const { chance, timeline, weather } = world;
      if (chance.happens(weather.outage)) world.databaseDownUntil = timeline.now + chance.between(500, 60_000);
      if (world.databaseDownUntil > timeline.now) {
        timeline.plan(1, life, () => reject(new Outage()));
        return;
      }
      timeline.plan(chance.next(), null, () => {
        const result = effect();
        timeline.plan(chance.next(), life, () => resolve(result));
      });
    });

/** The record statement: aborted ones are repeated, lost answers are looked up, and long outages are given up. */
const recordOf =
  (world: World, life: Life) =>
  (step: Step): Promise<Verdict> =>
    new Promise((resolve, reject) => {
      const { chance, timeline, weather, journal } = world;
      const answer = (verdict: Verdict, ms: number, told = () => {}) =>
        timeline.plan(ms, life, () => {
          told();
          resolve(verdict);
        });
      if (chance.happens(weather.full)) {
        answer('full', 0);
        return;
      }
      const fullMs = noRoomMs(world);
      if (fullMs > patienceMs) {
        timeline.plan(patienceMs, life, () => reject(new Outage()));
        return;
      }
      const downMs = Math.max(fullMs, world.databaseDownUntil - timeline.now);
      if (downMs > patienceMs) {
        // It went away just before or just after the commit, and stays away for longer than anybody waits.
        if (chance.happens(0.5)) timeline.plan(0, null, () => void world.journal.commit(step));
        timeline.plan(patienceMs, life, () => reject(new Outage()));
        return;
      }
      let travelMs = downMs + chance.next() * 2;
      while (chance.happens(weather.abort)) travelMs += chance.between(5, 50);
      timeline.plan(travelMs, null, () => {
        const { verdict, acknowledge } = journal.commit(step);
        // Between a commit and its acknowledgement is where it hurts most.
        world.strike(life, commitWeight);
        const ms = chance.happens(weather.lostAck) ? chance.between(20, 5_000) : chance.next();
        answer(verdict, ms, () => acknowledge(life));
      });
    });

/** The store's ports as one process sees them: over a line on which answers take time and get lost. */
export const databaseLine = (
  world: World,
  life: Life,
): { payments: Payments; links: Links; terminals: Terminals; agenda: Agenda; outbox: Outbox; vault: Vault } => {
  const { store, vault, timeline, chance } = world;
  const call = callOf(world, life);
  const writing = <T>(effect: (store: Store) => T): Promise<T> =>
    noRoomMs(world) > 0 ? Promise.reject(new Outage()) : call(() => world.journal.write(effect));
  const opening: Call = (effect) =>
    chance.happens(world.weather.vaultFails) ? Promise.reject(new Outage()) : call(effect);
  const sealing: Call = (effect) =>
    chance.happens(world.weather.vaultFails) || noRoomMs(world) > 0 ? Promise.reject(new Outage()) : call(effect);
  return {
    payments: {
      record: recordOf(world, life),
      find: (merchantId, paymentId) => call(() => store.find(merchantId, paymentId)),
      writtenBy: (keys) =>
        call(() => keys.map(({ paymentId, version }) => store.writers.get(`${paymentId} ${version}`))),
      findByClaim: (merchantId, claim) => call(() => store.findByClaim(merchantId, claim)),
      findByOperation: (merchantId, operationId) => call(() => store.findByOperation(merchantId, operationId)),
      listOperations: () => call(() => ({ entries: [], hasMore: false })),
      findChallenged: () => call(() => undefined),
      storedCard: (merchantId, by) => call(() => store.storedCard(merchantId, by)),
      storedCards: (merchantId, tokens) =>
        call(() => tokens.flatMap((token) => store.storedCard(merchantId, { token }) ?? [])),
      cardsOf: () => call(() => []),
      noteAsked: () => call(() => undefined),
      findRelated: () => call(() => []),
      forgetPayerInfo: () => call(() => 0),
      forgetCard: (merchantId, token) => writing((to) => to.cards.delete(`${merchantId} ${token}`)),
    },
    agenda: {
      leaseAttempts: (lease) => writing((to) => to.work.leaseAttempts(lease)),
      leaseTasks: (lease) => writing((to) => to.work.leaseTasks(lease)),
      leaseLinks: (due) => writing((to) => to.links.lease(due)),
      leaseMandates: () => call(() => []),
      now: () => call(() => timeline.now),
    },
    outbox: {
      leaseNotices: (lease) => writing((to) => to.box.lease(lease)),
      settleNotice: (notice, end) => writing((to) => to.box.settle(notice, end)),
      listNotices: () => call(() => []),
      replayNotice: () => call(() => false),
      noticeLag: () => call(() => 0),
    },
    links: {
      add: ([{ link }]) => writing((to) => to.links.add(link)),
      tell: () => call(() => undefined),
      find: ({ shop, reference }) => call(() => store.links.find(shop.merchantId, shop.id, reference)),
      findAll: (shop, references) =>
        call(() => references.flatMap((name) => store.links.find(shop.merchantId, shop.id, name) ?? [])),
      findByToken: () => call(() => undefined),
      end: (row, end) => writing((to) => to.links.end(row, end)),
      amend: () => call(() => false),
      newNumbers: () => call(() => [0]),
      renew: () => call(() => false),
      findByNumber: () => call(() => undefined),
      list: () => call(() => []),
    },
    terminals: {
      find: (shopId, account, number) => call(() => store.terminals.find(shopId, account, number)),
      batch: (terminal, batch, id, now) => writing((to) => to.terminals.batch(terminal, batch, id, now)),
      paymentsOf: (batch) => call(() => store.terminals.paymentsOf(batch)),
      settle: (settlement, batch, postings) =>
        writing((to) => to.terminals.settle(settlement, batch, postings)).then((verdict) => {
          world.strike(life, commitWeight);
          return verdict;
        }),
      findSettlement: ({ id }, reference) => call(() => store.terminals.findSettlement(id, reference)),
      add: () => call(() => false),
      disable: () => call(() => false),
      list: () => call(() => []),
      batches: () => call(() => []),
      settlementsOf: () => call(() => []),
    },
    vault: {
      markOf: async (owner, number) => vault.markOf(owner, number),
      seal: (owner, number, until) => sealing(() => vault.seal(owner, number, until)),
      sealAccount: (owner, { number }, until) => sealing(() => vault.seal(owner, number, until)),
      keep: (owner, ref) => sealing(() => vault.keep(owner, ref, timeline.now)),
      release: (owner, ref, until) => sealing(() => vault.release(owner, ref, until, timeline.now)),
      reveal: (owner, ref) => opening(() => vault.reveal(owner, ref, timeline.now)),
      sealCode: (_, slot, code, until) => sealing(() => vault.sealCode(slot, code, world.newName('key'), until)),
      openCode: (_, slot, key) => opening(() => vault.openCode(slot, key, timeline.now)),
      purge: () => sealing(() => 0),
    },
  };
};
