import type { Mutant } from './mutant.ts';

/** Bugs of terminals and payment links. */
export const mutantsOfDoors: readonly Mutant[] = [
  {
    name: 'batch-without-gate',
    bug: 'a batch is closed over a sale that it did not count',
    file: 'gateway/terminals.ts',
    find: "state === 'open' ? [{ id, read: version }] : []",
    put: "state === 'open' && version < 0 ? [{ id, read: version }] : []",
  },
  {
    name: 'sale-after-its-reversal',
    bug: 'a sale that comes after it was taken back is charged',
    file: 'gateway/terminals.ts',
    find: 'claims: [request.claim, taken]',
    put: "claims: [request.claim, { ...taken, scope: 'late' + taken.scope }]",
  },
  {
    name: 'reversal-forgotten',
    bug: 'a reversal is approved without anybody being told to take the sale back',
    file: 'core/undo.ts',
    find: "return isOperationFinal(state) && state !== 'approved';",
    put: "return state !== 'approved';",
  },
  {
    name: 'void-holds-nothing',
    bug: 'what is being voided can be refunded as well',
    file: 'core/undo.ts',
    find: '    hold(draft, added);\n',
    put: '',
  },
  {
    name: 'undone-in-name',
    bug: 'a reversal is acknowledged, and the books keep the sale',
    file: 'core/reversal.ts',
    find: '    undoApproved(draft, target, reversal);\n',
    put: '',
  },
  {
    name: 'two-attempts-at-a-link',
    bug: 'a payment link is paid by two payers at once',
    file: 'gateway/links.ts',
    find: "payment.capturedMinor === 0n ? 'code' : 'busy';",
    put: "payment.capturedMinor === 0n ? 'code' : 'free';",
  },
  {
    name: 'link-ends-while-it-is-paid',
    bug: 'a payment link is called over while a payer is paying',
    file: 'gateway/links.ts',
    find: "isOver && (turn === 'free' || link.takesMany)",
    put: 'isOver',
  },
];
