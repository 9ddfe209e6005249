import type { Step } from '../../gateway/ports.ts';
import { arrayText } from '../../kit/postgres.ts';
import { claimSheet, free, gateSheet, gatesNext, known, passed, stepSheet, verdicts } from './guards.ts';
import { attempts } from './parts/attempts.ts';
import { cases, events, postings } from './parts/books.ts';
import { checkouts } from './parts/checkouts.ts';
import { fiscalReceipts } from './parts/fiscal-receipts.ts';
import { notices } from './parts/notices.ts';
import { operations } from './parts/operations.ts';
import { newPayments, paymentsNext } from './parts/payments.ts';
import { storedAccounts } from './parts/stored-accounts.ts';
import { storedCards } from './parts/stored-cards.ts';
import { tasksIn, tasksOut } from './parts/tasks.ts';
import { uses } from './parts/uses.ts';
import type { Sheet, Value } from './sheet.ts';

const guardSheets = [stepSheet, gateSheet, claimSheet];
const writeSheets = [
  newPayments,
  paymentsNext,
  operations,
  attempts,
  postings,
  events,
  notices,
  checkouts,
  fiscalReceipts,
  tasksIn,
  tasksOut,
  storedCards,
  storedAccounts,
  cases,
  uses,
];
const sheets: readonly Sheet[] = [...guardSheets, ...writeSheets];

/** The rows of one step, sheet by sheet. */
export type Rows = readonly Value[][][];

/** Reads a step once, when it arrives, so that a faulty one is thrown at its caller and never costs a batch. */
export const rowsOf = (step: Step): Rows => {
  if (step.payment.version !== step.read + 1) throw new Error(`payment ${step.payment.id} skips a version`);
  return sheets.map((sheet) => sheet.rows(step));
};

/**
 * The text for a batch that touches these sheets. What is not touched is left out, so that little is planned and sent;
 * the few combinations that occur keep their text and with it their plan.
 */
const compose = (touched: readonly Sheet[]): string => {
  let parameterCount = 0;
  const sql = (sheet: Sheet): string => {
    const columns = [{ name: 'n', type: 'int' }, ...sheet.columns];
    const arrays = columns.map(({ type }) => `$${++parameterCount}::${type === 'flag' ? 'int' : type}[]`);
    return sheet.sql(`unnest(${arrays.join(', ')}) as t(${columns.map(({ name }) => name).join(', ')})`);
  };
  const gates = touched.includes(gateSheet);
  const claims = touched.includes(claimSheet);
  const payments = touched.includes(paymentsNext);
  // In the order of `sheets`, because that numbers the parameters.
  const text = new Map(touched.map((sheet) => [sheet, sql(sheet)]));
  const parts = [
    text.get(stepSheet),
    text.get(gateSheet),
    payments && known(gates),
    free(gates, payments),
    text.get(claimSheet),
    passed(claims),
    gates && gatesNext,
    ...writeSheets.map((sheet) => text.get(sheet)),
  ];
  return `with ${parts.filter(Boolean).join(',\n')}\n${verdicts}`;
};

const texts = new Map<string, string>();

/** The statement that writes these steps, numbered from 0 in this order, and its parameters. */
export const recordStatement = (steps: readonly Rows[]): { text: string; parameters: string[] } => {
  const touched = sheets.filter((_, i) => steps.some((rows) => rows[i]!.length > 0));
  const key = touched.map((sheet) => sheet.name).join();
  let text = texts.get(key);
  if (text === undefined) {
    text = compose(touched);
    texts.set(key, text);
  }
  const parameters: string[] = [];
  for (const sheet of touched) {
    const numbers: number[] = [];
    const rows: Value[][] = [];
    const i = sheets.indexOf(sheet);
    for (let n = 0; n < steps.length; n++) {
      for (const row of steps[n]![i]!) {
        numbers.push(n);
        rows.push(row);
      }
    }
    parameters.push(
      arrayText(numbers),
      ...sheet.columns.map((_, column) => arrayText(rows.map((row) => row[column]!))),
    );
  }
  return { text, parameters };
};
