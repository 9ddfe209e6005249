import type { Brand } from '../../core/cards.ts';
import type { Id, Instant, StoredCard } from '../../core/model.ts';
import type { CardPlace } from '../../gateway/ports/cards.ts';
import { type Sql, transaction } from '../../kit/postgres.ts';

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

const columns = `token, shop_id, vault_ref, card_brand, card_first6, card_last4, card_expiry, network_reference, customer`;

const cardOf = (row: Row): StoredCard => ({
  token: row.token,
  shopId: row.shop_id,
  vaultRef: row.vault_ref,
  face: { brand: row.card_brand, first6: row.card_first6, last4: row.card_last4, expiry: row.card_expiry },
  networkReference: row.network_reference,
  customer: row.customer,
});

const like = `
select ${columns} from tollgate.stored_cards where owner = $1 and vault_ref = $2
  and shop_id is not distinct from $3 and customer is not distinct from $4 order by stored_at, token limit 1`;

/** The first card of that place whose number the vault keeps there. */
export const cardLike = async (
  sql: Sql,
  owner: number,
  vaultRef: string,
  { shopId, customer }: CardPlace,
): Promise<StoredCard | undefined> =>
  (await sql.unsafe<Row[]>(like, [owner, vaultRef, shopId, customer], { prepare: true })).map(cardOf)[0];

/** Those who keep the same number at once go one after the other, so that the second finds what the first has kept. */
const queue = 'select pg_advisory_xact_lock(hashtextextended($1, 36))';

const add = `
insert into tollgate.stored_cards (owner, ${columns}, stored_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;

const renew = 'update tollgate.stored_cards set card_expiry = $3 where owner = $1 and token = $2';

/** Keeps a card under its token; where its place has the number already, that one gets the present expiry. Answers what stands. */
export const keepCard = (sql: Sql, owner: number, card: StoredCard, now: Instant): Promise<StoredCard> =>
  transaction(sql, async (tx) => {
    const { token, shopId, vaultRef, face, networkReference, customer } = card;
    const { brand, first6, last4, expiry } = face;
    await tx.unsafe(queue, [`${owner}/${vaultRef}`]);
    const [known] = (await tx.unsafe<Row[]>(like, [owner, vaultRef, shopId, customer])).map(cardOf);
    if (known) {
      await tx.unsafe(renew, [owner, known.token, expiry]);
      return { ...known, face: { ...known.face, expiry } };
    }
    const values = [owner, token, shopId, vaultRef, brand, first6, last4, expiry, networkReference, customer, now];
    await tx.unsafe(add, values);
    return card;
  });

/** `$3` null: of all customers. One that is kept at no shop can be charged at all. */
const list = `
select ${columns} from tollgate.stored_cards where owner = $1 and (shop_id is null or shop_id = $2)
  and ($3::text is null or customer = $3) order by stored_at, token`;

export const listCards = async (
  sql: Sql,
  owner: number,
  shopId: Id | null,
  customer: string | null,
): Promise<StoredCard[]> => {
  // No PostgreSQL text can hold a NUL character, so nothing goes by such a name.
  if (customer?.includes('\0')) return [];
  return (await sql.unsafe<Row[]>(list, [owner, shopId, customer], { prepare: true })).map(cardOf);
};

const forgotten = 'select from tollgate.forgotten_cards where owner = $1 and token = $2';

export const wasForgotten = async (sql: Sql, owner: number, token: string): Promise<boolean> =>
  !token.includes('\0') && (await sql.unsafe(forgotten, [owner, token], { prepare: true })).count === 1;
