import { textFromMinor } from '../core/money.ts';
import { attemptClaim, type LinkRow } from '../gateway/ports.ts';
import { type Command, instant, Mistake, need, table } from './command.ts';
import { limitOf, shopNamed } from './shop-named.ts';

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
  async run({ installation, parameters, options }) {
    const shop = await shopNamed(installation, parameters);
    const rows = await installation.store.links.list(shop.id, limitOf(options));
    return { value: rows, lines: table(heading, rows.map(cells)) };
  },
};

export const linkShow: Command = {
  words: 'link show',
  usage: '<api> <shop> <reference>',
  says: 'Shows a payment link and its attempts.',
  async run({ installation, parameters }) {
    const { links, payments } = installation.store;
    const [, wireName, reference] = parameters;
    const shop = await shopNamed(installation, parameters);
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
