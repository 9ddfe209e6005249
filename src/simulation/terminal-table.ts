import type { BatchCount } from '../core/batch.ts';
import type { Id, View } from '../core/model.ts';
import type { Batch, Settlement, Terminal } from '../gateway/ports/terminals.ts';
import { referenceScope } from '../gateway/ports.ts';
import { isOpenAt } from './gates.ts';
import { keyOf, type Store } from './store.ts';

type KeptBatch = Omit<Batch, 'version' | 'state'>;

/** Terminals, their batches and the settlements of those, as the database keeps them. */
export class TerminalTable {
  readonly settlements: Settlement[] = [];
  readonly cleared: BatchCount['postings'][number][] = [];
  readonly #terminals = new Map<string, Terminal>();
  readonly #batches = new Map<string, KeptBatch>();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  add(terminal: Terminal): void {
    this.#terminals.set(`${terminal.shopId} ${terminal.account} ${terminal.number}`, terminal);
  }

  find(shopId: Id, account: string, number: string): Terminal | undefined {
    return this.#terminals.get(`${shopId} ${account} ${number}`);
  }

  batch(terminal: Terminal, { method, number }: { method: string; number: string }, id: Id, now: number): Batch {
    const key = `${terminal.id} ${method} ${number}`;
    const { gates } = this.#store;
    let kept = this.#batches.get(key);
    if (!kept) {
      kept = { merchantId: terminal.merchantId, id, terminalId: terminal.id, method, number, openedAt: now };
      this.#batches.set(key, kept);
      gates.set(id, { version: 1, state: 'open' });
    }
    return { ...kept, ...gates.get(kept.id)! };
  }

  paymentsOf({ id }: Batch): View[] {
    return [...this.#store.rows.values()].flatMap(({ view }) => (view.operations[0]!.gateId === id ? [view] : []));
  }

  settle(settlement: Settlement, batch: Batch | null, postings: BatchCount['postings']): 'written' | 'taken' | 'stale' {
    const { gates, claims } = this.#store;
    const { merchantId, id, shopId, reference, result } = settlement;
    if (batch && gates.get(batch.id)!.version !== batch.version) return 'stale';
    if (batch && result === 'closed' && !isOpenAt(gates, { id: batch.id, read: batch.version })) return 'stale';
    const key = keyOf(merchantId, { scope: referenceScope(shopId), value: reference });
    if (claims.has(key)) return 'taken';
    claims.set(key, { paymentId: id, command: id });
    if (batch && result === 'closed') gates.set(batch.id, { version: batch.version, state: 'closed' });
    this.settlements.push(settlement);
    this.cleared.push(...postings);
    return 'written';
  }

  findSettlement(shopId: Id, reference: string): Settlement | undefined {
    return this.settlements.find((one) => one.shopId === shopId && one.reference === reference);
  }
}
