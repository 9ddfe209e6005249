import { countBatch, noBatchTotals } from '../core/batch.ts';
import type { Id } from '../core/model.ts';
import { isOperationFinal } from '../core/states.ts';
import type { Result } from '../gateway/gateway.ts';
import { referenceScope, type Shop } from '../gateway/ports.ts';
import type { TerminalCharge } from '../gateway/terminals.ts';
import { Secret } from '../kit/secret.ts';
import { ask } from './ask.ts';
import type { World } from './world.ts';

/** More messages than any terminal sends about one sale. */
const triesMax = 12;

const face = { brand: 'visa', first6: '444000', last4: '0010', expiry: '2039-01' } as const;
const present = { entryMode: 'T', track2: new Secret('4440000009900010=3901'), pinBlock: null, emvTags: null };

type Answer = Result | 'silence';

/** What a terminal knows of a sale or refund that it made. */
interface Sold {
  readonly kind: 'sale' | 'payout';
  readonly trace: string;
  readonly amountMinor: bigint;
  state: 'approved' | 'declined' | 'unknown' | 'voided' | 'reversed';
}

const isApproved = (answer: Answer): boolean =>
  answer !== 'silence' && answer.kind === 'done' && answer.operation.state === 'approved';

/** Known to have come to nothing: declined, or refused before anything left. */
const isDeclined = (answer: Answer): boolean =>
  answer !== 'silence' && answer.kind === 'done' && ['declined', 'refused'].includes(answer.operation.state);

/** The terminal of a shop: one batch of sales and refunds, voids, reversals of what it heard no end of, and its settlement. */
export const counter = async (world: World, shop: Shop): Promise<void> => {
  const { chance, timeline, judge } = world;
  const batch = world.newName('BATCH');
  const speaker = { account: shop.routes[0]!.account, terminal: 'T1', method: 'VM', batch };
  const sold: Sold[] = [];

  const said = (trace: string, amountMinor: bigint, reference = world.newName('POS')) => {
    const claim = { scope: referenceScope(shop.id), value: reference };
    return { ...speaker, trace, amountMinor, currency: 'UZS', reference, requestHash: '', memo: '{}', claim };
  };

  /** Sends it until it is taken on; each time under a reference of its own, as the API asks. */
  const reverse = async (sale: Sold): Promise<void> => {
    for (let tries = 0; tries < triesMax; tries++) {
      const request = {
        ...said(sale.trace, sale.amountMinor),
        kind: 'reversal',
        paymentId: null,
        patienceMs: 0,
      } as const;
      const answer = await ask(world, (till) => till.terminals.undo(shop, request));
      const isTakenOn = answer !== 'silence' && answer.kind !== 'refused' && answer.operation.state !== 'refused';
      if (isTakenOn) {
        sale.state = 'reversed';
        return;
      }
      await timeline.pause(chance.between(500, 60_000));
    }
  };

  const sell = async (): Promise<void> => {
    const kind = chance.happens(0.2) ? 'payout' : 'sale';
    const trace = String(sold.length + 1);
    const sale: Sold = { kind, trace, amountMinor: BigInt(chance.between(1, 100_000)), state: 'unknown' };
    sold.push(sale);
    const more = { face, originId: null, present, patienceMs: 4_000 };
    const asked: TerminalCharge = { ...said(trace, sale.amountMinor), ...more, kind };
    // A hasty terminal reverses while the sale is still on its way.
    const early = chance.happens(0.3) ? timeline.pause(chance.between(0, 6_000)).then(() => reverse(sale)) : null;
    const answer = await ask(world, (till) => till.terminals.charge(shop, asked));
    await early;
    if (sale.state === 'reversed') return;
    if (isApproved(answer)) sale.state = 'approved';
    else if (isDeclined(answer)) sale.state = 'declined';
    else await reverse(sale);
  };

  const takeBack = async (sale: Sold): Promise<void> => {
    const asked = { ...said(sale.trace, sale.amountMinor), kind: 'void', paymentId: null, patienceMs: 4_000 } as const;
    const answer = await ask(world, (till) => till.terminals.undo(shop, asked));
    if (isApproved(answer)) sale.state = 'voided';
    else if (!isDeclined(answer)) sale.state = 'unknown';
  };

  /** By what the terminal knows, which is not all there is where an answer was lost. */
  const totals = () => {
    const sum = (kind: Sold['kind'], state: Sold['state']) => {
      const counted = sold.filter((one) => one.kind === kind && one.state === state);
      return { minor: counted.reduce((all, { amountMinor }) => all + amountMinor, 0n), count: counted.length };
    };
    const [sale, voided] = [sum('sale', 'approved'), sum('sale', 'voided')];
    const [refund, voidedRefund] = [sum('payout', 'approved'), sum('payout', 'voided')];
    return {
      ...{ saleMinor: sale.minor, saleCount: sale.count, voidedMinor: voided.minor, voidedCount: voided.count },
      ...{ refundMinor: refund.minor, refundCount: refund.count },
      ...{ voidedRefundMinor: voidedRefund.minor, voidedRefundCount: voidedRefund.count },
    };
  };

  const messages = chance.between(2, 6);
  for (let n = 0; n < messages; n++) {
    await timeline.pause(chance.between(100, 20_000));
    if (chance.happens(0.15)) await Promise.all([sell(), sell()]);
    else await sell();
    const approved = sold.filter(({ state }) => state === 'approved');
    if (approved.length > 0 && chance.happens(0.3)) {
      const sale = chance.pick(approved);
      await Promise.all(chance.happens(0.2) ? [takeBack(sale), takeBack(sale)] : [takeBack(sale)]);
    }
  }

  const settle = (closesAnyway: boolean) => {
    const reference = world.newName('SETTLE');
    const request = { ...speaker, totals: totals(), closesAnyway, reference, requestHash: '', memo: '{}' };
    return ask(world, (till) => till.terminals.settle(shop, request));
  };
  let isClosed = false;
  for (let tries = 1; tries <= triesMax && !isClosed; tries++) {
    // A last sale at the very moment of the settlement.
    const last = chance.happens(0.2) ? sell() : null;
    const settlement = await settle(tries > 4);
    await last;
    isClosed = typeof settlement === 'object' && ['closed', 'repeated'].includes(settlement.result);
    await timeline.pause(chance.between(500, 600_000));
  }
  world.counters.push({ shop, batch, sold });
  judge.need(sold.length > 0, () => 'a terminal sold nothing');
};

export interface CounterStory {
  readonly shop: Shop;
  readonly batch: string;
  readonly sold: readonly Sold[];
}

/** What terminals were told must have come true: what they took back moved nothing, and a batch closed over what it counted. */
export const faultsOfCounters = ({ store, counters, hosts }: World): string[] => {
  const faults: string[] = [];
  for (const { shop, batch, sold } of counters) {
    const terminal = store.terminals.find(shop.id, shop.routes[0]!.account, 'T1')!;
    const kept = store.terminals.batch(terminal, { method: 'VM', number: batch }, 'none', 0);
    const views = store.terminals.paymentsOf(kept);
    for (const { trace, state } of sold) {
      const held = store.findByClaim(shop.merchantId, { scope: `trace:${kept.id}`, value: trace });
      const first = held?.view.operations[0];
      const isLive = [...hosts.values()].some((host) =>
        held?.view.attempts.some((a) => a.operation === 1 && host.isLive(a.sentReference)),
      );
      const stands = first?.state === 'approved' && first.undoneBy === null;
      const isForAPerson = store.rows.get(held?.view.payment.id ?? '')?.cases.length !== 0;
      if ((state === 'reversed' || state === 'voided') && (stands || isLive) && !isForAPerson) {
        faults.push(`${state} trace ${trace} of ${batch} still stands`);
      }
      if (state === 'approved' && !stands && !first) faults.push(`approved trace ${trace} of ${batch} is gone`);
    }
    const closing = store.terminals.settlements.find(
      ({ batchId, result }) => batchId === kept.id && result === 'closed',
    );
    if (!closing?.counted || closing.counted.openCount > 0) continue;
    // What a person was called to has changed since.
    const isCase = views.some(({ payment }) => (store.rows.get(payment.id)?.cases.length ?? 0) > 0);
    const { totals } = countBatch(views.filter(({ operations }) => isOperationFinal(operations[0]!.state)));
    const names = Object.keys(noBatchTotals) as (keyof typeof noBatchTotals)[];
    const differs = names.some((name) => totals[name] !== closing.counted!.totals[name]);
    if (differs && !isCase) faults.push(`batch ${batch} closed over other totals than it has`);
  }
  return faults;
};

/** What terminals stand where: one at each shop. */
export const installTerminals = ({ store, shops }: World): void => {
  for (const { id: shopId, merchantId, routes } of shops) {
    const id: Id = `terminal-${merchantId}`;
    store.terminals.add({ merchantId, id, shopId, account: routes[0]!.account, number: 'T1', state: 'active' });
  }
};
