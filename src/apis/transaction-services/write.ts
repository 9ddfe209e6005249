import { XMLBuilder } from 'fast-xml-parser';

/** A member of an answer: every leaf is a text (section 2.4). */
export type Value = string | Answer | readonly (string | Answer)[];
export interface Answer {
  readonly [name: string]: Value | undefined;
}

/** The order of an answer's members (section 2.6). What is not named here comes last. */
const order: readonly string[] = [
  ...['paymentId', 'status', 'registrationId', 'partnerId', 'memberId', 'holderId', 'paymentType', 'paymentBrand'],
  ...['paymentMode', 'firstName', 'lastName', 'amount', 'refundAmount', 'reversedAmount', 'payoutAmount', 'currency'],
  ...['descriptor', 'result', 'cards', 'card', 'bankaccounts', 'customer', 'bankAccount', 'risk', 'timestamp', 'token'],
  ...['redirect', 'transaction', 'merchantTransactionId', 'customerId', 'customerEmail', 'date', 'time', 'LoginName'],
  ...['AuthToken', 'remark', 'transactionStatus', 'voucherNumber', 'tmpl_amount', 'tmpl_currency', 'customerAccount'],
  ...['eci', 'invoiceId', 'merchantUsersCommission', 'commissionCurrency', 'commissionPaidToUser'],
  ...['commissionPaidToUserCurrency', 'checksum', 'merchantWalletId', 'orderDescription', 'companyName'],
  ...['merchantContact', 'installment', 'referenceId', 'InitToken', 'paymentCardTypeDetails', 'terminalId'],
  ...['bankReferenceId', 'marketPlaceDetails', 'dailySalesReport'],
];
const placeOf = new Map(order.map((name, index) => [name, index]));

/** An answer in the order of section 2.6, without its absent members. */
export const ordered = (answer: Answer): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(answer)
      .filter((entry): entry is [string, Value] => entry[1] !== undefined)
      .sort(([a], [b]) => (placeOf.get(a) ?? order.length) - (placeOf.get(b) ?? order.length)),
  );

const builder = new XMLBuilder({ format: false, suppressEmptyNode: false });

/** What no XML 1.0 document can hold becomes U+FFFD. */
const printable = (text: string): string =>
  text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');

/** Lists repeat their element; those of stored instruments have one around it (section 2.6). */
const wrapped: Readonly<Record<string, string>> = { cards: 'card', bankaccounts: 'bankaccount' };

const tree = (value: Value): unknown => {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map(tree);
  return Object.fromEntries(
    Object.entries(value as Answer)
      .filter((entry): entry is [string, Value] => entry[1] !== undefined)
      .map(([name, one]) => [
        name,
        wrapped[name] && Array.isArray(one) ? { [wrapped[name]]: one.map(tree) } : tree(one),
      ]),
  );
};

export const toXml = (answer: Answer): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ response: tree(ordered(answer)) })}`;

const types = { json: 'application/json;charset=utf-8', xml: 'application/xml;charset=utf-8' } as const;

/** How a caller wants its answer: XML where it is preferred to JSON, JSON in all other cases (section 2.4). */
export const formatOf = (accept: string | undefined): 'json' | 'xml' => {
  let [json, xml, any] = [0, 0, 0];
  for (const part of (accept ?? '').toLowerCase().split(',')) {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const said = parameters.find((piece) => piece.startsWith('q='))?.slice(2);
    const quality = said === undefined ? 1 : Number(said);
    const q = quality >= 0 && quality <= 1 ? quality : 1;
    if (type === 'application/xml' || type === 'text/xml') xml = Math.max(xml, q);
    else if (type === 'application/json') json = Math.max(json, q);
    else if (type === '*/*' || type === 'application/*') any = Math.max(any, q);
  }
  if (xml === 0 || json >= xml) return 'json';
  return json === 0 && any > xml ? 'json' : 'xml';
};

/** The bytes of an answer and their type. */
export const written = (answer: Answer, format: 'json' | 'xml'): { readonly type: string; readonly text: string } =>
  format === 'xml'
    ? { type: types.xml, text: toXml(answer) }
    : { type: types.json, text: JSON.stringify(ordered(answer)) };

/** `YYYY-MM-DD HH:MM:SS` in UTC (section 5.2). */
export const timeText = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
