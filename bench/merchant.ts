import { createVerify, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { Tollgate } from '../test/installation.ts';
import { openPage } from '../test/payer.ts';
import { addSpiralMerchant, dateText, type SpiralMerchant } from '../test/spiral-merchant.ts';
import { cardOf } from './cards.ts';
import type { LoadedGateway } from './gateway.ts';
import type { Call, Reply } from './http.ts';

/** A signed request, before it is sent, and the reference that it takes. */
export interface SignedCall extends Call {
  readonly reference: string;
}

const signAsync = promisify(sign);

/** More than threads of the pool, so that none of them waits for us. */
const signersAtOnce = 16;

let count = 0;

const newReference = () => `B${Date.now().toString(36)}-${(++count).toString(36)}-x`;

export interface Wanted {
  readonly count: number;
  /** One at a time, beside a load that runs. */
  readonly aside: boolean | undefined;
  /** A query has none. */
  readonly bodyOf?: (reference: string) => object;
  /** Otherwise a new one each. */
  readonly reference?: () => string;
}

/** A body whose signature does not cover it, so that it may be written when the request is sent. */
export const withBody = (call: SignedCall, clientId: string, body: object): SignedCall => ({
  ...call,
  body: JSON.stringify({ clientId, merchantRef: call.reference, ...body }),
});

/**
 * Signs requests on the thread pool before they are sent, so that the time of the merchant's own RSA is not in what is
 * measured. Signatures are good for 300 s.
 */
export const signedCalls = async ({ account }: SpiralMerchant, wanted: Wanted): Promise<SignedCall[]> => {
  const { clientId, privateKey } = account;
  const { bodyOf, reference: referenceOf = newReference } = wanted;
  const calls: SignedCall[] = [];
  let begun = 0;
  const signer = async () => {
    while (begun++ < wanted.count) {
      const reference = referenceOf();
      const date = dateText(Date.now());
      const signature = await signAsync('sha256', Buffer.from(clientId + reference + date), privateKey);
      const call: SignedCall = {
        reference,
        method: bodyOf ? 'PUT' : 'GET',
        path: `/v1/merchants/${clientId}/transactions/${reference}`,
        headers: {
          ...(bodyOf && { 'content-type': 'application/json' }),
          'spiral-request-datetime': date,
          'spiral-client-signature': signature.toString('base64'),
        },
      };
      calls.push(bodyOf ? withBody(call, clientId, bodyOf(reference)) : call);
    }
  };
  await Promise.all(Array.from({ length: wanted.aside ? 1 : signersAtOnce }, signer));
  return calls;
};

/** Whether the gateway signed an answer about that reference (section 3.3). */
export const isGenuine = ({ account }: SpiralMerchant, reference: string, { headers }: Reply): boolean =>
  createVerify('RSA-SHA256')
    .update(`${account.clientId}${reference}${headers['spiral-request-datetime']}`)
    .verify(account.gatewayKey, String(headers['spiral-server-signature']), 'base64');

/** A merchant, and the token of a card with which a payer once paid it on the hosted page. */
export const setUpMerchant = async ({ url, installation }: LoadedGateway, receiverUrl: string) => {
  const merchant = await addSpiralMerchant({ url, installation } as Tollgate);
  const { reference, sessionId } = await merchant.openSession({ webhookUrl: `${receiverUrl}/first` });
  const payer = await openPage(url, sessionId);
  await payer.pay({ number: cardOf(0) });
  const { status, cardToken } = (await merchant.query(reference)).body;
  if (status !== 'Approved' || !cardToken) throw new Error(`the first payment is ${status} and has no token`);
  return { merchant, cardToken: cardToken as string };
};
