import { createHash } from 'node:crypto';
import { brandOf } from '../../core/cards.ts';
import type { CardFace, Id } from '../../core/model.ts';
import type { Refusal } from '../../core/reasons.ts';
import type { Shop } from '../../gateway/ports.ts';
import type { TerminalCharge, TerminalTotals, TerminalUndo } from '../../gateway/terminals.ts';
import { isId, wireId } from '../../kit/ids.ts';
import { Secret } from '../../kit/secret.ts';
import { type Fault, faults } from './codes.ts';
import type { Members } from './json.ts';
import { type Path, pathFault, referenceClaim } from './read.ts';
import { amountMinorOf } from './schema.ts';
import { settingsOf } from './settings.ts';
import { writeSettlementMemo, writeTerminalMemo } from './softpos-memo.ts';
import {
  fieldsFault,
  isSettlementCommand,
  isTerminalCommand,
  settlementCommands,
  settlementFields,
  terminalCommands,
  terminalFields,
  terminalTypeOf,
  totalMinorOf,
} from './softpos-schema.ts';
import type { PaymentType } from './types.ts';

/** What a terminal's message asks for; or what is wrong with it. */
export type TerminalMessage =
  | { readonly kind: 'charge'; readonly request: TerminalCharge }
  | { readonly kind: 'undo'; readonly request: TerminalUndo }
  | { readonly kind: 'settle'; readonly request: TerminalTotals };

const hashOf = (parts: readonly unknown[]): string =>
  createHash('sha256')
    .update(JSON.stringify(parts, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
    .digest('hex');

/** The payment that an `orderId` names, as its id has it; a text that can name none stays as it is, and names none. */
const paymentIdOf = (orderId: string | undefined): Id | null => {
  if (orderId === undefined) return null;
  const id = /^[0-9a-f-]{36}$/i.test(orderId) ? wireId(orderId.toLowerCase()) : '';
  return isId(id) ? id : '00000000-0000-8000-8000-000000000000';
};

/** What the terminal shows of its card; refused where that is not of the message's type. */
const faceOf = (pan: string, expDate: string, { brands }: PaymentType): CardFace | Refusal => {
  const first6 = pan.slice(0, 6);
  const brand = brandOf(first6);
  if (!brand || !brands.includes(brand)) return { reason: 'brand_not_accepted' };
  return { brand, first6, last4: pan.slice(-4), expiry: `20${expDate.slice(2)}-${expDate.slice(0, 2)}` };
};

const secretOf = (text: string | undefined): Secret | null => (text === undefined ? null : new Secret(text));

/**
 * A body of E5 or E6 (sections 18, 19), checked in the order of section 4.3 as far as that needs nothing but the message and
 * the shop's switches: command, fields, path, type.
 */
export const readTerminalMessage = (members: Members, path: Path, shop: Shop): TerminalMessage | Fault => {
  const cmd = members.get('cmd')?.value;
  if (cmd === undefined) return faults.missingField('cmd');
  if (typeof cmd !== 'string') return faults.invalidField('cmd');
  const settles = isSettlementCommand(cmd);
  if (!settles && !isTerminalCommand(cmd)) return faults.notSupported;
  const settings = settingsOf(shop);
  const fault = fieldsFault(settles ? settlementFields : terminalFields, members, settings) ?? pathFault(members, path);
  if (fault) return fault;
  const text = (name: string) => members.get(name)?.value as string;
  const optional = (name: string) => members.get(name)?.value as string | undefined;
  const type = terminalTypeOf(text('type'), settings);
  if (!type) return faults.notSupported;
  const [merchantId, terminalId, batchId] = [text('merchantId'), text('terminalId'), text('batchId')];
  const speaker = { account: merchantId, terminal: terminalId, method: type.name, batch: batchId };
  const traceNo = text('traceNo');
  const echo = { type: text('type'), merchantId, terminalId, batchId, traceNo };
  const metadata = members.get('metadata')?.source ?? null;
  const reference = path.merchantRef;
  if (settles) {
    const amount = (name: string) => totalMinorOf(members.get(`${name}Total`)!.source)!;
    const count = (name: string) => members.get(`${name}Count`)!.value as number;
    const totals = {
      saleMinor: amount('sale'),
      saleCount: count('sale'),
      voidedMinor: amount('voided'),
      voidedCount: count('voided'),
      refundMinor: amount('refund'),
      refundCount: count('refund'),
      voidedRefundMinor: amount('voidedRefund'),
      voidedRefundCount: count('voidedRefund'),
    };
    const memo = writeSettlementMemo({ cmd, ...echo }, metadata);
    const { closesAnyway } = settlementCommands[cmd];
    const request = { ...speaker, totals, closesAnyway, reference, requestHash: hashOf([memo, totals]), memo };
    return { kind: 'settle', request };
  }
  const [pan, expDate] = [text('pan'), text('expDate')];
  const amountMinor = amountMinorOf(members.get('amt')!.source)!;
  const currency = text('currency');
  const orderId = optional('orderId');
  const memo = writeTerminalMemo({ cmd, ...echo, pan: `${pan.slice(0, 6)}xxxxxx${pan.slice(-4)}`, expDate }, metadata);
  const said = {
    ...speaker,
    trace: traceNo,
    amountMinor,
    currency,
    reference,
    requestHash: hashOf([memo, amountMinor, currency, orderId ?? null]),
    memo,
    claim: referenceClaim(shop, reference),
  };
  const kind = terminalCommands[cmd];
  const { patienceMs } = settings;
  if (kind === 'void' || kind === 'reversal') {
    // A reversal is taken on or refused at once; nobody waits for the host.
    const waits = kind === 'void' ? patienceMs : 0;
    return { kind: 'undo', request: { ...said, kind, paymentId: paymentIdOf(orderId), patienceMs: waits } };
  }
  const present = {
    entryMode: text('entryMode'),
    track2: secretOf(optional('track2')),
    pinBlock: secretOf(optional('pinBlock')),
    emvTags: secretOf(members.get('emvTags')?.source),
  };
  const originId = kind === 'payout' ? paymentIdOf(orderId) : null;
  const face = faceOf(pan, expDate, type);
  return { kind: 'charge', request: { ...said, kind, face, originId, present, patienceMs } };
};
