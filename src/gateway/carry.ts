import type { Departure, Telling } from '../core/change.ts';
import type { Command } from '../core/commands.ts';
import { decide } from '../core/decide.ts';
import type { Claim, Id, Notice, View } from '../core/model.ts';
import type { Refusal } from '../core/reasons.ts';
import type { Passage } from './limits.ts';
import type { GatewayParts } from './parts.ts';
import type { GateMove, NoticeText, Shop, Step } from './ports.ts';

/** A departure, and the elapsed time by which its first byte must be out: that of its decision, and the acquirer's. */
export interface Leaving extends Departure {
  readonly leavesBy: number;
}

/** Where a command's journey through gather, decide and record ended. */
export type Carried =
  | { readonly kind: 'written'; readonly view: View; readonly departure: Leaving | null }
  /** It is so already. */
  | { readonly kind: 'settled'; readonly view: View }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly view: View | null; readonly claim?: Claim };

const staleMax = 5;
const pauseMinMs = 20;
const pauseMaxMs = 2_000;
const outcomePatienceMs = 30_000;

/** Turns what has to be told into notices, cut in the commit they tell of. */
const cutNotices = async (
  { voices }: GatewayParts,
  shop: Shop,
  view: View,
  tellings: readonly Telling[],
  now: number,
): Promise<readonly Notice[]> => {
  const voice = voices.get(shop.api);
  if (!voice) return [];
  const told: (NoticeText & { readonly operation: number })[] = [];
  for (const telling of tellings) {
    if (telling.isOpen && !voice.tellsOpen) continue;
    const texts = (await voice.compose(shop, view, telling)) ?? [];
    told.push(...[texts].flat().map((text) => ({ operation: telling.operation, ...text })));
  }
  return told.map((notice, index) => ({ ...notice, seq: view.payment.noticeCount + index + 1, dueAt: now }));
};

/** One pass of decide and record over a view. Anything but an end means: gather and try again. */
export const attempt = async (
  parts: GatewayParts,
  shop: Shop,
  view: View | null,
  command: Command,
  gates: readonly GateMove[] = [],
  uses: Passage['uses'] = [],
): Promise<Carried | 'stale' | 'taken' | 'full'> => {
  const { clock, elapsed } = parts.surroundings;
  const now = clock.now();
  const leavesBy = elapsed() + parts.acquirerTimeoutMs;
  const decision = decide(view, command, now);
  if (decision.kind === 'refused') return { kind: 'refused', refusal: decision.refusal, view };
  if (decision.kind === 'settled') return { kind: 'settled', view: view! };
  const { tellings } = decision;
  const notices = tellings.length > 0 ? await cutNotices(parts, shop, decision.next, tellings, now) : [];
  const payment = { ...decision.change.payment, noticeCount: decision.change.payment.noticeCount + notices.length };
  const step: Step = { ...decision.change, payment, gates, notices, ...(uses.length > 0 && { uses }) };
  const verdict = await parts.payments.record(step);
  if (verdict !== 'written') return verdict;
  if (notices.length > 0) parts.onNotice();
  for (const { operation, isOpen } of decision.tellings) {
    if (isOpen) continue;
    const { kind, state } = decision.next.operations[operation - 1]!;
    parts.onEnd({ api: shop.api, kind, state });
  }
  const departure = decision.departure && { ...decision.departure, leavesBy };
  return { kind: 'written', view: { ...decision.next, payment }, departure };
};

/** A command that makes a payment: nothing to gather, and its id is new, so only its claims and gates can be in the way. */
export const carryNew = async (
  parts: GatewayParts,
  shop: Shop,
  command: Command & { readonly claims: readonly Claim[] },
  gates: readonly GateMove[] = [],
  uses: Passage['uses'] = [],
): Promise<Carried> => {
  const end = await attempt(parts, shop, null, command, gates, uses);
  if (typeof end !== 'string') return end;
  if (end === 'taken') return duplicate(null, command);
  return { kind: 'refused', refusal: { reason: 'busy' }, view: null };
};

const duplicate = (view: View | null, command: { readonly claims: readonly Claim[] }): Carried => ({
  kind: 'refused',
  refusal: { reason: 'duplicate_reference' },
  view,
  claim: command.claims[0]!,
});

/** The payment as it stands. Throws where there is none. */
export const gather = async ({ payments }: GatewayParts, shop: Shop, paymentId: Id): Promise<View> => {
  const view = await payments.find(shop.merchantId, paymentId);
  if (!view) throw new Error(`payment ${paymentId} is gone`);
  return view;
};

/** A command about a payment that exists: gathered and decided anew while others move the payment on. */
export const carry = async (
  parts: GatewayParts,
  shop: Shop,
  paymentId: Id,
  command: Command,
  known?: View,
  passage: Passage | null = null,
): Promise<Carried> => {
  let view = known ?? (await gather(parts, shop, paymentId));
  const claims = 'claims' in command ? command.claims : undefined;
  for (let tries = 1; ; tries++) {
    const end = await attempt(parts, shop, view, command, passage?.gates, passage?.uses);
    if (typeof end !== 'string') return end;
    if (end === 'taken' && claims) return duplicate(view, { claims });
    // What had a passage finds another one first.
    if (end === 'full' || passage || tries === staleMax) return { kind: 'refused', refusal: { reason: 'busy' }, view };
    view = await gather(parts, shop, paymentId);
  }
};

/**
 * Evidence goes in however often others get there first. `command` is made anew each time, since what it wants to keep
 * may meanwhile be kept. Gives up only when the database stays away; the attempt is then due and a worker asks again.
 */
export const carryOutcome = async (
  parts: GatewayParts,
  shop: Shop,
  known: View,
  command: () => Promise<Command>,
): Promise<Carried> => {
  const { elapsed, after, log } = parts.surroundings;
  const endAt = elapsed() + outcomePatienceMs;
  const paymentId = known.payment.id;
  let view: View | null = known;
  for (let pauseMs = pauseMinMs; ; pauseMs = Math.min(pauseMs * 2, pauseMaxMs)) {
    try {
      view ??= await gather(parts, shop, paymentId);
      const end = await attempt(parts, shop, view, await command());
      if (typeof end !== 'string') return end;
      if (end === 'stale' || end === 'taken') {
        view = null;
        continue;
      }
    } catch (error) {
      if (elapsed() >= endAt) throw error;
      const { name, code } = error as { name: string; code?: string };
      log.warn({ paymentId, error: name, code }, 'an outcome could not be written yet');
      view = null;
    }
    await new Promise<void>((resolve) => after(pauseMs, resolve));
  }
};
