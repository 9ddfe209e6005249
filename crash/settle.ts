import type { Sql } from '../src/kit/postgres.ts';
import { openAdministration } from '../src/store/administration.ts';
import type { World } from './world.ts';

const later = new URL('./later.ts', import.meta.url).href;
const laterMs = 30_000;
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

type Undone = Readonly<Record<'attempts' | 'tasks' | 'notices', number>>;

const undoneOf = async (sql: Sql): Promise<Undone> => (await sql.unsafe<Undone[]>(undone))[0]!;

/**
 * Lets everything come to its end, with nobody asking any more: the business clock is moved forward until no attempt, no
 * timer and no notice is left, or patience ends. The workers meanwhile live half a minute later, so they need not wait
 * for the leases of killed ones. Answers what is left.
 */
export const settle = async ({ database, programs, startWorker }: World): Promise<string[]> => {
  await programs.worker.kill('SIGTERM');
  programs.worker = await startWorker(['--import', later]);
  const { advanceClock } = openAdministration(database.sql, () => {});
  const endAt = performance.now() + patienceMs;
  let left = await undoneOf(database.sql);
  while (left.attempts + left.tasks + left.notices > 0 && performance.now() < endAt) {
    // What is due comes first: after long silence a charge would be taken back.
    await advanceClock(left.attempts > 0 ? stepMs : left.tasks > 0 ? leapMs : 0);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    left = await undoneOf(database.sql);
  }
  await programs.worker.kill('SIGTERM');
  // What those workers wrote must not lie ahead of the others.
  await advanceClock(laterMs);
  programs.worker = await startWorker();
  return Object.entries(left)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what} never came to their end`);
};
