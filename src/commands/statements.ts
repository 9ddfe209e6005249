import type { View } from '../core/model.ts';
import { isCurrency, minorFromText } from '../core/money.ts';
import type { Statement, StatementItem } from '../gateway/ports/statements.ts';
import type { ShopRow } from '../gateway/ports.ts';
import type { Installation } from '../installation.ts';
import { newId } from '../kit/ids.ts';
import { type Command, Mistake, need, table } from './command.ts';
import { readText } from './secret-file.ts';
import { shopNamed } from './shop-named.ts';

const columns = ['kind', 'provider', 'terminal', 'batch', 'date', 'notice', 'payment', 'amount', 'fee'] as const;
type Row = Readonly<Record<(typeof columns)[number], string>> & { readonly line: number };

const linesMax = 10_000;

/** Values by commas under a heading; none may hold a comma or a quote. */
const rowsIn = (text: string): Row[] => {
  const [heading = '', ...lines] = text.replace(/^\ufeff/, '').split(/\r?\n/);
  if (heading !== columns.join()) throw new Mistake(`the first line must be ${columns.join()}`);
  const rows = lines.flatMap((line, index) => {
    if (line === '') return [];
    const values = line.split(',').map((value) => value.trim());
    if (values.length !== columns.length || line.includes('"')) {
      throw new Mistake(`line ${index + 2} has not ${columns.length} values without quotes`);
    }
    const named = Object.fromEntries(columns.map((name, at) => [name, values[at]!])) as Omit<Row, 'line'>;
    return [{ ...named, line: index + 2 }];
  });
  if (rows.length === 0 || rows.length > linesMax) throw new Mistake(`a file has 1 to ${linesMax} lines`);
  return rows;
};

const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

const isText = (text: string, max: number): boolean => text.length <= max && !/\p{Cc}/u.test(text);

const kindsOf = { sale: ['sale', 'capture'], refund: ['refund'] } as const;

/** The payments that lines name, each looked for once. */
const finder = ({ store }: Installation, shop: ShopRow) => {
  const known = new Map<string, Promise<View>>();
  const find = async (name: string, line: number): Promise<View> => {
    const found = await store.administration.search(name, 10);
    const views = await Promise.all(found.map((one) => store.payments.find(one.merchantId, one.paymentId)));
    const own = views.filter((view) => view?.payment.shopId === shop.id);
    if (own.length !== 1) throw new Mistake(`line ${line}: ${name} names ${own.length} payments of ${shop.wireName}`);
    return own[0]!;
  };
  return ({ payment, line }: Row): Promise<View> => {
    const view = known.get(payment) ?? find(payment, line);
    known.set(payment, view);
    return view;
  };
};

const read = async (installation: Installation, shop: ShopRow, rows: readonly Row[]): Promise<Statement[]> => {
  const viewOf = finder(installation, shop);
  const now = installation.clock.now();
  const batches = new Map<string, Statement & { items: StatementItem[] }>();
  const taken = new Set<string>();
  for (const row of rows) {
    const { kind, provider, terminal, batch, date, notice, line } = row;
    const wrong = (what: string) => new Mistake(`line ${line}: ${what}`);
    if (kind !== 'sale' && kind !== 'refund') throw wrong('kind is sale or refund');
    if (!isDate(date)) throw wrong('date is no date such as 2026-02-09');
    if (provider === '' || ![provider, terminal, batch].every((text) => isText(text, 64)) || !isText(notice, 140))
      throw wrong('provider, terminal, batch or notice is too long');
    const { payment, operations } = await viewOf(row);
    const { currency } = payment;
    if (!isCurrency(currency)) throw wrong('the currency of the payment is none');
    const [amountMinor, feeMinor] = [minorFromText(row.amount, currency), minorFromText(row.fee || '0', currency)];
    if (amountMinor === undefined || amountMinor <= 0n) throw wrong(`amount is no amount of ${currency}`);
    if (feeMinor === undefined) throw wrong(`fee is no amount of ${currency}`);
    const kinds: readonly string[] = kindsOf[kind];
    const operation = operations.find(
      (one) =>
        kinds.includes(one.kind) &&
        one.state === 'approved' &&
        one.amountMinor === amountMinor &&
        !taken.has(`${payment.id} ${one.ordinal}`),
    );
    if (!operation) throw wrong(`${row.payment} has no ${kind} of ${row.amount} ${currency} that could be settled`);
    taken.add(`${payment.id} ${operation.ordinal}`);
    const key = [kind, provider, batch, date, currency].join('\n');
    const merchantId = shop.merchantId;
    const own = batches.get(key) ?? {
      merchantId,
      id: newId(merchantId, now),
      shopId: shop.id,
      kind,
      provider,
      terminal,
      batch,
      settledOn: date,
      notice,
      currency,
      importedAt: now,
      items: [],
    };
    if (own.terminal !== terminal || own.notice !== notice)
      throw wrong('terminal and notice are the same in a whole batch');
    own.items.push({ paymentId: payment.id, operation: operation.ordinal, amountMinor, feeMinor });
    batches.set(key, own);
  }
  return [...batches.values()];
};

export const settlementImport: Command = {
  words: 'settlement import',
  usage: '<api> <shop> --file statement.csv',
  says: `Takes in what an acquirer says it paid a merchant for, all of a file or nothing: lines of ${columns.join()}.`,
  options: ['file'],
  async run({ installation, parameters, options }) {
    const shop = await shopNamed(installation, parameters);
    const rows = rowsIn(readText(need(options.file, '--file')));
    const statements = await read(installation, shop, rows);
    if ((await installation.store.statements.add(statements)) === 'taken')
      throw new Mistake('a batch of this file is there already, or one of its payments was settled before');
    const cells = statements.map((one) => [one.kind, one.provider, one.batch, one.settledOn, one.items.length]);
    return {
      value: statements.map(({ items, ...one }) => ({ ...one, count: items.length })),
      lines: table(['kind', 'provider', 'batch', 'date', 'payments'], cells),
    };
  },
};
