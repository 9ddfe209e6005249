import { type Reply, WrongAnswer } from './http.ts';
import { isGenuine, type SignedCall, signedCalls, withBody } from './merchant.ts';
import type { Scenario, Scene } from './scenario.ts';

const amount = 80;
const refunded = 30;
const sampleEvery = 20;

/**
 * AUTH by a stored card's token, CAPTURE of all of it and REFUND of a part, each answered with its end before the next is
 * sent: three signed requests, three messages to the acquirer, no notice.
 */
export const authorize = ({ merchant, cardToken, client, receiver }: Scene): Scenario => {
  const { clientId } = merchant;
  let sampled: { reference: string; reply: Reply }[] = [];
  let answeredCount = 0;
  let verifiedCount = 0;

  const card = { type: 'VM', goodsName: 'Room 12', cardToken, cardTokenSrc: 'SPIRAL' };

  const send = async (call: SignedCall, body: { cmd: string; amt: number; orderId?: string }) => {
    const webhookUrl = `${receiver.url}/authorize/${call.reference}`;
    const reply = await client.send(withBody(call, clientId, { ...body, webhookUrl }));
    const { status, resp, paidAmt, error, orderId } = JSON.parse(reply.text);
    if (reply.status !== 200 || status !== 'Approved' || paidAmt !== body.amt) {
      throw new WrongAnswer(reply, body.cmd, `${status} ${resp ?? error}`);
    }
    if (answeredCount++ % sampleEvery === 0) sampled.push({ reference: call.reference, reply });
    return orderId as string;
  };

  const pay = async ([first, second, third]: readonly [SignedCall, SignedCall, SignedCall]) => {
    const orderId = await send(first, { cmd: 'AUTH', amt: amount, ...card });
    await send(second, { cmd: 'CAPTURE', amt: amount, orderId });
    await send(third, { cmd: 'REFUND', amt: refunded, orderId });
    return [first.reference, second.reference, third.reference];
  };

  return {
    warmUpPerSecondMax: 200,

    prepare: async (count, aside) => {
      const calls = await signedCalls(merchant, { count: count * 3, aside, bodyOf: () => ({}) });
      return Array.from({ length: count }, (_, index) => {
        const three = calls.slice(index * 3, index * 3 + 3) as [SignedCall, SignedCall, SignedCall];
        return () => pay(three);
      });
    },

    settle: async () => {
      const forged = sampled.filter(({ reference, reply }) => !isGenuine(merchant, reference, reply));
      verifiedCount = sampled.length - forged.length;
      sampled = [];
      const told = [...receiver.notices.keys()].filter((path) => path.startsWith('/authorize/'));
      return [
        ...forged.map(({ reference }) => `the answer about ${reference} is not signed`),
        ...told.map((path) => `a notice came to ${path}`),
      ];
    },

    figures: () => ({ verifiedCount }),
  };
};
