import { type Reply, WrongAnswer } from './http.ts';
import { isGenuine, signedCalls } from './merchant.ts';
import type { Scenario, Scene } from './scenario.ts';

const amount = 12.5;

/** One answer in so many has its signature verified. */
const sampleEvery = 20;

/**
 * SALE by a stored card's token: one signed request, one signed answer. The API sends no notice of a sale that was
 * answered with its end; one that comes all the same is an error.
 */
export const sale = ({ merchant, cardToken, client, receiver }: Scene): Scenario => {
  let sampled: { reference: string; reply: Reply }[] = [];
  let answeredCount = 0;
  let verifiedCount = 0;

  const bodyOf = (reference: string) => ({
    cmd: 'SALE',
    type: 'VM',
    amt: amount,
    goodsName: 'Refill',
    webhookUrl: `${receiver.url}/sale/${reference}`,
    cardToken,
    cardTokenSrc: 'SPIRAL',
  });

  return {
    prepare: async (count, aside) =>
      (await signedCalls(merchant, { count, aside, bodyOf })).map((call) => async () => {
        const reply = await client.send(call);
        const { status, resp, paidAmt, error } = JSON.parse(reply.text);
        if (reply.status !== 200 || status !== 'Approved' || resp !== 'APPROVED' || paidAmt !== amount) {
          throw new WrongAnswer(reply, 'a sale', `${status} ${resp ?? error}`);
        }
        if (answeredCount++ % sampleEvery === 0) sampled.push({ reference: call.reference, reply });
        return [call.reference];
      }),

    settle: async () => {
      const forged = sampled.filter(({ reference, reply }) => !isGenuine(merchant, reference, reply));
      verifiedCount = sampled.length - forged.length;
      sampled = [];
      const told = [...receiver.notices.keys()].filter((path) => path.startsWith('/sale/'));
      return [
        ...forged.map(({ reference }) => `the answer about ${reference} is not signed`),
        ...told.map((path) => `a notice came to ${path}`),
      ];
    },

    figures: () => ({ verifiedCount }),
  };
};
