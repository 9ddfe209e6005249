import type { Id } from '../core/model.ts';
import { type Agenda, type Link, type LinkRow, linkScope } from '../gateway/ports.ts';
import { type Gate, isOpenAt } from './gates.ts';

interface Kept {
  readonly link: Link;
  ended: LinkRow['ended'];
  /** When a worker looks at it. */
  dueAt: number;
}

/** Payment links, as the database keeps them. */
export class LinkTable {
  readonly rows = new Map<Id, Kept>();
  readonly #gates: Map<Id, Gate>;
  readonly #claims: Map<string, { readonly paymentId: Id; readonly command: Id }>;

  constructor(gates: Map<Id, Gate>, claims: Map<string, { readonly paymentId: Id; readonly command: Id }>) {
    this.#gates = gates;
    this.#claims = claims;
  }

  #row({ link, ended }: Kept): LinkRow {
    return {
      link,
      ended,
      changedAt: link.createdAt,
      attemptCount: this.#gates.get(link.id)!.version - 1,
      number: 0,
      isMailed: false,
    };
  }

  add(link: Link): boolean {
    const key = `${link.merchantId} ${linkScope(link.shopId)} ${link.reference}`;
    if (this.#claims.has(key)) return false;
    this.#claims.set(key, { paymentId: link.id, command: link.id });
    this.#gates.set(link.id, { version: 1, state: 'open' });
    this.rows.set(link.id, { link, ended: null, dueAt: link.expiresAt });
    return true;
  }

  find(merchantId: number, shopId: Id, reference: string): LinkRow | undefined {
    const held = this.#claims.get(`${merchantId} ${linkScope(shopId)} ${reference}`);
    const kept = held && this.rows.get(held.paymentId);
    return kept && this.#row(kept);
  }

  end({ link: { id }, attemptCount }: LinkRow, end: NonNullable<LinkRow['ended']>): boolean {
    const move = { id, read: attemptCount + 1 };
    if (!isOpenAt(this.#gates, move)) return false;
    this.#gates.set(id, { version: move.read, state: 'closed' });
    this.rows.get(id)!.ended = end;
    return true;
  }

  lease({ dueBefore, dueNext, limit }: Parameters<Agenda['leaseLinks']>[0]): LinkRow[] {
    const due = [...this.rows.values()]
      .filter(({ ended, dueAt }) => ended === null && dueAt <= dueBefore)
      .slice(0, limit);
    for (const kept of due) kept.dueAt = dueNext;
    return due.map((kept) => this.#row(kept));
  }

  /** When the next link can be looked at; Infinity when none is open. */
  nextAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { ended, dueAt } of this.rows.values()) if (ended === null) next = Math.min(next, dueAt);
    return next;
  }
}
