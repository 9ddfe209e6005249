import { maskNumbers } from '../../core/cards.ts';
import type { View } from '../../core/model.ts';

/** What only this API echoes, and no rule, page or search needs. Kept with operation 1 as JSON text; texts are never absent. */
export interface Memo {
  readonly v: 1;
  /** paymentId: 18 digits. */
  readonly number: string;
  readonly type: 'PA' | 'DB' | 'PO';
  readonly terminalId: string;
  readonly mode: string;
  readonly brand: string;
  readonly orderDescription: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly holder: string;
  readonly email: string;
  readonly phone: string;
  readonly telnocc: string;
  readonly country: string;
  readonly city: string;
  readonly street: string;
  readonly customerId: string;
  readonly customerBankId: string;
  readonly tmplAmount: string;
  readonly tmplCurrency: string;
  readonly redirectUrl: string;
  readonly redirectMethod: 'GET' | 'POST';
  readonly customParameters: readonly string[];
  readonly eci: string;
  /** Whether it was started by a REST call, or on the hosted page. */
  readonly byRest: boolean;
  /** What others keep beside it: the recurring type, what the hosted page gives back, and so on. */
  readonly more?: Readonly<Record<string, string>>;
}

/** Free texts may hold a card number that somebody put into the wrong field. */
export const writeMemo = (memo: Memo): string =>
  JSON.stringify(memo, (key, value) =>
    typeof value === 'string' && key !== 'number' && key !== 'redirectUrl' ? maskNumbers(value) : value,
  );

/** Throws when the payment was not made through this API. */
export const memoOf = (view: View): Memo => {
  const { memo } = view.operations[0]!;
  const read = memo === null ? undefined : (JSON.parse(memo) as Memo);
  if (read?.v !== 1 || typeof read.number !== 'string')
    throw new Error(`payment ${view.payment.id} has no memo of this API`);
  return read;
};

/** Whether the shopper types the card on our page although a call began the payment (section 6.4). */
export const isHosted = (view: View): boolean => memoOf(view).more?.hosted === 'true';
