import assert from 'node:assert/strict';
import { codeOf, invoiceClient, nextName, redirect } from './ts-invoice-client.ts';
import type { Answer, TsMerchant } from './ts-merchant.ts';

export interface Customer {
  readonly customerName?: unknown;
  readonly customerEmail?: unknown;
  readonly customerPhone?: unknown;
  readonly customerPhoneCC?: unknown;
  readonly amount?: unknown;
}

let friends = 0;
export const friend = (amount: string, customerName = 'Ada Lovelace'): Customer => ({
  customerName,
  customerEmail: `friend${++friends}@shop.example`,
  customerPhone: '5551234',
  customerPhoneCC: '+36',
  amount,
});

/** Who share a bill of 75.00. */
export const three = () => [friend('25.00'), friend('30.00', 'Bob'), friend('20.00', 'Cyd van der Berg')];

export const statesOf = (details: Answer): string[] =>
  details.customerDetail.map(({ invoiceStatus }: Answer) => invoiceStatus);

/** A client of the invoice service that splits its invoices among customers. */
export const splitClient = (url: string, shop: TsMerchant) => {
  const client = invoiceClient(url, shop);

  /** JSON of a request for a bill of 75.00, signed by `who`. */
  const bodyOf = (customerDetail: unknown, more: Readonly<Record<string, unknown>> = {}, who = shop): string => {
    const body: Record<string, unknown> = {
      merchantInvoiceId: nextName(),
      amount: '75.00',
      currency: 'EUR',
      merchantRedirectUrl: redirect,
      merchantOrderDescription: 'Dinner for three',
      isSplitInvoice: 'Y',
      customerDetail,
      ...more,
    };
    const checksum = who.signed(String(body.merchantInvoiceId), String(body.amount), redirect);
    return JSON.stringify({ authentication: { memberId: who.memberId, checksum }, ...body });
  };

  return {
    ...client,
    bodyOf,
    bill: async (customers: readonly Customer[] = three(), more = {}): Promise<Answer> => {
      const answer = await client.call('generate', bodyOf(customers, more));
      assert.equal(codeOf(answer), '00010', JSON.stringify(answer));
      return answer.invoiceDetails;
    },
    /** The status of a bill and those of its shares. */
    stand: async (name: string): Promise<[string, string[]]> => {
      const { invoiceDetails } = await client.inquire(name);
      return [invoiceDetails.invoiceStatus, statesOf(invoiceDetails)];
    },
  };
};
