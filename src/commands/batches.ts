import { type BatchTotals, differencesOf } from '../core/batch.ts';
import { textFromMinor } from '../core/money.ts';
import type { Settlement } from '../gateway/ports/terminals.ts';
import { type Command, instant, Mistake, table } from './command.ts';
import { limitOf, shopNamed } from './shop-named.ts';

/** Amounts in a batch have two decimals, as those of a terminal's messages. */
const amount = (minor: bigint): string => textFromMinor(minor, 'HKD');

const pairs = [
  ['sales', 'sale'],
  ['voided', 'voided'],
  ['refunds', 'refund'],
  ['voided refunds', 'voidedRefund'],
] as const;

const cell = (totals: BatchTotals, kind: (typeof pairs)[number][1]) =>
  `${amount(totals[`${kind}Minor`])} (${totals[`${kind}Count`]})`;

const settlementLines = ({ reference, result, settledAt, claimed, counted }: Settlement): string[] => {
  const openCount = counted?.openCount ?? 0;
  const differs = counted !== null && differencesOf(claimed, counted.totals).length > 0;
  const words = [result, ...(differs ? ['totals differ'] : []), ...(openCount > 0 ? [`${openCount} not known`] : [])];
  const rows = pairs.map(([title, kind]) => [title, cell(claimed, kind), counted ? cell(counted.totals, kind) : null]);
  return ['', `${instant(settledAt)}  ${reference}  ${words.join(', ')}`, ...table(['', 'terminal', 'here'], rows)];
};

export const batchList: Command = {
  words: 'batch list',
  usage: '<api> <shop> [--limit N]',
  says: 'Lists the batches of a shop’s terminals, newest first.',
  options: ['limit'],
  async run({ installation, parameters, options }) {
    const shop = await shopNamed(installation, parameters);
    const batches = await installation.store.terminals.batches(shop.id, limitOf(options));
    const rows = batches.map(({ terminal, method, number, state, openedAt, id }) => [
      terminal.number,
      method,
      number,
      state,
      instant(openedAt),
      id,
    ]);
    return { value: batches, lines: table(['terminal', 'cards', 'batch', 'state', 'opened', 'id'], rows) };
  },
};

export const batchShow: Command = {
  words: 'batch show',
  usage: '<api> <shop> <id>',
  says: 'Shows a batch: its payments, and each time its terminal said what it had done.',
  async run({ installation, parameters }) {
    const { terminals } = installation.store;
    const shop = await shopNamed(installation, parameters);
    const batch = (await terminals.batches(shop.id, 10_000)).find(({ id }) => id === parameters[2]);
    if (!batch) throw new Mistake(`there is no batch ${parameters[2] ?? ''} of this shop`);
    const [views, settlements] = await Promise.all([terminals.paymentsOf(batch), terminals.settlementsOf(batch.id)]);
    const payments = views.map(({ payment, operations }) => ({
      reference: operations.find(({ reference }) => reference !== null)?.reference ?? null,
      kind: operations[0]!.kind,
      state: payment.state,
      amount: `${textFromMinor(payment.amountMinor, payment.currency)} ${payment.currency}`,
      undone: operations[0]!.undoneBy !== null,
      paymentId: payment.id,
    }));
    const rows = payments.map((p) => [p.reference, p.kind, p.state, p.amount, p.undone ? 'undone' : '', p.paymentId]);
    const { terminal, method, number, state } = batch;
    const lines = [
      `terminal ${terminal.number}, ${method}, batch ${number}: ${state}`,
      '',
      ...table(['reference', 'kind', 'state', 'amount', '', 'payment'], rows),
      ...settlements.flatMap(settlementLines),
    ];
    return { value: { ...batch, payments, settlements }, lines };
  },
};
