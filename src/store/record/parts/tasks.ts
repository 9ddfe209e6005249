import type { Task, TaskKind } from '../../../core/model.ts';
import { insertSheet, ofPayment, overwrite, passedRows, sheet } from '../sheet.ts';

export const tasksIn = insertSheet<Task>({
  name: 'tasks',
  rows: (step) => step.tasksIn,
  columns: { ...ofPayment, kind: ['text', (task) => task.kind], due_at: ['bigint', (task) => task.dueAt] },
  ending: `on conflict (merchant_id, payment_id, kind) do update set lease_until = 0, ${overwrite('due_at')}`,
});

export const tasksOut = sheet<TaskKind>({
  name: 'tasks_out',
  rows: (step) => step.tasksOut,
  columns: { kind: ['text', (kind) => kind] },
  sql: (source) => `tasks_out as (
  delete from tollgate.tasks x using ${passedRows(source)}
  where x.merchant_id = t.m and x.payment_id = t.p and x.kind = t.kind)`,
});
