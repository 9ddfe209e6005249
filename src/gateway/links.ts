import type { Id, View } from '../core/model.ts';
import type { Refusal } from '../core/reasons.ts';
import { isOperationFinal } from '../core/states.ts';
import type { OpenGateway } from './create.ts';
import type { OpenRequest } from './gateway.ts';
import { type LinkRequest, type LinkWish, putOnRecord } from './new-links.ts';
import {
  type Agenda,
  attemptClaim,
  type Link,
  type LinkRow,
  type Links,
  type NoticeText,
  type Renewal,
  type Shop,
} from './ports.ts';

/** A link as it stands; what fell due meanwhile is applied. */
export interface LinkView {
  readonly link: Link;
  readonly attemptCount: number;
  /** When it was made, changed by its merchant, begun to be paid, or came to its end; the last of these. */
  readonly changedAt: number;
  /**
   * `expired`: its time is over and nobody is paying. While somebody is, it stays open. `cancelled`: its merchant took it back; who was
   * paying may still finish, and then it is approved. One that takes many is never approved.
   */
  readonly state: 'open' | 'approved' | 'expired' | 'cancelled';
  /** The newest attempt; null before the first. */
  readonly attempt: View | null;
  /**
   * What beginning another attempt would do to the newest one. `free`: there is none, or it ended unpaid. `waiting`: its
   * payer has sent nothing, so it is withdrawn. `code`: a wallet's code is shown under which nothing has come, so the
   * acquirer is asked to close it. `busy`: money may be moving, so none begins.
   */
  readonly turn: 'free' | 'waiting' | 'code' | 'busy';
  /** See LinkRow. */
  readonly number: number;
  readonly isMailed: boolean;
  /** Whether another attempt may begin, unless the newest one prevents it: not after the end, nor after the last number. */
  readonly takesAnother: boolean;
}

/** How the wish to pay ended. `begun` and `busy` name the attempt that is open now. */
export type LinkStart =
  | { readonly kind: 'begun' | 'busy'; readonly attempt: View }
  /** The link is paid or over, or has used up its attempts: it shows so itself. */
  | { readonly kind: 'settled' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** The door for payment links. */
export interface LinkGateway {
  /** Undefined when the shop had a link of that reference before. `tokenHashOf`: hex of the SHA-256 of its token. */
  create(shop: Shop, request: LinkRequest, tokenHashOf: (id: Id) => string): Promise<LinkView | undefined>;
  /** Links that belong together, all of them or none. Undefined when the shop had a link of the first one's reference before. */
  createTogether(shop: Shop, wishes: readonly [LinkWish, ...LinkWish[]]): Promise<LinkView[] | undefined>;
  newNumbers(count: number): Promise<number[]>;
  /** Owes a notice that tells of a link. */
  tell(link: Link, notice: NoticeText): Promise<void>;
  find(shop: Shop, reference: string): Promise<LinkView | undefined>;
  /** Those that there are of these references, in no order. */
  findAll(shop: Shop, references: readonly string[]): Promise<LinkView[]>;
  findByToken(tokenHash: string): Promise<{ readonly shop: Shop; readonly view: LinkView } | undefined>;
  /**
   * A payer wants to pay. `requestOf` says how attempt number `n` is to be opened. Refusals: `busy`, and as of `open`.
   */
  start(shop: Shop, reference: string, requestOf: (link: Link, n: number) => OpenRequest): Promise<LinkStart>;
  /** The attempts begun so far, the oldest first; of very many the newest. */
  attempts(shop: Shop, view: LinkView): Promise<View[]>;
  /** A merchant takes a link back. False when it was paid or has ended. */
  cancel(shop: Shop, reference: string): Promise<boolean>;
  /** A merchant wants another address for it, in place of the old one. Undefined once it was paid or has ended. */
  renew(shop: Shop, reference: string, renewalOf: (link: Link) => Renewal): Promise<LinkView | undefined>;
  /** A shop's link by its number. */
  findByNumber(shop: Shop, number: number): Promise<LinkView | undefined>;
  /** A shop's links, newest first; `like`: of references that match this pattern of SQL. */
  list(shop: Shop, limit: number, like?: string, skip?: number): Promise<LinkView[]>;
  /** A merchant changes the amount. False once somebody is paying, or it has ended. */
  amend(shop: Shop, reference: string, amountMinor: bigint): Promise<boolean>;
}

export interface OpenLinks {
  readonly gateway: LinkGateway;
  /** Ends the links whose time is over and tells their merchants. Answers how many were looked at. */
  tick(): Promise<number>;
}

/** References of attempts have two digits, but where many may pay. */
const attemptCountMax = 99;
const toldCountMax = 100;
const triesMax = 8;
const leaseLimit = 32;
/** How soon a link that is over is looked at again while its last attempt is open, ms. */
const lookAgainMs = 5_000;

const turnOf = (attempt: View | null): LinkView['turn'] => {
  const operation = attempt?.operations[0];
  if (!attempt || !operation || isOperationFinal(operation.state)) return 'free';
  if (operation.state === 'waiting') return 'waiting';
  const challenge = attempt.attempts.findLast((a) => a.operation === 1)?.challenge;
  const isShown = operation.state === 'challenged' && challenge?.kind === 'qr' && challenge.closing === null;
  return isShown && attempt.payment.capturedMinor === 0n ? 'code' : 'busy';
};

/**
 * Payment links. An attempt is a payment like any other, but for the gate it passes: the link's, at the version that was
 * read. It is opened only once the attempt before has ended unpaid, and an end is for good, so two attempts are never
 * open at once, however many payers and processes try.
 */
export const createLinks = (
  { gateway, parts, acts }: Pick<OpenGateway, 'gateway' | 'parts' | 'acts'>,
  links: Links,
  agenda: Pick<Agenda, 'leaseLinks'>,
): OpenLinks => {
  const { surroundings, directory, voices } = parts;
  const { clock, log } = surroundings;

  const viewOf = async (shop: Shop, row: LinkRow): Promise<LinkView> => {
    const { link, attemptCount, ended, changedAt, number, isMailed } = row;
    const newest = attemptCount > 0 ? await gateway.findByClaim(shop, attemptClaim(link.id, attemptCount)) : undefined;
    const attempt = newest?.view ?? null;
    const turn = turnOf(attempt);
    const isPaid = attempt?.payment.state === 'approved' && !link.takesMany;
    const isOver = ended !== null || clock.now() >= link.expiresAt;
    const isAtRest = isOver && (turn === 'free' || link.takesMany);
    const over = ended === 'cancelled' ? 'cancelled' : isAtRest ? 'expired' : 'open';
    const state = isPaid ? 'approved' : over;
    const takesAnother = state === 'open' && !isOver && (link.takesMany || attemptCount < attemptCountMax);
    const paid = attempt && [attempt.payment.createdAt, attempt.operations[0]!.finishedAt ?? 0];
    return {
      link,
      attemptCount,
      changedAt: Math.max(changedAt, ...(paid ?? [])),
      state,
      attempt,
      turn,
      takesAnother,
      number,
      isMailed,
    };
  };

  /** Ends a link that was seen to be paid or over. False when another attempt has begun since, or it has ended already. */
  const end = async (shop: Shop, row: LinkRow, state: 'approved' | 'expired'): Promise<boolean> => {
    const body = state === 'expired' ? voices.get(shop.api)?.composeExpired?.(shop, row.link) : undefined;
    const isEnded = await links.end(row, state, body ?? null, clock.now());
    if (isEnded && body !== undefined) parts.onNotice();
    return isEnded;
  };

  /**
   * How a link stands. That its time is over is said once it is on record: until then an attempt that began just in time
   * could still pay it.
   */
  const standing = async (shop: Shop, known: LinkRow): Promise<LinkView> => {
    let row = known;
    for (let tries = 1; ; tries++) {
      const view = await viewOf(shop, row);
      if (view.state !== 'expired' || row.ended !== null || (await end(shop, row, 'expired'))) return view;
      if (tries === triesMax) throw new Error(`link ${row.link.id} does not come to rest`);
      row = (await links.find({ shop, reference: row.link.reference }))!;
    }
  };

  const find = async (shop: Shop, reference: string): Promise<LinkView | undefined> => {
    const row = await links.find({ shop, reference });
    return row && standing(shop, row);
  };

  const findAll = async (shop: Shop, references: readonly string[]): Promise<LinkView[]> =>
    Promise.all((await links.findAll(shop, references)).map((row) => standing(shop, row)));

  const createTogether: LinkGateway['createTogether'] = async (shop, wishes) => {
    if (!(await putOnRecord(parts, links, shop, wishes))) return undefined;
    const references = wishes.map(({ request }) => request.reference);
    const views = new Map((await findAll(shop, references)).map((view) => [view.link.reference, view]));
    return references.map((reference) => views.get(reference)!);
  };

  /** Makes room for another attempt, if it can; answers how this one stands then. */
  const clear = async (shop: Shop, { payment: { id } }: View, turn: 'waiting' | 'code'): Promise<View> => {
    if (turn === 'waiting') return (await gateway.withdraw(shop, id)).view;
    const { view } = await gateway.cancel(shop, id);
    const code = view.attempts.findLast((a) => a.operation === 1)!;
    // A worker would have it closed a moment later; the payer is waiting.
    return code.dueAt === null ? view : acts.lookAfter(shop, view, code);
  };

  const start: LinkGateway['start'] = async (shop, reference, requestOf) => {
    for (let tries = 1; tries <= triesMax; tries++) {
      const { link, attempt, turn, takesAnother, attemptCount } = (await find(shop, reference))!;
      if (!takesAnother) return attempt && turn !== 'free' ? { kind: 'busy', attempt } : { kind: 'settled' };
      if (attempt && turn !== 'free' && !link.takesMany) {
        if (turn === 'busy') return { kind: 'busy', attempt };
        const left = await clear(shop, attempt, turn);
        if (turnOf(left) === 'busy') return { kind: 'busy', attempt: left };
        // It was paid just now: reading the link again tells.
        if (turnOf(left) !== 'free' || left.payment.state === 'approved') continue;
      }
      const request = requestOf(link, attemptCount + 1);
      const result = await gateway.open(shop, {
        ...request,
        claims: [...request.claims, attemptClaim(link.id, attemptCount + 1)],
        gate: { id: link.id, read: attemptCount + 1 },
      });
      if (result.kind !== 'refused') return { kind: 'begun', attempt: result.view };
      const { reason } = result.refusal;
      if (reason !== 'busy' && reason !== 'duplicate_reference') return { kind: 'refused', refusal: result.refusal };
      // Another payer passed the gate first, or the link has ended: it is read again.
    }
    return { kind: 'refused', refusal: { reason: 'busy' } };
  };

  const attempts: LinkGateway['attempts'] = async (shop, { link, attemptCount }) => {
    const first = Math.max(1, attemptCount - toldCountMax + 1);
    const numbers = Array.from({ length: attemptCount - first + 1 }, (_, index) => first + index);
    const held = await Promise.all(numbers.map((n) => gateway.findByClaim(shop, attemptClaim(link.id, n))));
    return held.flatMap((one) => (one ? [one.view] : []));
  };

  /** Changes a link that is open; anew while payers begin meanwhile. */
  const change = async (
    shop: Shop,
    reference: string,
    may: (view: LinkView) => Promise<boolean> | boolean,
    write: (row: LinkRow) => Promise<boolean>,
  ): Promise<boolean> => {
    for (let tries = 1; tries <= triesMax; tries++) {
      const row = await links.find({ shop, reference });
      const view = row && (await standing(shop, row));
      if (view?.state !== 'open' || row!.ended !== null || !(await may(view))) return false;
      if (await write(row!)) return true;
    }
    return false;
  };

  const isUnpaid = async (shop: Shop, view: LinkView): Promise<boolean> =>
    (await attempts(shop, view)).every(({ payment }) => payment.state !== 'approved');

  /** A link whose time is over: it ends once nobody is paying any more. */
  const lookAfter = async (row: LinkRow): Promise<void> => {
    const shop = await directory.shopById(row.link.shopId);
    const { state } = shop ? await standing(shop, row) : { state: 'open' };
    if (shop && state === 'approved') await end(shop, row, 'approved');
  };

  return {
    gateway: {
      async create(shop, request, tokenHashOf) {
        return (await createTogether(shop, [{ request, tokenHashOf }]))?.[0];
      },
      createTogether,
      newNumbers: (count) => links.newNumbers(count),
      async tell(link, notice) {
        await links.tell(link, notice, clock.now());
        parts.onNotice();
      },
      find,
      findAll,
      async findByToken(tokenHash) {
        const row = await links.findByToken(tokenHash);
        const shop = row && (await directory.shopById(row.link.shopId));
        return shop && { shop, view: await standing(shop, row) };
      },
      async findByNumber(shop, number) {
        const row = await links.findByNumber(number);
        return row?.link.shopId === shop.id ? standing(shop, row) : undefined;
      },
      async list(shop, limit, like, skip) {
        const rows = await links.list(shop.id, limit, like, skip);
        return Promise.all(rows.map((row) => standing(shop, row)));
      },
      async renew(shop, reference, renewalOf) {
        const isRenewed = await change(
          shop,
          reference,
          (view) => isUnpaid(shop, view),
          (row) => links.renew(row, renewalOf(row.link), clock.now()),
        );
        if (!isRenewed) return undefined;
        parts.onNotice();
        return find(shop, reference);
      },
      start,
      attempts,
      cancel: (shop, reference) =>
        change(
          shop,
          reference,
          (view) => isUnpaid(shop, view),
          (row) => links.end(row, 'cancelled', null, clock.now()),
        ),
      amend: (shop, reference, amountMinor) =>
        change(
          shop,
          reference,
          async (view) => (view.link.takesMany || view.turn === 'free') && (await isUnpaid(shop, view)),
          (row) => links.amend(row, amountMinor, clock.now()),
        ),
    },
    async tick() {
      const now = clock.now();
      const due = await agenda.leaseLinks({ dueBefore: now, dueNext: now + lookAgainMs, limit: leaseLimit });
      await Promise.all(
        due.map((row) =>
          lookAfter(row).catch((error) =>
            log.error({ linkId: row.link.id, error: error.name }, 'a link was not ended'),
          ),
        ),
      );
      return due.length;
    },
  };
};
