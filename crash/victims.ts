import type { Sql } from '../src/kit/postgres.ts';
import type { Chance } from './chance.ts';
import type { World } from './world.ts';

export const victims = ['gateway', 'worker', 'backend', 'server'] as const;
export type Victim = (typeof victims)[number];

/** What a kill met, and how long its victim was missed. */
export interface Kill {
  readonly victim: Victim;
  /** Attempts on their way to the acquirer: the first commit of theirs was there, the second was not. */
  readonly betweenCommits: readonly string[];
  /** Attempts that a worker had in hand. */
  readonly leasedCount: number;
  readonly recoveryMs: number;
}

interface Met {
  readonly sending: string[];
  readonly leasedCount: number;
}

const look = async (sql: Sql): Promise<Met> => {
  const sending = await sql.unsafe<{ reference: string }[]>(
    `select sent_reference reference from tollgate.attempts where state = 'sending'`,
  );
  const [leased] = await sql.unsafe<{ n: number }[]>(
    'select count(*)::int n from tollgate.attempts where due_at is not null and lease_until > $1',
    [Date.now()],
  );
  return { sending: sending.map(({ reference }) => reference), leasedCount: leased!.n };
};

const backendsOf = async (sql: Sql): Promise<number[]> => {
  const rows = await sql.unsafe<{ pid: number }[]>(`
    select pid from pg_stat_activity where application_name in ('tollgate record', 'tollgate read') order by pid`);
  if (rows.length === 0) throw new Error('no programs are connected yet');
  return rows.map(({ pid }) => pid);
};

/** Kills the victim and starts it again; answers what the kill met. */
const strike: Record<Victim, (world: World, chance: Chance) => Promise<Met>> = {
  async gateway({ database, programs, startGateway }) {
    await programs.gateway.kill('SIGKILL');
    const met = await database.persist(look);
    programs.gateway = await startGateway();
    // What the dead gateway had sent to the database may have been written after the first look.
    const still = new Set((await database.persist(look)).sending);
    return { ...met, sending: met.sending.filter((reference) => still.has(reference)) };
  },

  async worker({ database, programs, startWorker }) {
    await programs.worker.kill('SIGKILL');
    const met = await database.persist(look);
    programs.worker = await startWorker();
    return met;
  },

  async backend({ database }, chance) {
    // One may be gone before it is hit: then another is chosen.
    await database.persist(async (sql) => database.killBackend(chance.of(await backendsOf(sql))));
    return database.persist(look);
  },

  async server({ database }) {
    database.killServer();
    await database.startAgain();
    return database.persist(look);
  },
};

const patienceMs = 90_000;

const inTime = async <T>(work: Promise<T>, death: Promise<never>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const inVain = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`nobody was served for ${patienceMs} ms`)), patienceMs);
  });
  return Promise.race([work, death, inVain]).finally(() => clearTimeout(timer));
};

/** Kills with SIGKILL and waits until a request that left after the kill has been served; throws if none ever is. */
export const kill = async (world: World, victim: Victim, chance: Chance): Promise<Kill> => {
  const at = performance.now();
  const strikeAndServe = async (): Promise<Kill> => {
    const served = world.shop.journal.servedAfter(at);
    const { sending, leasedCount } = await strike[victim](world, chance);
    const runsAt = performance.now();
    const servedAt = await served;
    // Without the worker the others serve on: it is back when it runs.
    const recoveryMs = Math.round((victim === 'worker' ? runsAt : servedAt) - at);
    return { victim, betweenCommits: sending, leasedCount, recoveryMs };
  };
  return inTime(strikeAndServe(), world.death);
};
