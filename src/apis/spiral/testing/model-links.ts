import type { Id } from '../../../core/model.ts';
import type { OpenGateway } from '../../../gateway/create.ts';
import { createLinks, type OpenLinks } from '../../../gateway/links.ts';
import type { Directory, LinkRow, Links, NoticeVoice } from '../../../gateway/ports.ts';
import { silentLog } from '../../../kit/log.ts';
import type { ModelGateway } from './model-gateway.ts';

/** Links in memory. Their gates are the model gateway's. */
class LinkList implements Links {
  readonly #rows = new Map<Id, LinkRow & { readonly tokenHash: string; readonly dueAt: number }>();
  readonly #gates: Map<Id, number>;

  constructor(gates: Map<Id, number>) {
    this.#gates = gates;
  }

  #all() {
    return [...this.#rows.values()].map((row) => ({ ...row, attemptCount: this.#gates.get(row.link.id)! - 1 }));
  }

  async tell() {}

  async add([{ link, tokenHash }]: Parameters<Links['add']>[0]) {
    if (await this.find({ shop: { id: link.shopId }, reference: link.reference })) return false;
    this.#gates.set(link.id, 1);
    this.#rows.set(link.id, {
      link,
      attemptCount: 0,
      ended: null,
      changedAt: link.createdAt,
      number: 1,
      isMailed: false,
      tokenHash,
      dueAt: link.expiresAt,
    });
    return true;
  }

  async find({ shop, reference }: { shop: { id: Id }; reference: string }) {
    return this.#all().find(({ link }) => link.shopId === shop.id && link.reference === reference);
  }

  async findAll({ id }: { id: Id }, references: readonly string[]) {
    return this.#all().filter(({ link }) => link.shopId === id && references.includes(link.reference));
  }

  async findByToken(hash: string) {
    return this.#all().find(({ tokenHash }) => tokenHash === hash);
  }

  async end({ link, attemptCount }: LinkRow, ended: NonNullable<LinkRow['ended']>) {
    const row = this.#rows.get(link.id)!;
    if (row.ended !== null || this.#gates.get(link.id) !== attemptCount + 1) return false;
    this.#rows.set(link.id, { ...row, ended });
    return true;
  }

  async newNumbers() {
    return [1];
  }

  async renew() {
    return false;
  }

  async findByNumber() {
    return undefined;
  }

  async amend() {
    return false;
  }

  async list() {
    return this.#all();
  }

  async lease({ dueBefore }: { dueBefore: number }) {
    return this.#all().filter(({ ended, dueAt }) => ended === null && dueAt <= dueBefore);
  }
}

/** The gateway's own rules for links, over a model of the gateway and of the store. */
export const modelLinks = (
  gateway: ModelGateway,
  directory: Directory,
  voices: ReadonlyMap<string, NoticeVoice>,
): OpenLinks => {
  const list = new LinkList(gateway.gates);
  const { clock } = gateway;
  const surroundings = { clock, newId: () => gateway.newId(), log: silentLog };
  const open = { gateway, parts: { surroundings, directory, voices, onNotice: () => {} } } as unknown as OpenGateway;
  return createLinks(open, list, { leaseLinks: (due) => list.lease(due) });
};
