import type { Brand } from '../../core/cards.ts';
import type { StoredCard } from '../../core/model.ts';
import type { Sql } from '../../kit/postgres.ts';

interface Row {
  readonly token: string;
  readonly vault_ref: string;
  readonly card_brand: Brand;
  readonly card_first6: string;
  readonly card_last4: string;
  readonly card_expiry: string;
  readonly network_reference: string | null;
}

const text = (column: 'token' | 'vault_ref') => `
select token, vault_ref, card_brand, card_first6, card_last4, card_expiry, network_reference
from tollgate.stored_cards where owner = $1 and ${column} = $2`;

const byToken = text('token');
const byVaultRef = text('vault_ref');

export const storedCard = async (
  sql: Sql,
  owner: number,
  by: { token: string } | { vaultRef: string },
): Promise<StoredCard | undefined> => {
  const [row] =
    'token' in by
      ? await sql.unsafe<Row[]>(byToken, [owner, by.token], { prepare: true })
      : await sql.unsafe<Row[]>(byVaultRef, [owner, by.vaultRef], { prepare: true });
  return (
    row && {
      token: row.token,
      vaultRef: row.vault_ref,
      face: { brand: row.card_brand, first6: row.card_first6, last4: row.card_last4, expiry: row.card_expiry },
      networkReference: row.network_reference,
    }
  );
};
