import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../../test/database.ts';
import { schemes } from '../core/bank-accounts.ts';
import { brands } from '../core/cards.ts';
import type { Attempt, Checkout, Operation, Payment, Receipt, View } from '../core/model.ts';
import { reasons } from '../core/reasons.ts';
import { attemptStates, isAttemptFinal, isOperationFinal, operationStates, paymentStates } from '../core/states.ts';
import { noTotals } from '../core/totals.ts';
import { apps } from '../core/wallets.ts';
import type { Step } from '../gateway/ports.ts';
import { newId } from '../kit/ids.ts';
import { silentLog } from '../kit/log.ts';
import { openStore } from './index.ts';
import { charge, merchantId, now } from './sample.ts';

const url = await testDatabase();
const store = openStore({ url, log: silentLog });
await store.migrate();
after(() => store.close());

/** Objects like those that come out of JSON. */
const plain = { noNullPrototype: true } as const;

const keysOf = <Key extends string>(table: Readonly<Record<Key, unknown>>) =>
  fc.constantFrom(...(Object.keys(table) as Key[]));
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

const id = fc.integer({ min: now, max: now + 1_000 }).map((at) => newId(merchantId, at));
const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((s) => !s.includes('\0'));
const instant = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
const minor = fc.bigInt({ min: 0n, max: 2n ** 60n });
const face = fc.record(
  {
    brand: fc.constantFrom(...brands),
    first6: fc.stringMatching(/^\d{6}$/),
    last4: fc.stringMatching(/^\d{4}$/),
    expiry: fc.stringMatching(/^20\d\d-0[1-9]$/),
  },
  plain,
);

/** The tables refuse an end without its time and a time without an end. */
const stamped = <T extends Pick<Operation, 'state' | 'finishedAt' | 'requestedAt'>>(drawn: T): T => ({
  ...drawn,
  finishedAt: isOperationFinal(drawn.state) ? (drawn.finishedAt ?? drawn.requestedAt) : null,
});

/** They refuse as well that somebody looks after what has ended. */
const over = <T extends Pick<Attempt, 'state' | 'dueAt' | 'challenge'>>(drawn: T): T =>
  isAttemptFinal(drawn.state) ? { ...drawn, dueAt: null, challenge: null } : drawn;

const operation: fc.Arbitrary<Omit<Operation, 'ordinal'>> = fc
  .record(
    {
      id,
      kind: fc.constantFrom(
        ...([
          'sale',
          'authorize',
          'verify',
          'capture',
          'release',
          'refund',
          'payout',
          'dispute',
          'void',
          'reversal',
          'stray',
        ] as const),
      ),
      state: keysOf(operationStates),
      amountMinor: minor,
      target: orNull(fc.nat(9)),
      undoneBy: orNull(fc.nat(9)),
      reason: orNull(keysOf(reasons)),
      reference: orNull(text),
      requestHash: orNull(text),
      noticeUrl: orNull(fc.webUrl()),
      cardToken: orNull(text),
      memo: orNull(fc.json()),
      gateId: orNull(id),
      requestedAt: instant,
      finishedAt: orNull(instant),
    },
    plain,
  )
  .map(stamped);

const attempt: fc.Arbitrary<Omit<Attempt, 'ordinal' | 'operation'>> = fc
  .record(
    {
      routeId: id,
      acquirer: text,
      account: text,
      state: keysOf(attemptStates),
      sentReference: text,
      acquirerReference: orNull(text),
      acquirerTime: orNull(text),
      responseCode: orNull(text),
      responseText: orNull(text),
      approvalCode: orNull(text),
      networkReference: orNull(text),
      card: orNull(face),
      wallet: orNull(fc.constantFrom(...apps, 'site:skrill' as const)),
      bankAccount: orNull(
        fc.record(
          { scheme: fc.constantFrom(...schemes), last4: text, bank: text, country: orNull(text), use: orNull(text) },
          plain,
        ),
      ),
      payer: orNull(text),
      vaultRef: orNull(text),
      challenge: orNull(
        fc.oneof(
          fc.record(
            {
              kind: fc.constant('redirect'),
              url: fc.webUrl(),
              fields: fc.dictionary(fc.stringMatching(/^[a-zA-Z]{1,9}$/), text, plain),
              echoField: text,
            },
            plain,
          ),
          fc.record(
            {
              kind: fc.constant('otp'),
              phone: text,
              digitCount: fc.nat(9),
              textedAt: instant,
              wrongCount: fc.nat(9),
              resendCount: fc.nat(9),
            },
            plain,
          ),
          fc.record(
            {
              kind: fc.constant('qr'),
              text,
              appUrl: orNull(fc.webUrl()),
              closing: fc.constantFrom(null, 'expired', 'cancelled'),
            },
            plain,
          ),
        ),
      ),
      doubt: orNull(fc.constantFrom('silence', 'host_error')),
      sentAt: instant,
      inquiries: fc.nat(99),
      notFound: fc.nat(99),
      dueAt: orNull(instant),
    },
    plain,
  )
  .map(over);

const plainCheckout = fc.record(
  {
    successUrl: orNull(fc.webUrl()),
    failureUrl: orNull(fc.webUrl()),
    expiresAt: instant,
    brands: fc.subarray([...brands]),
    wallet: orNull(fc.constantFrom(...apps, 'site:skrill' as const)),
    keepsCard: fc.boolean(),
    asksToKeep: fc.boolean(),
    customer: orNull(text),
    payerInfo: orNull(text),
    demandsChallenge: fc.boolean(),
    redirectMs: orNull(fc.nat()),
    submitCountMax: orNull(fc.nat(9)),
  },
  plain,
);

/** Wishes that most checkouts do not have are absent there. */
const checkout: fc.Arbitrary<Checkout> = fc
  .tuple(plainCheckout, fc.boolean(), fc.boolean(), orNull(fc.constantFrom(...schemes)))
  .map(([drawn, requires, retries, debit]) => ({
    ...drawn,
    asksToKeep: drawn.asksToKeep && drawn.keepsCard,
    ...(requires && { requiresChallenge: true as const }),
    ...(retries && { retriesDeclined: true as const }),
    ...(debit && { debit }),
  }));

const line = fc.record(
  {
    title: text,
    priceMinor: minor,
    count: fc.constantFrom('1', '0.375', '12'),
    vatPercent: fc.nat(20),
    codes: fc.dictionary(fc.stringMatching(/^[a-zA-Z]{1,9}$/), text, plain),
  },
  plain,
);

const receipt: fc.Arbitrary<Omit<Receipt, 'operation'>> = fc.record(
  {
    state: fc.constantFrom('wanted', 'pending', 'failed', 'registered'),
    lines: fc.array(line, { maxLength: 3 }),
    tries: fc.nat(99),
    number: orNull(text),
    terminal: orNull(text),
    sign: orNull(text),
    url: orNull(fc.webUrl()),
    message: orNull(text),
    registeredAt: orNull(instant),
  },
  plain,
);

const totals = fc.tuple(minor, minor, minor, minor).map(([a, b, c, d]) => ({
  authorizedMinor: a + b + c + d,
  capturedMinor: a + b + d,
  disputedMinor: d,
  refundedMinor: a,
  authorizedHeldMinor: c,
  capturedHeldMinor: b,
  paidOutMinor: 0n,
  payoutHeldMinor: 0n,
  direction: 'in' as const,
}));

const paidOut = fc.tuple(minor, minor).map(([a, b]) => ({
  ...noTotals,
  paidOutMinor: a,
  payoutHeldMinor: b,
  direction: 'out' as const,
}));

const payment: fc.Arbitrary<Payment> = fc
  .record(
    {
      id,
      shopId: id,
      state: keysOf(paymentStates),
      currency: fc.stringMatching(/^[A-Z]{3}$/),
      takesMore: fc.boolean(),
      overcapturePercent: fc.nat(100),
      freesReference: fc.boolean(),
      orderReference: orNull(text),
      originPaymentId: orNull(id),
      totals: fc.oneof(totals, paidOut),
    },
    plain,
  )
  .chain(({ totals: sums, ...facts }) =>
    fc
      .record({ uncharged: minor, noticeCount: fc.nat(99), createdAt: instant }, plain)
      .map(({ uncharged, ...rest }) => ({
        ...facts,
        ...sums,
        ...rest,
        amountMinor: sums.authorizedMinor + sums.paidOutMinor + sums.payoutHeldMinor + uncharged,
        merchantId,
        version: 1,
      })),
  );

const view: fc.Arbitrary<View> = fc.record(
  {
    payment,
    operations: fc
      .array(operation, { minLength: 1, maxLength: 3 })
      .map((all) =>
        all.map((o, i) => ({ ...o, amountMinor: o.kind === 'verify' ? 0n : o.amountMinor, ordinal: i + 1 })),
      ),
    attempts: fc
      .array(attempt, { maxLength: 3 })
      .map((all) => all.map((a, i) => ({ ...a, operation: 1 + (i >> 1), ordinal: 1 + (i & 1) }))),
    checkout: orNull(checkout),
    receipts: fc.array(receipt, { maxLength: 2 }).map((all) => all.map((r, i) => ({ ...r, operation: i + 1 }))),
  },
  plain,
);

const stepOf = ({ payment: made, operations, attempts, checkout: visit, receipts }: View): Step => ({
  ...charge().step,
  payment: made,
  operations,
  attempts,
  checkout: visit,
  receipts,
});

/** What is drawn may be drawn again, but every payment has an id of its own. */
const named = (drawn: View): View => ({ ...drawn, payment: { ...drawn.payment, id: newId(merchantId, now) } });

test('a payment is found as it was written, every field of it', async () => {
  await fc.assert(
    fc.asyncProperty(view, async (drawn) => {
      const written = named(drawn);
      assert.equal(await store.payments.record(stepOf(written)), 'written');
      assert.deepEqual(await store.payments.find(merchantId, written.payment.id), written);
    }),
    { numRuns: 150 },
  );
});

/** The state that was drawn where core's table lets `from` go there, else `from`. */
const ledTo = <State extends string>(next: readonly string[], from: State, drawn: State): State =>
  next.includes(drawn) ? drawn : from;

const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** The payment as `changed` has it, as far as one may become the other: money that has moved stays moved. */
const paymentNext = (before: Payment, drawn: Payment): Payment => {
  const { merchantId, shopId, currency, amountMinor, takesMore, createdAt, id, direction, overcapturePercent } = before;
  const { orderReference, originPaymentId, freesReference } = before;
  // Its money goes one way: totals of the other are those of another payment.
  const changed = drawn.direction === direction ? drawn : { ...before, state: drawn.state };
  const capturedMinor = most(before.capturedMinor, changed.capturedMinor);
  const refundedMinor = least(most(before.refundedMinor, changed.refundedMinor), capturedMinor - before.disputedMinor);
  const disputedMinor = least(most(before.disputedMinor, changed.disputedMinor), capturedMinor - refundedMinor);
  const authorizedMinor = most(capturedMinor, changed.authorizedMinor);
  return {
    ...changed,
    ...{
      merchantId,
      shopId,
      currency,
      amountMinor,
      takesMore,
      overcapturePercent,
      freesReference,
      createdAt,
      id,
      direction,
      orderReference,
      originPaymentId,
    },
    version: before.version + 1,
    ...{ refundedMinor, disputedMinor, capturedMinor, authorizedMinor },
    state: ledTo(paymentStates[before.state].next, before.state, changed.state),
    authorizedHeldMinor: authorizedMinor - capturedMinor,
    capturedHeldMinor: capturedMinor - refundedMinor - disputedMinor,
  };
};

/** Of what has ended nothing changes but what undid it, and that once. */
const operationNext = (before: Operation, changed: Omit<Operation, 'ordinal'>): Operation => {
  const undoneBy = before.undoneBy ?? changed.undoneBy;
  if (isOperationFinal(before.state)) return { ...before, undoneBy };
  const { reason, cardToken, finishedAt } = changed;
  const state = ledTo(operationStates[before.state], before.state, changed.state);
  return stamped({ ...before, state, undoneBy, reason, cardToken, finishedAt });
};

const attemptNext = (before: Attempt, changed: Omit<Attempt, 'ordinal' | 'operation'>): Attempt => {
  if (isAttemptFinal(before.state)) return before;
  const { operation, ordinal, routeId, acquirer, account, sentReference, card, wallet, bankAccount } = before;
  const state = ledTo(attemptStates[before.state], before.state, changed.state);
  const kept = { operation, ordinal, routeId, acquirer, account, sentReference, card, wallet, bankAccount };
  return over({ ...changed, ...kept, state });
};

test('what changes of a payment, its operations and attempts is found as it was written last', async () => {
  await fc.assert(
    fc.asyncProperty(view, view, async (drawn, changed) => {
      const amountMinor = most(drawn.payment.amountMinor, changed.payment.amountMinor);
      const first = named({ ...drawn, payment: { ...drawn.payment, amountMinor } });
      assert.equal(await store.payments.record(stepOf(first)), 'written');
      const next: View = {
        payment: paymentNext(first.payment, changed.payment),
        operations: first.operations.map((before, i) => operationNext(before, changed.operations[i] ?? before)),
        attempts: first.attempts.map((before, i) => attemptNext(before, changed.attempts[i] ?? before)),
        checkout: first.checkout,
        receipts: first.receipts.map((before, i) => {
          const { operation, lines } = before;
          return before.state === 'registered' ? before : { ...before, ...changed.receipts[i], operation, lines };
        }),
      };
      assert.equal(await store.payments.record({ ...stepOf(next), read: 1, checkout: null }), 'written');
      assert.deepEqual(await store.payments.find(merchantId, first.payment.id), next);
    }),
    { numRuns: 100 },
  );
});

test('a payment is found by its own merchant only', async () => {
  const { step } = charge();
  await store.payments.record(step);
  assert.equal(await store.payments.find(merchantId + 1, step.payment.id), undefined);
  assert.equal(await store.payments.find(merchantId, newId(merchantId, now)), undefined);
});
