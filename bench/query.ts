import { expect, type Reply, WrongAnswer } from './http.ts';
import { isGenuine, signedCalls } from './merchant.ts';
import type { Scenario, Scene } from './scenario.ts';

const amount = 12.5;
/** Read in turn, so that no row is always at hand. */
const paidCount = 64;
const sampleEvery = 20;

/** Pays so that there is something to read; answers the references. */
const paidBefore = async ({ merchant, cardToken, client }: Scene): Promise<string[]> => {
  const sale = { cmd: 'SALE', type: 'VM', amt: amount, goodsName: 'Refill', cardToken, cardTokenSrc: 'SPIRAL' };
  const calls = await signedCalls(merchant, { count: paidCount, aside: false, bodyOf: () => sale });
  await Promise.all(calls.map(async (call) => expect(await client.send(call), 200, 'a sale to be read')));
  return calls.map(({ reference }) => reference);
};

/** A signed GET of the state of a payment that was made before: no acquirer, nothing written. */
export const query = (scene: Scene): Scenario => {
  const { merchant, client } = scene;
  let paid: Promise<string[]> | undefined;
  let sampled: { reference: string; reply: Reply }[] = [];
  let askedCount = 0;
  let answeredCount = 0;
  let verifiedCount = 0;

  return {
    prepare: async (count, aside) => {
      paid ??= paidBefore(scene);
      const references = await paid;
      const reference = () => references[askedCount++ % references.length]!;
      return (await signedCalls(merchant, { count, aside, reference })).map((call) => async () => {
        const reply = await client.send(call);
        const { status, merchantRef, paidAmt, error } = JSON.parse(reply.text);
        if (reply.status !== 200 || status !== 'Approved' || merchantRef !== call.reference || paidAmt !== amount) {
          throw new WrongAnswer(reply, 'a query', `${status} ${error}`);
        }
        if (answeredCount++ % sampleEvery === 0) sampled.push({ reference: call.reference, reply });
        return [];
      });
    },

    settle: async () => {
      const forged = sampled.filter(({ reference, reply }) => !isGenuine(merchant, reference, reply));
      verifiedCount = sampled.length - forged.length;
      sampled = [];
      return forged.map(({ reference }) => `the answer about ${reference} is not signed`);
    },

    figures: () => ({ verifiedCount }),
  };
};
