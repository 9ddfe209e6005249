import type { Terminals } from '../gateway/ports/terminals.ts';
import type { Sql } from '../kit/postgres.ts';
import { ensureBatch, listBatches, paymentsOfBatch } from './statements/batches.ts';
import { settle } from './statements/settle.ts';
import { findSettlement, settlementsOf } from './statements/settlements.ts';
import { addTerminal, disableTerminal, findTerminal, listTerminals } from './statements/terminals.ts';

export const openTerminals = (sql: Sql): Terminals => ({
  find: (shopId, account, number) => findTerminal(sql, shopId, account, number),
  batch: (terminal, batch, id, now) => ensureBatch(sql, terminal, batch, id, now),
  paymentsOf: (batch) => paymentsOfBatch(sql, batch),
  settle: (settlement, batch, postings) => settle(sql, settlement, batch, postings),
  findSettlement: (shop, reference) => findSettlement(sql, shop, reference),
  add: (terminal, now) => addTerminal(sql, terminal, now),
  disable: (shopId, account, number) => disableTerminal(sql, shopId, account, number),
  list: (shopId) => listTerminals(sql, shopId),
  batches: (shopId, limit) => listBatches(sql, shopId, limit),
  settlementsOf: (batchId) => settlementsOf(sql, batchId),
});
