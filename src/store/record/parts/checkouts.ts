import type { Checkout } from '../../../core/model.ts';
import { insertSheet, ofPayment } from '../sheet.ts';

export const checkouts = insertSheet<Checkout>({
  name: 'checkouts',
  rows: (step) => (step.checkout ? [step.checkout] : []),
  columns: {
    ...ofPayment,
    success_url: ['text', (checkout) => checkout.successUrl],
    failure_url: ['text', (checkout) => checkout.failureUrl],
    expires_at: ['bigint', (checkout) => checkout.expiresAt],
    brands: ['text', (checkout) => JSON.stringify(checkout.brands)],
    wallet: ['text', (checkout) => checkout.wallet],
    debit: ['text', (checkout) => checkout.debit ?? null],
    keeps_card: ['flag', (checkout) => (checkout.keepsCard ? 1 : 0)],
    asks_to_keep: ['flag', (checkout) => (checkout.asksToKeep ? 1 : 0)],
    customer: ['text', (checkout) => checkout.customer],
    payer_info: ['text', (checkout) => checkout.payerInfo],
    demands_challenge: ['flag', (checkout) => (checkout.demandsChallenge ? 1 : 0)],
    requires_challenge: ['flag', (checkout) => (checkout.requiresChallenge ? 1 : 0)],
    retries_declined: ['flag', (checkout) => (checkout.retriesDeclined ? 1 : 0)],
    redirect_ms: ['bigint', (checkout) => checkout.redirectMs],
    submit_count_max: ['int', (checkout) => checkout.submitCountMax],
  },
});
