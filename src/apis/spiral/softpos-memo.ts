import { maskNumbers } from '../../core/cards.ts';
import type { Operation } from '../../core/model.ts';
import { maskJson } from './masking.ts';
import type { SettlementCommandName, TerminalCommandName } from './softpos-schema.ts';

/** What only this API echoes of a terminal's message. Track 2, PIN block and EMV tags never are among it. */
export interface TerminalMemo {
  readonly v: 1;
  readonly cmd: TerminalCommandName;
  /** As the terminal spelled it. */
  readonly type: string;
  readonly merchantId: string;
  readonly terminalId: string;
  readonly batchId: string;
  readonly traceNo: string;
  /** First six, six `x`, last four; `MMYY`. */
  readonly pan: string;
  readonly expDate: string;
  /** JSON text. */
  readonly metadata?: string;
}

/** The same of a settlement, which is of no card. */
export type SettlementMemo = Omit<TerminalMemo, 'cmd' | 'pan' | 'expDate'> & { readonly cmd: SettlementCommandName };

const written = <M extends TerminalMemo | SettlementMemo>(memo: Omit<M, 'v' | 'metadata'>, metadata: string | null) =>
  JSON.stringify({
    v: 1,
    ...memo,
    merchantId: maskNumbers((memo as unknown as M).merchantId),
    ...(metadata !== null && { metadata: maskJson(metadata) }),
  });

export const writeTerminalMemo = (memo: Omit<TerminalMemo, 'v' | 'metadata'>, metadata: string | null): string =>
  written<TerminalMemo>(memo, metadata);

export const writeSettlementMemo = (memo: Omit<SettlementMemo, 'v' | 'metadata'>, metadata: string | null): string =>
  written<SettlementMemo>(memo, metadata);

/** The memo of what a terminal asked for; undefined of anything else. */
export const terminalMemoOf = ({ id, memo: text }: Operation): TerminalMemo | undefined => {
  const memo = text === null ? undefined : (JSON.parse(text) as Partial<TerminalMemo>);
  if (memo?.terminalId === undefined) return undefined;
  if (memo.v !== 1) throw new Error(`operation ${id} has a memo of a later version`);
  return memo as TerminalMemo;
};

export const settlementMemoOf = ({ id, memo: text }: { readonly id: string; readonly memo: string }) => {
  const memo = JSON.parse(text) as SettlementMemo;
  if (memo.v !== 1) throw new Error(`settlement ${id} has a memo of a later version`);
  return memo;
};
