import type { StoredCard } from '../../../core/model.ts';
import { insertSheet, overwrite } from '../sheet.ts';

/**
 * The same number at the same shop is the same token: a card seen again brings its present expiry. Sorted, because
 * two batches that store the same cards would otherwise wait for each other.
 */
export const storedCards = insertSheet<StoredCard>({
  name: 'stored_cards',
  rows: (step) => (step.storedCard ? [step.storedCard] : []),
  columns: {
    owner: 's.m',
    token: ['text', (card) => card.token],
    shop_id: ['uuid', (card) => card.shopId],
    vault_ref: ['text', (card) => card.vaultRef],
    card_brand: ['text', (card) => card.face.brand],
    card_first6: ['text', (card) => card.face.first6],
    card_last4: ['text', (card) => card.face.last4],
    card_expiry: ['text', (card) => card.face.expiry],
    network_reference: ['text', (card) => card.networkReference],
    customer: ['text', (card) => card.customer],
    stored_at: ['bigint', (_, __, step) => step.now],
  },
  ending: `order by s.m, t.token on conflict (owner, token) do update set ${overwrite('card_expiry')},
    network_reference = coalesce(excluded.network_reference, x.network_reference)`,
});
