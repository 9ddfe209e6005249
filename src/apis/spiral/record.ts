import type { Operation, View } from '../../core/model.ts';
import type { Shop } from '../../gateway/ports.ts';
import type { WireObject } from './json.ts';
import { terminalMemoOf } from './softpos-memo.ts';
import { terminalRecordOf } from './softpos-record.ts';
import { recordOf } from './write.ts';

/** The record of whatever was asked for under a reference (sections 5.8, 18.3): E2 and E7 have one key space for both. */
export const anyRecordOf = (shop: Shop, view: View, operation: Operation): WireObject => {
  const memo = terminalMemoOf(operation);
  return memo ? terminalRecordOf(shop, view, operation, memo) : recordOf(shop, view, operation);
};
