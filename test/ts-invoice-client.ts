import assert from 'node:assert/strict';
import { Payer } from './payer.ts';
import type { Answer, Fields, TsMerchant } from './ts-merchant.ts';

export const redirect = 'https://shop.example/return';
export const card = { number: '4111111111111111', code: '123' };

export const codeOf = (answer: Answer): string => answer.statusInvoiceResult.code;

const formOf = (fields: Fields): string =>
  new URLSearchParams(Object.entries(fields).filter((one): one is [string, string] => one[1] !== undefined)).toString();

/** The first form of an invoice's page, sent: the choice of cards. Then the card. */
export const payAt = async (url: string, number = card.number): Promise<Payer> => {
  const payer = await new Payer(url).go();
  await payer.go(payer.page.forms.at(-1)!.action, { type: 'Card' });
  await payer.pay({ ...card, number });
  return payer;
};

let serial = 7_000;
export const nextName = (): string => String(++serial);

/** A client of the invoice service at a gateway, written from its wire rules alone. */
export const invoiceClient = (url: string, shop: TsMerchant) => {
  const member = { 'authentication.memberId': shop.memberId };

  /** A form, or JSON where the body is a text. */
  const invoiceCall = async (
    path: string,
    body: Fields | string,
    who: Pick<TsMerchant, 'tokenOf'> = shop,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> => {
    const isJson = typeof body === 'string';
    const answer = await fetch(`${url}/invoiceServices/REST/v1/${path}`, {
      method: 'POST',
      headers: {
        'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
        authtoken: await who.tokenOf(),
        ...headers,
      },
      body: isJson ? body : formOf(body),
    });
    assert.equal(answer.status, 200);
    return answer;
  };

  const call = async (path: string, body: Fields | string, who = shop): Promise<Answer> =>
    (await invoiceCall(path, body, who)).json();

  /** Fields of an invoice, signed. */
  const fieldsOf = (more: Fields = {}): Fields => {
    const fields: Fields = {
      ...member,
      merchantInvoiceId: nextName(),
      amount: '75.00',
      currency: 'EUR',
      merchantRedirectUrl: redirect,
      merchantOrderDescription: 'Six mugs',
      'customer.email': `ada${serial}@shop.example`,
      ...more,
    };
    const { merchantInvoiceId = '', amount = '', merchantRedirectUrl = '' } = fields;
    return { 'authentication.checksum': shop.signed(merchantInvoiceId, amount, merchantRedirectUrl), ...fields };
  };

  const inquire = (name: string, path = 'inquiry', more: Fields = {}) =>
    call(path, { ...member, merchantInvoiceId: name, 'authentication.checksum': shop.signed(name), ...more });

  const byId = (path: string, invoiceId: string, more: Fields = {}) => call(path, { ...member, invoiceId, ...more });

  return {
    member,
    send: invoiceCall,
    call,
    fieldsOf,
    inquire,
    statusOf: async (name: string): Promise<string> => (await inquire(name)).invoiceDetails.invoiceStatus,
    byId,
    regenerate: (invoiceId: string, to = redirect) => {
      const checksum = shop.signedFirst(invoiceId, to);
      return byId('regenerate', invoiceId, { 'authentication.checksum': checksum, merchantRedirectUrl: to });
    },
  };
};
