import { randomUUID } from 'node:crypto';
import { addGlobalpayMerchant } from '../test/globalpay-merchant.ts';
import type { Tollgate } from '../test/installation.ts';
import { type Call, WrongAnswer } from './http.ts';
import type { Scenario, Scene } from './scenario.ts';

const amount = 3_000_000;
const cardNumber = '8600310000000018';

/** What a payment needs that does not change from one to the next. */
interface Till {
  readonly serviceId: number;
  readonly cardToken: string;
  readonly headers: Readonly<Record<string, string>>;
}

const openTill = async ({ gateway: { url, installation } }: Scene): Promise<Till> => {
  const merchant = await addGlobalpayMerchant({ url, installation } as Tollgate);
  const { body } = await merchant.logIn();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${body.access_token}` };
  return { serviceId: merchant.serviceId, cardToken: await merchant.boundCard(cardNumber), headers };
};

/**
 * A Gate payment by card token: `init` and `perform`, no RSA anywhere, and a receipt that the tax office registers before
 * the answer. A card of the country has no callback there.
 */
export const gate = (scene: Scene): Scenario => {
  const { client } = scene;
  let opened: Promise<Till> | undefined;

  const post = async ({ headers }: Till, version: string, body: object) => {
    const call: Call = { method: 'POST', path: `/payments/v1/payment/${version}`, headers, body: JSON.stringify(body) };
    const reply = await client.send(call);
    return { reply, ...JSON.parse(reply.text) };
  };

  const pay = async (till: Till) => {
    const externalId = randomUUID();
    const paymentFields = [
      { requestFieldId: 1, name: 'amount', value: String(amount) },
      { requestFieldId: 2, name: 'currency', value: 'UZS' },
    ];
    const begun = await post(till, 'init', { externalId, serviceId: till.serviceId, paymentFields });
    if (begun.reply.status !== 200) throw new WrongAnswer(begun.reply, 'init', begun.code);
    const ended = await post(till, 'perform', { externalId, id: begun.id, cardToken: till.cardToken });
    const { reply, status, error, gnkFields } = ended;
    if (reply.status !== 200 || status !== 'APPROVED' || ended.amount !== amount) {
      throw new WrongAnswer(reply, 'perform', `${status} ${error}`);
    }
    if (gnkFields?.success !== true) throw new Error('a payment has no receipt');
    return [externalId];
  };

  return {
    prepare: async (count) => {
      opened ??= openTill(scene);
      const till = await opened;
      return Array.from({ length: count }, () => () => pay(till));
    },
    settle: async () => [],
    figures: () => ({}),
  };
};
