import type { Attempt } from '../../../core/model.ts';
import { insertSheet, ofPayment, overwrite } from '../sheet.ts';

/** A changed attempt is nobody's any more: whoever finds it due next may lease it. */
export const attempts = insertSheet<Attempt>({
  name: 'attempts',
  rows: (step) => step.attempts,
  columns: {
    ...ofPayment,
    operation: ['int', (a) => a.operation],
    ordinal: ['int', (a) => a.ordinal],
    route_id: ['uuid', (a) => a.routeId],
    acquirer: ['text', (a) => a.acquirer],
    account: ['text', (a) => a.account],
    state: ['text', (a) => a.state],
    sent_reference: ['text', (a) => a.sentReference],
    acquirer_reference: ['text', (a) => a.acquirerReference],
    acquirer_time: ['text', (a) => a.acquirerTime],
    response_code: ['text', (a) => a.responseCode],
    response_text: ['text', (a) => a.responseText],
    approval_code: ['text', (a) => a.approvalCode],
    network_reference: ['text', (a) => a.networkReference],
    card_brand: ['text', (a) => a.card?.brand ?? null],
    card_first6: ['text', (a) => a.card?.first6 ?? null],
    card_last4: ['text', (a) => a.card?.last4 ?? null],
    card_expiry: ['text', (a) => a.card?.expiry ?? null],
    vault_ref: ['text', (a) => a.vaultRef],
    challenge: ['text', (a) => a.challenge && JSON.stringify(a.challenge)],
    doubt: ['text', (a) => a.doubt],
    sent_at: ['bigint', (a) => a.sentAt],
    inquiries: ['int', (a) => a.inquiries],
    not_found: ['int', (a) => a.notFound],
    due_at: ['bigint', (a) => a.dueAt],
  },
  ending: `on conflict (merchant_id, payment_id, operation, ordinal) do update set lease_until = 0,
    ${overwrite('state', 'acquirer_reference', 'acquirer_time', 'response_code', 'response_text', 'approval_code')},
    ${overwrite('network_reference', 'vault_ref', 'challenge', 'doubt', 'sent_at', 'inquiries', 'not_found', 'due_at')}`,
});
