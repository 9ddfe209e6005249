import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Decision } from './change.ts';
import type { Charge, Follow, Open } from './commands.ts';
import { decide } from './decide.ts';
import { authorizationMs } from './due.ts';
import type { View } from './model.ts';
import { checkout, face, start, way } from './testing.ts';

const claim = { scope: 'ref:shop', value: 'ORD-1' };
const other = { scope: 'number', value: '1' };

const asked = {
  paymentId: 'payment',
  merchantId: 1,
  shopId: 'shop',
  amountMinor: 5_000n,
  currency: 'EUR',
  reference: 'ORD-1',
  requestHash: null,
  noticeUrl: null,
  memo: null,
  claims: [claim, other],
  freesReference: true,
};

const open = (more: Partial<Open> = {}): Open => ({
  ...asked,
  type: 'open',
  id: 'op-1',
  kind: 'authorize',
  checkout,
  cardToken: null,
  receipt: null,
  offer: null,
  ...more,
});

const charge = (more: Partial<Charge> = {}): Charge => ({
  ...asked,
  type: 'charge',
  id: 'op-1',
  kind: 'authorize',
  card: face,
  cardToken: null,
  vaultRef: null,
  way,
  dueAt: start + 10_000,
  ...more,
});

const changed = (decision: Decision) => {
  assert.ok(decision.kind === 'change', decision.kind);
  return decision;
};

let ids = 0;
const heard = (view: View, kind: 'approved' | 'declined', operation = 1) =>
  changed(
    decide(
      view,
      {
        type: 'conclude',
        id: `c-${++ids}`,
        id2: `d-${ids}`,
        operation,
        attempt: 1,
        evidence: { kind },
        late: false,
        asked: null,
        mayLeaveMs: 0,
        lagMs: 0,
        keep: null,
      },
      start,
    ),
  );

const follow = (view: View, kind: Follow['kind'], amountMinor: bigint) =>
  changed(
    decide(
      view,
      {
        type: 'follow',
        id: `f-${++ids}`,
        kind,
        amountMinor,
        reference: null,
        requestHash: null,
        noticeUrl: null,
        memo: null,
        claims: [],
        recordsRefusal: false,
        refusal: null,
        dueAt: start + 10_000,
      },
      start,
    ),
  );

const freed = [{ ...claim, holder: 'op-1' }];

describe('a reference is let go of once nothing has come of its payment', () => {
  it('when the acquirer declines, in the name of the command that took it', () => {
    const first = changed(decide(null, charge(), start));
    assert.deepEqual([first.change.claims, first.change.freed], [[claim, other], []]);
    assert.deepEqual(heard(first.next, 'declined').change.freed, freed);
  });

  it('not when it is approved, nor where its API keeps references for ever', () => {
    assert.deepEqual(heard(changed(decide(null, charge(), start)).next, 'approved').change.freed, []);
    const kept = changed(decide(null, charge({ freesReference: false }), start));
    assert.deepEqual(heard(kept.next, 'declined').change.freed, []);
  });

  it('when its payer gives up, and when its time is over', () => {
    const { next } = changed(decide(null, open(), start));
    assert.deepEqual(changed(decide(next, { type: 'cancel', id: 'x' }, start)).change.freed, freed);
    const late = changed(decide(next, { type: 'due', id: 'x', task: 'expire' }, checkout.expiresAt + 1));
    assert.deepEqual(late.change.freed, freed);
  });

  it('when all that was authorized is let go of, once; not for a part, nor while it is only asked for', () => {
    const held = heard(changed(decide(null, charge(), start)).next, 'approved').next;
    const part = follow(held, 'release', 2_000n);
    assert.deepEqual(part.change.freed, []);
    const parted = heard(part.next, 'approved', 2);
    assert.deepEqual(parted.change.freed, []);
    const rest = follow(parted.next, 'release', 3_000n);
    assert.deepEqual(rest.change.freed, []);
    assert.deepEqual(heard(rest.next, 'approved', 3).change.freed, freed);
    assert.deepEqual(heard(rest.next, 'declined', 3).change.freed, []);
  });

  it('when it lapses; not when it was captured, even if all of that goes back', () => {
    const held = heard(changed(decide(null, charge(), start)).next, 'approved').next;
    const lapsed = changed(decide(held, { type: 'due', id: 'x', task: 'lapse' }, start + authorizationMs));
    assert.deepEqual(lapsed.change.freed, freed);
    const captured = heard(follow(held, 'capture', 5_000n).next, 'approved', 2);
    const refunded = heard(follow(captured.next, 'refund', 5_000n).next, 'approved', 3);
    assert.deepEqual([captured.change.freed, refunded.change.freed], [[], []]);
  });

  it('and is not taken by what our own rules refuse at once', () => {
    const refused = changed(decide(null, charge({ way: { reason: 'no_route' } }), start));
    assert.deepEqual([refused.change.claims, refused.change.freed], [[other], []]);
    const kept = changed(decide(null, charge({ way: { reason: 'no_route' }, freesReference: false }), start));
    assert.deepEqual(kept.change.claims, [claim, other]);
  });
});
