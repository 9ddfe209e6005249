import type { View } from '../../core/model.ts';
import { type OperationState, operationStates } from '../../core/states.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';

const states = Object.keys(operationStates) as OperationState[];
const pageLength = 200;

/** A member's payments that were made from one moment up to another (both ms, the second one not included), the oldest first. */
export async function* paymentsBetween(
  { gateway }: Pick<ApiParts, 'gateway'>,
  shop: Shop,
  from: number,
  to: number,
): AsyncGenerator<View> {
  const stretch = {
    states,
    fromSecond: Math.ceil(from / 1_000),
    toSecond: Math.ceil(to / 1_000) - 1,
    limit: pageLength,
  };
  let after: { readonly second: number; readonly reference: string } | null = null;
  for (;;) {
    const { entries, hasMore } = await gateway.list(shop, { ...stretch, after });
    for (const { view, operation } of entries) if (operation.ordinal === 1) yield view;
    const last = entries.at(-1)?.operation;
    if (!hasMore || !last) return;
    after = { second: Math.floor(last.requestedAt / 1_000), reference: last.reference! };
  }
}
