import type { Mutant } from './mutant.ts';

/** Bugs of what stands around: the store, as its model has it, and the notices. */
export const mutantsOfAround: readonly Mutant[] = [
  {
    name: 'check-then-insert',
    bug: 'two equal references at once both pass the check, and each one charges',
    file: 'simulation/store.ts',
    find: "if (held && held.command !== step.command) return 'taken';",
    put: "if (held && held.command !== step.command && this.rows.get(held.paymentId)!.view.payment.createdAt + 50 < step.now) return 'taken';",
  },
  {
    name: 'tenants-share-references',
    bug: "one merchant's reference is refused because another merchant has used it",
    file: 'simulation/store.ts',
    find: 'const keyOf = (merchantId: number, { scope, value, everywhere }: Claim)',
    put: "const keyOf = (_: number, { value }: Claim, merchantId = 0, scope = '', everywhere = true)",
  },
  {
    name: 'reference-pruned-after-a-day',
    bug: 'a reference is forgotten after 24 hours, and a late repetition charges again',
    file: 'simulation/store.ts',
    find: "if (held && held.command !== step.command) return 'taken';",
    put: "if (held && held.command !== step.command && this.rows.get(held.paymentId)!.view.payment.createdAt + 86_400_000 > step.now) return 'taken';",
  },
  {
    name: 'lost-update',
    bug: 'what another process wrote meanwhile is overwritten with an older copy',
    file: 'simulation/store.ts',
    find: "if ((row?.view.payment.version ?? 0) !== step.read) return 'stale';",
    put: '',
  },
  {
    name: 'notice-after-commit',
    bug: 'a crash between the commit and the queue loses the notice',
    file: 'simulation/database-line.ts',
    find: 'const { verdict, acknowledge } = journal.commit(step);',
    put: 'const { verdict, acknowledge } = journal.commit({ ...step, notices: [] });\n        if (verdict === "written") timeline.plan(5, life, () => world.store.box.put(world.store.rows.get(step.payment.id)!.view, step.notices));',
  },
  {
    name: 'failed-notice-not-retried',
    bug: 'a notice that failed once is never tried again',
    file: 'notices/schedule.ts',
    find: 'if (pauseMs === undefined) return',
    put: 'if (pauseMs !== undefined) return',
  },
  {
    name: 'notice-locked-for-hours',
    bug: 'a notice in the hands of a worker that died is locked for hours',
    file: 'notices/index.ts',
    find: 'leaseMs = 30_000',
    put: 'leaseMs = 14_400_000',
  },
];
