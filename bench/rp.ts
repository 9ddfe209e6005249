import { addBigfishMerchant } from '../test/bigfish-merchant.ts';
import type { Tollgate } from '../test/installation.ts';
import { type Call, WrongAnswer } from './http.ts';
import type { Scenario, Scene } from './scenario.ts';

/** What a charge needs that does not change from one to the next. */
interface Till {
  readonly storeName: string;
  readonly reference: string;
  readonly headers: Readonly<Record<string, string>>;
}

const terms = { Order: { RecurringPayment: { ExpireDate: '2039-01-01' } } };

const openTill = async ({ gateway: { url, installation } }: Scene): Promise<Till> => {
  const merchant = await addBigfishMerchant({ url, installation } as Tollgate);
  const registering = { PaymentRegistration: true, PaymentRegistrationType: 'MIT', Info: terms };
  const reference = await merchant.paid(registering);
  const credentials = Buffer.from(`${merchant.storeName}:${merchant.apiKey}`).toString('base64');
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${credentials}` };
  return { storeName: merchant.storeName, reference, headers };
};

/** A registered card charged without its buyer: `InitRP` and `StartRP`, with the notification of the end. */
export const rp = (scene: Scene): Scenario => {
  const { client, receiver } = scene;
  let opened: Promise<Till> | undefined;
  let count = 0;

  const call = async ({ headers }: Till, method: string, json: object) => {
    const body = new URLSearchParams({ method, json: JSON.stringify(json) }).toString();
    const asked: Call = { method: 'POST', path: '/api/payment/', headers, body };
    const reply = await client.send(asked);
    const answer = JSON.parse(reply.text);
    if (answer.ResultCode !== 'SUCCESSFUL') throw new WrongAnswer(reply, method, answer.ResultCode);
    return answer;
  };

  const pay = async (till: Till) => {
    const { storeName: StoreName, reference: ReferenceTransactionId } = till;
    const order = { Amount: 1490, OrderId: `RP-${++count}`, ResponseUrl: `${receiver.url}/back` };
    const { TransactionId } = await call(till, 'InitRP', { StoreName, ReferenceTransactionId, ...order });
    const { CommitState } = await call(till, 'StartRP', { TransactionId });
    if (CommitState !== 'APPROVED') throw new Error('a charge is not in the books');
    return [TransactionId as string];
  };

  return {
    prepare: async (wanted) => {
      opened ??= openTill(scene);
      const till = await opened;
      return Array.from({ length: wanted }, () => () => pay(till));
    },
    settle: async () => [],
    figures: () => ({}),
  };
};
