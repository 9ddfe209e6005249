import type { Tollgate } from '../test/installation.ts';
import { addTsMerchant, type TsMerchant } from '../test/ts-merchant.ts';
import { type Call, WrongAnswer } from './http.ts';
import type { Scenario, Scene } from './scenario.ts';

/** What a charge needs that does not change from one to the next. */
interface Till {
  readonly member: TsMerchant;
  readonly headers: Readonly<Record<string, string>>;
}

const openTill = async ({ gateway: { url, installation } }: Scene): Promise<Till> => {
  const member = await addTsMerchant({ url, installation } as Tollgate);
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authtoken: await member.tokenOf() };
  return { member, headers };
};

/** A card charged by a REST v1 `DB`, with the notification of the end. Tokens last an hour, longer than any run. */
export const rest = (scene: Scene): Scenario => {
  const { client, receiver } = scene;
  let opened: Promise<Till> | undefined;

  const requestOf = ({ member, headers }: Till): Call => {
    const fields = member.paymentFields({ notificationUrl: `${receiver.url}/rest` }) as Record<string, string>;
    const body = new URLSearchParams(fields).toString();
    return { method: 'POST', path: '/transactionServices/REST/v1/payments', headers, body };
  };

  return {
    prepare: async (wanted) => {
      opened ??= openTill(scene);
      const till = await opened;
      return Array.from({ length: wanted }, () => {
        const asked = requestOf(till);
        return async () => {
          const reply = await client.send(asked);
          const answer = JSON.parse(reply.text);
          if (answer.transactionStatus !== 'Y') throw new WrongAnswer(reply, 'DB', answer.result?.code);
          return [answer.merchantTransactionId as string];
        };
      });
    },
    settle: async () => [],
    figures: () => ({}),
  };
};
