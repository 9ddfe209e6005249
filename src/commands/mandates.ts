import { apis } from '../apis/index.ts';
import { amended, beginning, dueOf, instantOf, type Mandate, type PeriodUnit, periodUnits } from '../core/mandates.ts';
import type { View } from '../core/model.ts';
import { minorFromText, textFromMinor } from '../core/money.ts';
import { type MandateChange, type MandateRow, tryClaim } from '../gateway/ports/mandates.ts';
import type { ShopRow } from '../gateway/ports.ts';
import type { Installation } from '../installation.ts';
import { isId, newId } from '../kit/ids.ts';
import { type Call, type Command, instant, Mistake, need, table } from './command.ts';
import { limitOf, shopNamed } from './shop-named.ts';

type Options = Call['options'];

const moneyOf = ({ amountMinor, currency }: Mandate): string => `${textFromMinor(amountMinor, currency)} ${currency}`;

const heading = ['mandate', 'amount', 'every', 'state', 'period', 'try', 'due'];

const cells = ({ mandate, standing }: MandateRow): readonly unknown[] => [
  mandate.id,
  moneyOf(mandate),
  `${mandate.schedule.count} ${mandate.schedule.unit}`,
  standing.reason ? `${standing.state} (${standing.reason})` : standing.state,
  standing.period,
  standing.attempt,
  standing.state === 'active' ? instant(standing.dueAt) : null,
];

const amountIn = (text: string | undefined, currency: string): bigint => {
  const amountMinor = minorFromText(need(text, '--amount'), currency);
  if (amountMinor === undefined || amountMinor <= 0n) throw new Mistake(`--amount is no amount of ${currency}`);
  return amountMinor;
};

const zoneIn = (text = 'UTC'): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new Mistake('--zone is no time zone such as Europe/Budapest');
  }
};

const everyIn = (text: string | undefined): { readonly unit: PeriodUnit; readonly count: number } => {
  const [, count = '1', word = ''] = /^(?:(\d{1,3})-)?([a-z]+)$/.exec(need(text, '--every')) ?? [];
  const unit = periodUnits.find((one) => one === word || `${one}s` === word);
  if (!unit || Number(count) < 1) throw new Mistake('--every is a period such as month, 2-weeks or 1-year');
  return { unit, count: Number(count) };
};

const momentIn = (text: string, timeZone: string, name: string): number => {
  const local = Date.parse(`${text}Z`);
  const isDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{3})?)?$/.test(text) && !Number.isNaN(local);
  if (!isDate || !new Date(local).toISOString().startsWith(text.slice(0, 10))) {
    throw new Mistake(`${name} is no local date and time such as 2026-12-01T09:00`);
  }
  return instantOf(local, timeZone);
};

/** The end of a day; null for `never`. */
const untilIn = (text: string, timeZone: string): number | null => {
  if (text === 'never') return null;
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw new Mistake('--until is a date such as 2027-12-31, or never');
  return momentIn(`${text}T23:59:59.999`, timeZone, '--until');
};

const timesIn = (text: string): number | null => {
  if (text === 'unlimited') return null;
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1) throw new Mistake('--times is a number of charges, or unlimited');
  return Number(text);
};

/** The payment that begins the series: of this shop, approved, with a card that was kept. */
const firstPayment = async ({ store }: Installation, shop: ShopRow, name: string): Promise<View> => {
  const begins = apis.find((api) => api.name === shop.api)?.beginsMandate;
  if (!begins) throw new Mistake(`${shop.api} has no payments that are repeated by a schedule`);
  const found = await store.administration.search(name, 10);
  const views = await Promise.all(found.map((one) => store.payments.find(one.merchantId, one.paymentId)));
  const own = views.filter((view) => view?.payment.shopId === shop.id);
  if (own.length !== 1) throw new Mistake(`${name} names ${own.length} payments of ${shop.wireName}`);
  if (!begins(own[0]!)) throw new Mistake(`payment ${name} began no series, or its card was not kept`);
  return own[0]!;
};

export const mandateAdd: Command = {
  words: 'mandate add',
  usage:
    '<api> <shop> --payment <payment> --amount 10.00 --every month --first 2026-12-01T09:00 [--zone Europe/Budapest] [--times N] [--until 2027-12-31]',
  says: 'Charges the card of a payment that began a series again and again: at the same local time, the 31st on the last day of shorter months.',
  options: ['payment', 'amount', 'every', 'first', 'zone', 'times', 'until'],
  async run({ installation, parameters, options }) {
    const { store, clock } = installation;
    const shop = await shopNamed(installation, parameters);
    const first = await firstPayment(installation, shop, need(options.payment, '--payment'));
    const { currency } = first.payment;
    const timeZone = zoneIn(options.zone);
    const now = clock.now();
    const firstDueAt = momentIn(need(options.first, '--first'), timeZone, '--first');
    if (firstDueAt < now) throw new Mistake('--first is over already');
    const mandate: Mandate = {
      merchantId: shop.merchantId,
      id: newId(shop.merchantId, now),
      shopId: shop.id,
      originPaymentId: first.payment.id,
      amountMinor: amountIn(options.amount, currency),
      currency,
      schedule: { ...everyIn(options.every), timeZone, firstDueAt },
      periodCountMax: timesIn(options.times ?? 'unlimited'),
      untilAt: untilIn(options.until ?? 'never', timeZone),
      createdAt: now,
    };
    const standing = beginning(mandate);
    if (standing.state !== 'active') throw new Mistake('--until is before --first');
    await store.mandates.add(mandate, standing);
    const row = { mandate, standing, version: 1, gateVersion: 1, changedAt: now };
    return { value: row, lines: table(heading, [cells(row)]) };
  },
};

export const mandateList: Command = {
  words: 'mandate list',
  usage: '<api> <shop> [--limit N]',
  says: 'Lists the mandates of a shop, newest first.',
  options: ['limit'],
  async run({ installation, parameters, options }) {
    const shop = await shopNamed(installation, parameters);
    const rows = await installation.store.mandates.list(shop.id, limitOf(options));
    return { value: rows, lines: table(heading, rows.map(cells)) };
  },
};

const mandateNamed = async (installation: Installation, parameters: Call['parameters']) => {
  const shop = await shopNamed(installation, parameters);
  const id = need(parameters[2], 'the mandate');
  const row = isId(id) ? await installation.store.mandates.find(shop.merchantId, id) : undefined;
  if (row?.mandate.shopId !== shop.id) throw new Mistake(`${shop.wireName} has no mandate ${id}`);
  return { shop, row };
};

export const mandateShow: Command = {
  words: 'mandate show',
  usage: '<api> <shop> <mandate>',
  says: 'Shows a mandate, and the tries of its last twelve periods.',
  async run({ installation, parameters }) {
    const { mandates, payments } = installation.store;
    const { row } = await mandateNamed(installation, parameters);
    const { mandate, standing } = row;
    const over = await mandates.periods(mandate.merchantId, mandate.id);
    const shown = Array.from({ length: 12 }, (_, back) => standing.period - back).filter((period) => period >= 1);
    const tries = [];
    for (const period of shown.reverse()) {
      for (let attempt = 1; attempt <= 5; attempt++) {
        const held = await payments.findByClaim(mandate.merchantId, tryClaim(mandate.id, period, attempt));
        if (!held) continue;
        const { payment, operations } = held.view;
        const { reference, reason, requestedAt } = operations[0]!;
        tries.push({
          period,
          attempt,
          paymentId: payment.id,
          reference,
          state: payment.state,
          reason,
          at: requestedAt,
        });
      }
    }
    const periods = over.filter(({ period }) => shown.includes(period));
    const due = (period: number) => instant(dueOf(mandate.schedule, period));
    return {
      value: { ...row, periods: over, tries },
      lines: [
        ...table(heading, [cells(row)]),
        '',
        ...table(
          ['period', 'was due', 'outcome', 'at'],
          periods.map((one) => [one.period, due(one.period), one.outcome, instant(one.at)]),
        ),
        '',
        ...table(
          ['period', 'try', 'state', 'reason', 'reference', 'payment', 'at'],
          tries.map((one) => [
            one.period,
            one.attempt,
            one.state,
            one.reason,
            one.reference,
            one.paymentId,
            instant(one.at),
          ]),
        ),
      ],
    };
  },
};

/** Changes a mandate as it was read; anew where a worker moved it on meanwhile. */
const change = async (
  { installation, parameters }: Call,
  to: (row: MandateRow) => MandateChange,
): Promise<MandateRow> => {
  const { store, clock } = installation;
  for (;;) {
    const { row } = await mandateNamed(installation, parameters);
    const { mandate, standing } = row;
    if (standing.state !== 'active') throw new Mistake(`the mandate is ${standing.state}`);
    if (await store.mandates.change(row, to(row), clock.now())) {
      return (await store.mandates.find(mandate.merchantId, mandate.id))!;
    }
  }
};

export const mandateChange: Command = {
  words: 'mandate change',
  usage: '<api> <shop> <mandate> [--amount 12.00] [--times N|unlimited] [--until 2027-12-31|never]',
  says: 'Changes amount or end of a mandate, from the next try on.',
  options: ['amount', 'times', 'until'],
  async run(call) {
    const { options } = call as { options: Options };
    if (Object.keys(options).length === 0) throw new Mistake('say what is to change: --amount, --times or --until');
    const row = await change(call, ({ mandate, standing }) => {
      const changed: Mandate = {
        ...mandate,
        ...(options.amount !== undefined && { amountMinor: amountIn(options.amount, mandate.currency) }),
        ...(options.times !== undefined && { periodCountMax: timesIn(options.times) }),
        ...(options.until !== undefined && { untilAt: untilIn(options.until, mandate.schedule.timeZone) }),
      };
      return { ...changed, state: amended(changed, standing).state };
    });
    return { value: row, lines: table(heading, [cells(row)]) };
  },
};

export const mandateCancel: Command = {
  words: 'mandate cancel',
  usage: '<api> <shop> <mandate>',
  says: 'Ends a mandate: nothing more is charged. A charge that is under way comes to its end.',
  async run(call) {
    const row = await change(call, ({ mandate }) => ({ ...mandate, state: 'cancelled' }));
    return { value: row, lines: table(heading, [cells(row)]) };
  },
};
