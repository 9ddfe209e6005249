import type { Brand } from '../../core/cards.ts';
import type { Id, StoredCard } from '../../core/model.ts';
import type { Sql } from '../../kit/postgres.ts';

interface Row {
  readonly token: string;
  readonly shop_id: Id | null;
  readonly vault_ref: string;
  readonly card_brand: Brand;
  readonly card_first6: string;
  readonly card_last4: string;
  readonly card_expiry: string;
  readonly network_reference: string | null;
  readonly customer: string | null;
}

const text = (condition: string) => `
select token, shop_id, vault_ref, card_brand, card_first6, card_last4, card_expiry, network_reference, customer
from tollgate.stored_cards where owner = $1 and ${condition}`;

const byVaultRef = text('vault_ref = $2 limit 1');
const byVaultRefAtShop = text('vault_ref = $2 and shop_id is not distinct from $3 limit 1');

/** A stored card by where the vault keeps its number, at a shop if one is named (null: at all). */
export const storedCard = async (
  sql: Sql,
  owner: number,
  by: { vaultRef: string; shopId?: Id | null },
): Promise<StoredCard | undefined> => {
  const find = (statement: string, values: (string | number | null)[]) =>
    sql.unsafe<Row[]>(statement, [owner, ...values], { prepare: true });
  const [row] =
    by.shopId === undefined
      ? await find(byVaultRef, [by.vaultRef])
      : await find(byVaultRefAtShop, [by.vaultRef, by.shopId]);
  return (
    row && {
      token: row.token,
      shopId: row.shop_id,
      vaultRef: row.vault_ref,
      face: { brand: row.card_brand, first6: row.card_first6, last4: row.card_last4, expiry: row.card_expiry },
      networkReference: row.network_reference,
      customer: row.customer,
    }
  );
};
