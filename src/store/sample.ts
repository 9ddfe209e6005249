import type { Decision } from '../core/change.ts';
import type { Charge, Conclude, Evidence, Follow, Open } from '../core/commands.ts';
import { decide } from '../core/decide.ts';
import type { View } from '../core/model.ts';
import { referenceScope, type Step } from '../gateway/ports.ts';
import { newId } from '../kit/ids.ts';

/** Steps for tests and measurements, decided by core as the gateway would have them decided. */
export interface Sample {
  readonly step: Step;
  readonly next: View;
}

const written = (decision: Decision): Sample => {
  if (decision.kind !== 'change') throw new Error(`a sample was decided ${decision.kind}`);
  return { step: { ...decision.change, gates: [], notices: [] }, next: decision.next };
};

export const now = Date.UTC(2026, 0, 17, 3, 41, 7);
export const merchantId = 7;
export const shopId = newId(merchantId, now);
const routeId = newId(merchantId, now);

const way = { routeId, acquirer: 'test', account: 'ACCOUNT-1' };

/** The first commit of a sale or authorization: the attempt that is about to leave. */
export const charge = (wanted: Partial<Charge> = {}): Sample => {
  const command: Charge = {
    type: 'charge',
    id: newId(merchantId, now),
    paymentId: newId(merchantId, now),
    merchantId,
    shopId,
    kind: 'sale',
    amountMinor: 26_850n,
    currency: 'HKD',
    reference: null,
    requestHash: null,
    noticeUrl: null,
    memo: null,
    claims: [],
    card: { brand: 'visa', first6: '444000', last4: '0010', expiry: '2039-01' },
    cardToken: null,
    vaultRef: null,
    way,
    dueAt: now + 10_000,
    ...wanted,
  };
  return written(decide(null, command, now));
};

/** A charge that takes its reference. */
export const referenced = (reference: string, wanted: Partial<Charge> = {}): Sample =>
  charge({ reference, claims: [{ scope: referenceScope(shopId), value: reference }], ...wanted });

export const approved: Evidence = {
  kind: 'approved',
  acquirerReference: '603124109821',
  acquirerTime: '2026-01-17T11:41:05+08:00',
  responseCode: '00',
  responseText: 'ok',
  approvalCode: '402115',
  networkReference: '4711',
};

/** A payment whose card is sealed under a reference while its payer is at a challenge. */
export const challenged = (vaultRef: string, wanted: Partial<Charge> = {}): Sample => {
  const { step, next } = charge({ vaultRef, ...wanted });
  const attempts = next.attempts.map((attempt) => ({ ...attempt, state: 'challenged' as const }));
  return { step: { ...step, attempts }, next: { ...next, attempts } };
};

/** What came of the last attempt of an operation. */
export const conclude = (view: View, evidence: Evidence, wanted: Partial<Conclude> = {}): Sample => {
  const operation = wanted.operation ?? view.operations.length;
  const attempt = view.attempts.findLast((a) => a.operation === operation)!.ordinal;
  const ids = { id: newId(merchantId, now), id2: newId(merchantId, now) };
  const facts = { operation, attempt, evidence, late: false, asked: null, mayLeaveMs: 0, lagMs: 0, keep: null };
  return written(decide(view, { type: 'conclude', ...ids, ...facts, ...wanted }, now));
};

/** A capture or refund of an approved payment. */
export const follow = (
  view: View,
  kind: 'capture' | 'refund',
  amountMinor: bigint,
  wanted: Partial<Follow> = {},
): Sample => {
  const asked = { reference: null, requestHash: null, noticeUrl: null, memo: null, claims: [] };
  const rules = { recordsRefusal: false, refusal: null, dueAt: now + 10_000 };
  const id = newId(merchantId, now);
  return written(decide(view, { type: 'follow', id, kind, amountMinor, ...asked, ...rules, ...wanted }, now));
};

/** A checkout that waits for its payer. */
export const open = (wanted: Partial<Open> = {}): Sample => {
  const ids = { id: newId(merchantId, now), paymentId: newId(merchantId, now), merchantId, shopId };
  const asked = { reference: null, requestHash: null, noticeUrl: null, memo: null, claims: [] };
  const rules = {
    keepsCard: false,
    asksToKeep: false,
    customer: null,
    payerInfo: null,
    demandsChallenge: false,
    redirectMs: null,
    submitCountMax: null,
  };
  const checkout = { successUrl: null, failureUrl: null, expiresAt: now + 600_000, brands: [], wallet: null, ...rules };
  const money = { kind: 'sale', amountMinor: 26_850n, currency: 'HKD' } as const;
  return written(
    decide(
      null,
      { type: 'open', ...ids, ...asked, ...money, checkout, cardToken: null, receipt: null, offer: null, ...wanted },
      now,
    ),
  );
};

/** The step with a notice of an operation to an address. */
export const telling = ({ step, next }: Sample, seq: number, operation: number, url: string, dueAt = now): Sample => ({
  step: {
    ...step,
    payment: { ...step.payment, noticeCount: seq },
    notices: [{ seq, operation, url, body: `{"seq":${seq}}`, dueAt }],
  },
  next: { ...next, payment: { ...next.payment, noticeCount: seq } },
});
