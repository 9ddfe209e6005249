import { type Handler, isFault } from './call.ts';
import { beginHosted } from './hosted-only.ts';
import { pay, readPayment } from './pay.ts';

/** Section 6.4: PA and DB, by what the request holds, or by what the shopper will type on our page. */
export const payments: Handler = async (call) => {
  const asked = await readPayment(call);
  if (isFault(asked)) return asked;
  return 'isHosted' in asked ? beginHosted(call, asked) : pay(call, asked);
};
