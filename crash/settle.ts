import type { Sql } from '../src/kit/postgres.ts';
import { openAdministration } from '../src/store/administration.ts';
import type { World } from './world.ts';

/** Inquiries are that far apart at first. */
const stepMs = 5_000;
/** Past the end of every session and of every challenge. */
const leapMs = 60 * 60_000;
const patienceMs = 60_000;
const pauseMs = 50;

const undone = `
select (select count(*)::int from tollgate.attempts where due_at is not null) attempts,
  (select count(*)::int from tollgate.tasks) tasks,
  (select count(*)::int from tollgate.notices where state = 'due') notices`;

const leased = ['attempts', 'tasks', 'notices'] as const;

/** The killed hold leases that they will not come back for. It spares the run half a minute, and touches nothing else. */
const freeLeases = async (sql: Sql): Promise<void> => {
  for (const table of leased) await sql.unsafe(`update tollgate.${table} set lease_until = 0 where lease_until > 0`);
};

type Undone = Readonly<Record<'attempts' | 'tasks' | 'notices', number>>;

const undoneOf = async (sql: Sql): Promise<Undone> => (await sql.unsafe<Undone[]>(undone))[0]!;

/**
 * Lets everything come to its end, with nobody asking any more: the business clock is moved forward until no attempt, no
 * timer and no notice is left, or patience ends. Answers what is left.
 */
export const settle = async ({ database, programs, startWorker }: World): Promise<string[]> => {
  await programs.worker.kill('SIGTERM');
  await freeLeases(database.sql);
  programs.worker = await startWorker();
  const { advanceClock } = openAdministration(database.sql, () => {});
  const endAt = performance.now() + patienceMs;
  let left = await undoneOf(database.sql);
  while (left.attempts + left.tasks + left.notices > 0 && performance.now() < endAt) {
    // What is due comes first: after long silence a charge would be taken back.
    await advanceClock(left.attempts > 0 ? stepMs : left.tasks > 0 ? leapMs : 0);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    left = await undoneOf(database.sql);
  }
  return Object.entries(left)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what} never came to their end`);
};
