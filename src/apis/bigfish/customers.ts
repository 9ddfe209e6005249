import { maskNumbers } from '../../core/cards.ts';
import type { Shop } from '../../gateway/ports.ts';

/** Whose a stored card is: a user is known to one store alone. */
export const customerOf = (shop: Pick<Shop, 'id'>, userId: string): string => `${shop.id} ${maskNumbers(userId)}`;
