import type { View } from '../../core/model.ts';
import { masked } from './masking.ts';

/** On which terms a card is registered (section 3.5). */
export interface Registration {
  readonly type: 'CIT' | 'MIT' | 'OLD';
  /** `YYYY-MM-DD`: the last day for charges without the buyer. */
  readonly expireDate?: string;
  /** Least number of days between two of them; 0: any. */
  readonly frequency?: number;
  /** Whether they all have the amount of the first. */
  readonly isFixed?: boolean;
}

/** What only this API echoes, and no rule, page or search needs. Kept with operation 1 as JSON text. */
export interface Memo {
  readonly v: 1;
  /** With the buyer, without, or money for the buyer (section 3.2). */
  readonly kind: 'INIT' | 'RP' | 'PAYOUT';
  readonly provider: string;
  readonly userId: string;
  readonly language: string;
  readonly autoCommit: boolean;
  readonly responseUrl: string;
  readonly registration?: Registration;
  /** The registering transaction, by its wire id. */
  readonly reference?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
  /** SZÉP pocket, by the field that named it. */
  readonly pocket?: { readonly key: string; readonly value: string };
  readonly paymentMethods?: readonly string[];
  /** The payment link or PayWall that it was tried at, by its name. */
  readonly offer?: string;
  /** Who is mailed how an attempt at a payment link ended, and whether only of one that was paid. */
  readonly mail?: { readonly to: string; readonly onlySuccess: boolean };
  /** Where a buyer goes who gives up, if not to `responseUrl`. */
  readonly cancelUrl?: string;
  /** Whether the gateway's own page tells the buyer how it ended. */
  readonly endsHere?: boolean;
  /** Of a payout: what it is for, and the words for the buyer. */
  readonly payout?: { readonly type: string; readonly message: string };
  /** What the client calls itself. */
  readonly module?: string;
}

/** Free texts may hold a card number that somebody put into the wrong field. */
export const writeMemo = ({ userId, extra, payout, pocket, paymentMethods, module, ...memo }: Memo): string =>
  JSON.stringify({
    ...memo,
    ...masked({
      userId,
      ...(extra && { extra }),
      ...(payout && { payout }),
      ...(pocket && { pocket }),
      ...(paymentMethods && { paymentMethods }),
      ...(module !== undefined && { module }),
    }),
  });

/** Throws when the payment was not made through this API. */
export const memoOf = (view: View): Memo => {
  const { memo } = view.operations[0]!;
  const read = memo === null ? undefined : (JSON.parse(memo) as Memo);
  if (read?.v !== 1) throw new Error(`payment ${view.payment.id} has no memo of this API`);
  return read;
};
