import type { Mandates } from '../gateway/ports/mandates.ts';
import type { Sql } from '../kit/postgres.ts';
import { addMandate } from './statements/add-mandate.ts';
import { changeMandate } from './statements/change-mandate.ts';
import { findMandate, listMandates, mandatePeriods } from './statements/mandates.ts';
import { progressMandate } from './statements/progress-mandate.ts';

export const openMandates = (sql: Sql): Mandates => ({
  add: (mandate, standing) => addMandate(sql, mandate, standing),
  find: (merchantId, id) => findMandate(sql, merchantId, id),
  list: (shopId, limit) => listMandates(sql, shopId, limit),
  periods: (merchantId, id) => mandatePeriods(sql, merchantId, id),
  progress: (row, progress, now) => progressMandate(sql, row, progress, now),
  change: (row, change, now) => changeMandate(sql, row, change, now),
});
