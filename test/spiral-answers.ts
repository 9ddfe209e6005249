import assert from 'node:assert/strict';
import { number } from './odd-values.ts';
import type { Answer } from './spiral-merchant.ts';

const statuses = 'Approved Declined Unconfirmed Cancelled Timeout PartialPaid OverPaid'.split(' ');

/** The error texts of section 4.3 by HTTP status. */
const errors: Readonly<Record<number, RegExp>> = {
  400: /^(?:Invalid JSON|(?:Missing|Invalid) field: [A-Za-z0-9]+|Path and body do not match: (?:clientId|merchantRef)|(?:Invalid|Duplicate) merchantRef)$/,
  401: /^(?:Invalid signature|Request expired|Unknown client)$/,
  404: /^Unknown (?:transaction|order|payment link)$/,
  501: /^Operation not supported$/,
};

/** That the answer (whose signature is checked already) is one of section 4, and says nothing that it must not. */
export const isFit = ({ status, body, text }: Answer, sent: string): void => {
  const about = `${status} ${text.slice(0, 500)} for ${sent.slice(0, 500)}`;
  if (status === 200) assert.ok(statuses.includes(body.status) || Array.isArray(body.txns), about);
  else {
    assert.match(String(body.error), errors[status] ?? /^there is no such status$/, about);
    assert.equal(body.status, 'NotValid', about);
  }
  // Ids and addresses go back as they came: they are no place for a card number, and cannot work without their digits.
  const { merchantRef, clientId, successUrl, failureUrl, webhookUrl, txnId, orderId, sessionId, ...others } = body;
  const { paymentLinkUrl, ...rest } = others;
  assert.equal(JSON.stringify(rest).replace(/[^\d]/g, '').includes(number), false, about);
};
