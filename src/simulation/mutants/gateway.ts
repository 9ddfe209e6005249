import type { Mutant } from './mutant.ts';

/** Bugs on the way of an order: what is sent, what is believed, what is written. */
export const mutantsOfGateway: readonly Mutant[] = [
  {
    name: 'worker-sends-again',
    bug: 'a worker that finds an unfinished charge sends it again instead of asking',
    file: 'gateway/act.ts',
    find: "const action = kind === 'reversal' ? 'undo' : 'inquire';",
    put: "const action = kind === 'reversal' ? 'undo' : kind === 'refund' ? 'perform' : 'inquire';",
  },
  {
    name: 'sent-after-standing-still',
    bug: 'a process that stood still sends an order that others have found never sent',
    file: 'gateway/act.ts',
    find: 'Math.min(acquirerTimeoutMs, dueAt! - marginMs - surroundings.clock.now())',
    put: 'acquirerTimeoutMs',
  },
  {
    name: 'reservation-given-back',
    bug: 'an error after the acquirer had captured gives the reservation back',
    file: 'gateway/act.ts',
    find: "if (kind === 'unknown') return { kind, doubt: outcome.doubt };",
    put: "if (kind === 'unknown') return outcome.doubt === 'host_error' ? { kind: 'declined', reason: 'host_error' } : { kind, doubt: outcome.doubt };",
  },
  {
    name: 'stale-view-written',
    bug: 'after a lost race the old decision is written over the new version',
    file: 'gateway/carry.ts',
    find: "    if (end === 'full' || tries === staleMax) return { kind: 'refused', refusal: { reason: 'busy' }, view };\n    view = await gather(parts, shop, paymentId);",
    put: "    if (end === 'full' || tries === staleMax) return { kind: 'refused', refusal: { reason: 'busy' }, view };\n    view = { ...view, payment: { ...view.payment, version: (await gather(parts, shop, paymentId)).payment.version } };",
  },
  {
    name: 'wrong-exponent',
    bug: 'amounts are sent a hundred times too large, while our own books look right',
    file: 'gateway/order.ts',
    find: 'amountMinor: operation.amountMinor,',
    put: 'amountMinor: operation.amountMinor * 100n,',
  },
  {
    name: 'float-amounts',
    bug: 'amounts pass through a float and lose a minor unit',
    file: 'gateway/order.ts',
    find: 'amountMinor: operation.amountMinor,',
    put: 'amountMinor: BigInt(Math.trunc((Number(operation.amountMinor) / 100) * 100)),',
  },
  {
    name: 'notice-of-stale-state',
    bug: 'a notice is made from the state before the change that it tells of',
    file: 'gateway/carry.ts',
    find: 'const notices = cutNotices(parts, shop, decision.next, decision.tellings, now);',
    put: 'const notices = cutNotices(parts, shop, view ?? decision.next, decision.tellings, now);',
  },
  {
    name: 'notice-numbers-repeat',
    bug: 'two notices of a payment have one number',
    file: 'gateway/carry.ts',
    find: 'seq: view.payment.noticeCount + index + 1,',
    put: 'seq: index + 1,',
  },
  {
    name: 'number-written-down',
    bug: 'the card number is kept in the clear',
    file: 'gateway/create.ts',
    find: "const command = { type: 'submit', id, card: face, cardToken: null, vaultRef: null, way, dueAt: dueAt() } as const;",
    put: "const command = { type: 'submit', id, card: face, cardToken: null, vaultRef: digits, way, dueAt: dueAt() } as const;",
  },
  {
    name: 'sent-before-durable',
    bug: 'an order leaves before it is written down',
    file: 'gateway/carry.ts',
    find: '  const verdict = await parts.payments.record(step);\n  if (verdict',
    put: "  const verdict = step.read === 0 && decision.departure ? 'written' : await parts.payments.record(step);\n  if (step.read === 0 && decision.departure) void parts.payments.record(step).catch(() => {});\n  if (verdict",
  },
];
