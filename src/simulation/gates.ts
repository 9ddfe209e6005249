import type { Id } from '../core/model.ts';
import type { GateMove } from '../gateway/ports.ts';

/** A row that payments pass one at a time. */
export interface Gate {
  readonly version: number;
  readonly state: 'open' | 'closed';
}

/** Whether a gate lets through what was decided on when it had that version. */
export const isOpenAt = (gates: ReadonlyMap<Id, Gate>, { id, read }: GateMove): boolean => {
  const gate = gates.get(id);
  return gate?.state === 'open' && gate.version === read;
};
