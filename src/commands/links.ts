import { textFromMinor } from '../core/money.ts';
import { attemptClaim, type LinkRow, type ShopRow } from '../gateway/ports.ts';
import type { Installation } from '../installation.ts';
import { type Command, instant, Mistake, need, table } from './command.ts';

const shopNamed = async ({ store }: Installation, api: string, wireName: string): Promise<ShopRow> => {
  const shop = (await store.administration.shops()).find((one) => one.api === api && one.wireName === wireName);
  if (!shop) throw new Mistake(`there is no shop ${wireName} on ${api}`);
  return shop;
};

const heading = ['reference', 'amount', 'attempts', 'on record', 'until', 'id'];

/** A link is on record as open until a read or a worker finds that its time is over. */
const cells = ({ link, attemptCount, ended }: LinkRow): readonly unknown[] => [
  link.reference,
  `${textFromMinor(link.amountMinor, link.currency)} ${link.currency}`,
  attemptCount,
  ended ?? 'open',
  instant(link.expiresAt),
  link.id,
];

export const linkList: Command = {
  words: 'link list',
  usage: '<api> <shop> [--limit N]',
  says: 'Lists the payment links of a shop, newest first.',
  options: ['limit'],
  async run({ installation, parameters: [api, wireName], options }) {
    const limit = Number(options.limit ?? 50);
    if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
      throw new Mistake('--limit is a number from 1 to 10000');
    const shop = await shopNamed(installation, need(api, 'the API'), need(wireName, 'the shop'));
    const rows = await installation.store.links.list(shop.id, limit);
    return { value: rows, lines: table(heading, rows.map(cells)) };
  },
};

export const linkShow: Command = {
  words: 'link show',
  usage: '<api> <shop> <reference>',
  says: 'Shows a payment link and its attempts.',
  async run({ installation, parameters: [api, wireName, reference] }) {
    const { links, payments } = installation.store;
    const shop = await shopNamed(installation, need(api, 'the API'), need(wireName, 'the shop'));
    const row = await links.find({ shop, reference: need(reference, 'the reference') });
    if (!row) throw new Mistake(`${wireName} has no link ${reference}`);
    const claims = Array.from({ length: row.attemptCount }, (_, n) => attemptClaim(row.link.id, n + 1));
    const found = await Promise.all(claims.map((claim) => payments.findByClaim(shop.merchantId, claim)));
    const attempts = found
      .filter((one) => one !== undefined)
      .map(({ view: { payment, operations } }) => ({
        reference: operations[0]!.reference,
        state: payment.state,
        paymentId: payment.id,
      }));
    const lines = table(
      ['attempt', 'state', 'payment'],
      attempts.map((one) => [one.reference, one.state, one.paymentId]),
    );
    return { value: { ...row, attempts }, lines: [...table(heading, [cells(row)]), '', ...lines] };
  },
};
