import type { CardFace, StoredCard } from '../core/model.ts';
import { wireId } from '../kit/ids.ts';
import type { Secret } from '../kit/secret.ts';
import type { OpenGateway } from './create.ts';
import type { CardPlace, Cards } from './ports/cards.ts';
import type { CardDetails, Shop } from './ports.ts';

/** A number that was only looked up, or whose card was not kept after all, is forgotten after so long. */
const lookUpMs = 60_000;

/** The door for cards that are kept without a payment. `owner`: number of a merchant, or of the partner it is under. */
export interface CardGateway {
  /** The card of that place with this number; the same one each time it is asked for. */
  like(owner: number, number: Secret, place: CardPlace): Promise<StoredCard | undefined>;
  /**
   * Keeps a card as it was typed, without asking anybody about it. The same number at the same place keeps its token, and brings
   * its present expiry.
   */
  keep(owner: number, card: { details: CardDetails; face: CardFace }, place: CardPlace): Promise<StoredCard>;
  /** `forgotten`: there was one of that name. */
  find(owner: number, token: string): Promise<StoredCard | 'forgotten' | undefined>;
  /** Cards that can be charged at a shop, of one customer or (null) of all, in the order in which they were stored. */
  list(owner: number, shop: Pick<Shop, 'id'> | null, customer: string | null): Promise<StoredCard[]>;
}

export const createCards = ({ parts }: Pick<OpenGateway, 'parts'>, cards: Cards): CardGateway => {
  const { surroundings, payments, vault } = parts;
  const { clock, newId } = surroundings;
  const sealed = (owner: number, number: Secret) => vault.seal(owner, number, clock.now() + lookUpMs);

  return {
    like: async (owner, number, place) => cards.like(owner, await sealed(owner, number), place),

    async keep(owner, { details, face }, place) {
      const vaultRef = await sealed(owner, details.number);
      const token = wireId(newId(owner));
      if (!(await vault.keep(owner, vaultRef))) throw new Error('a number was purged while its card was kept');
      return cards.keep(owner, { ...place, token, vaultRef, face, networkReference: null }, clock.now());
    },

    async find(owner, token) {
      const card = await payments.storedCard(owner, { token });
      if (card) return card;
      return (await cards.wasForgotten(owner, token)) ? 'forgotten' : undefined;
    },

    list: (owner, shop, customer) => cards.list(owner, shop?.id ?? null, customer),
  };
};
