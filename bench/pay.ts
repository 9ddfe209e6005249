import { until } from '../test/installation.ts';
import { cardOf } from './cards.ts';
import { type Client, expect, type Reply } from './http.ts';
import { isGenuine, type SignedCall, signedCalls } from './merchant.ts';
import type { Scenario, Scene } from './scenario.ts';

const successUrl = 'https://shop.example/done';
const sampleEvery = 20;
const noticesTimeoutMs = 120_000;

const accept = { accept: 'text/html' };
const typed = (number: string) => new URLSearchParams({ number, expiry: '12/39', code: '737', holder: '' }).toString();
const form = { ...accept, 'content-type': 'application/x-www-form-urlencoded' };

/** What the merchant, the payer's browser and again the payer do, without the page's pictures and styles. */
const payOnPage = async (client: Client, call: SignedCall, cardNumber: string): Promise<Reply> => {
  const opened = expect(await client.send(call), 200, 'a session');
  const { sessionId } = JSON.parse(opened.text);
  const path = `/pay/${encodeURIComponent(sessionId)}?locale=en_US`;
  const page = expect(await client.send({ method: 'GET', path, headers: accept }), 200, 'the page');
  const action = /<form method="post" action="([^"]+)" id="card"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&');
  if (!action) throw new Error('the page has no form for a card');
  const posted = expect(
    await client.send({ method: 'POST', path: action, headers: form, body: typed(cardNumber) }),
    303,
    'the form',
  );
  const next = new URL(posted.headers.location!, 'http://gateway');
  const end = await client.send({ method: 'GET', path: next.pathname + next.search, headers: accept });
  if (!expect(end, 200, 'the end').text.includes(`url=${successUrl}`)) {
    throw new Error('the last page does not lead to the success page');
  }
  return opened;
};

const pathOf = (reference: string) => `/pay/${reference}`;

/** A session, the hosted page, a card typed into it, and the page that leads back to the shop. Each has one notice. */
export const pay = ({ merchant, client, receiver }: Scene): Scenario => {
  let sampled: { reference: string; reply: Reply }[] = [];
  let paid: string[] = [];
  // Each payer has their own card: payers of one card would wait for each other at its row in the vault.
  let payerCount = 0;
  let verifiedCount = 0;
  let noticesLateMs = 0;

  const bodyOf = (reference: string) => ({
    cmd: 'SALESESSION',
    type: 'VM',
    amt: 268.5,
    goodsName: 'Desk lamp',
    successUrl,
    failureUrl: 'https://shop.example/retry',
    webhookUrl: receiver.url + pathOf(reference),
  });
  const noticesOf = (reference: string) => receiver.notices.get(pathOf(reference)) ?? [];

  /** What is wrong with the notices of the payments made since the last call, once all have come. */
  const noticeFaults = async (): Promise<string[]> => {
    const settling = paid;
    paid = [];
    const startedAt = performance.now();
    await until(
      'all notices',
      () => settling.every((reference) => noticesOf(reference).length > 0),
      noticesTimeoutMs,
    ).catch(() => {});
    noticesLateMs = Math.round(performance.now() - startedAt);
    return settling.flatMap((reference, index) => {
      const notices = noticesOf(reference);
      receiver.notices.delete(pathOf(reference));
      if (notices.length !== 1) return [`${notices.length} notices of ${reference}`];
      if (index % sampleEvery > 0) return [];
      const [{ headers, text }] = notices as [(typeof notices)[0]];
      return JSON.parse(text).status === 'Approved' && isGenuine(merchant, reference, { status: 200, headers, text })
        ? []
        : [`the notice of ${reference} is not a signed approval`];
    });
  };

  return {
    prepare: async (count, aside) =>
      (await signedCalls(merchant, { count, aside, bodyOf })).map((call) => async () => {
        const reply = await payOnPage(client, call, cardOf(++payerCount));
        if (paid.push(call.reference) % sampleEvery === 1) sampled.push({ reference: call.reference, reply });
        return [call.reference];
      }),

    settle: async () => {
      const forged = sampled.filter(({ reference, reply }) => !isGenuine(merchant, reference, reply));
      verifiedCount = sampled.length - forged.length;
      sampled = [];
      return [
        ...forged.map(({ reference }) => `the answer about ${reference} is not signed`),
        ...(await noticeFaults()),
      ];
    },

    figures: () => ({ verifiedCount, noticesLateMs }),
  };
};
