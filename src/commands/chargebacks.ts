import { assemble } from '../assemble.ts';
import { minorFromText, textFromMinor } from '../core/money.ts';
import type { Refusal } from '../core/reasons.ts';
import { recordDispute } from '../gateway/disputes.ts';
import { Metrics } from '../metrics.ts';
import { type Command, Mistake, need } from './command.ts';

const why = ({ reason }: Refusal): string => {
  if (reason === 'duplicate_reference') return 'a chargeback of that reference is written down already';
  if (reason === 'exceeds_captured') return 'so much is not left of the payment: it was refunded, or taken back before';
  return reason === 'invalid_state' ? 'nothing was taken by this payment' : `not now: ${reason}`;
};

export const paymentChargeback: Command = {
  words: 'payment chargeback',
  usage: '<id or merchant reference> --amount 10.00 --reference <of the acquirer>',
  says: 'Writes down that the acquirer took money of a payment back: merchant to disputes, and the merchant is told.',
  options: ['amount', 'reference'],
  async run({ installation, parameters, options }) {
    const { store, log } = installation;
    const text = need(parameters[0], 'the id or reference');
    const reference = need(options.reference, '--reference');
    if (!/^[\x21-\x7e]{1,64}$/.test(reference)) throw new Mistake('--reference is 1 to 64 characters without blanks');
    const [found, ...others] = await store.administration.search(text, 2);
    if (!found) throw new Mistake(`no payment is known as ${text}`);
    if (others.length > 0) throw new Mistake(`several payments are known as ${text}: name it by its id`);
    const view = await store.payments.find(found.merchantId, found.paymentId);
    const shop = view && (await store.directory.shopById(view.payment.shopId));
    if (!view || !shop) throw new Mistake(`no payment is known as ${text}`);
    const { currency, id } = view.payment;
    const amountMinor = minorFromText(need(options.amount, '--amount'), currency);
    if (amountMinor === undefined || amountMinor <= 0n) throw new Mistake(`--amount is an amount in ${currency}`);
    // Only the rooms are needed: a server that runs delivers the notice.
    const assembly = await assemble(installation, new Metrics());
    try {
      const result = await recordDispute(assembly.gateway, shop, id, { amountMinor, reference });
      if (result.kind === 'refused') throw new Mistake(why(result.refusal));
      const { disputedMinor } = result.view.payment;
      const disputed = textFromMinor(disputedMinor, currency);
      log.info({ paymentId: id, reference }, 'a chargeback was written down');
      return {
        value: { paymentId: id, disputed, currency },
        lines: [`payment ${id}: ${disputed} ${currency} of it are disputed`],
      };
    } finally {
      await assembly.stop();
    }
  },
};
