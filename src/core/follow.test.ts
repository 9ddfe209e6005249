import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Decision } from './change.ts';
import { authorizationMs } from './due.ts';
import { originalOf } from './original.ts';
import { Story } from './testing.ts';

const approved = (kind: 'sale' | 'authorize', amountMinor = 10_000n) => {
  const story = new Story();
  story.charge(kind, amountMinor);
  story.hear('approved');
  return story;
};

/** State and reason of the newest operation. */
const newest = ({ view }: Story) => {
  const { state, reason } = view.operations.at(-1)!;
  return reason ? `${state} ${reason}` : state;
};

const done = (story: Story, follow: (story: Story) => Decision): string => {
  follow(story);
  const operation = story.view.operations.at(-1)!;
  if (operation.state === 'acting') story.hear('approved', { operation: operation.ordinal });
  return newest(story);
};

describe('capture (5.6)', () => {
  it('several may take parts, up to what was authorized', () => {
    const story = approved('authorize');
    assert.equal(
      done(story, (s) => s.capture(4_000n)),
      'approved',
    );
    assert.equal(
      done(story, (s) => s.capture(6_001n)),
      'refused exceeds_authorized',
    );
    assert.equal(
      done(story, (s) => s.capture(6_000n)),
      'approved',
    );
    assert.equal(
      done(story, (s) => s.capture(1n)),
      'refused exceeds_authorized',
    );
    assert.equal(story.view.payment.capturedMinor, 10_000n);
    assert.equal(story.balance('acquirer:north'), 10_000n);
  });

  it('goes the way the payment went', () => {
    const story = approved('authorize');
    const decision = story.capture(4_000n);
    assert.ok(decision.kind === 'change');
    assert.deepEqual(decision.departure, { operation: 2, attempt: 1, action: 'perform' });
    const { acquirer, account, card } = story.attempt(2);
    assert.deepEqual([acquirer, account, card?.last4], ['north', 'H000000H0000001', '0010']);
    assert.equal(story.operation(2).target, 1);
  });

  it('holds its amount while it is not known, and gives it back when declined', () => {
    const story = approved('authorize');
    story.capture(6_000n);
    story.hear('unknown', { operation: 2 });
    assert.equal(story.view.payment.authorizedHeldMinor, 6_000n);
    assert.equal(
      done(story, (s) => s.capture(6_000n)),
      'refused exceeds_authorized',
    );
    story.hear('declined', { operation: 2 });
    assert.equal(story.view.payment.authorizedHeldMinor, 0n);
    assert.equal(
      done(story, (s) => s.capture(6_000n)),
      'approved',
    );
  });

  it('a refund makes no room for a new one', () => {
    const story = approved('authorize');
    done(story, (s) => s.capture(10_000n));
    done(story, (s) => s.refund(10_000n));
    assert.equal(
      done(story, (s) => s.capture(1n)),
      'refused exceeds_authorized',
    );
  });

  it('is not for a sale, nor for an authorization that is not approved, nor for one that has lapsed', () => {
    assert.equal(
      done(approved('sale'), (s) => s.capture(1n)),
      'refused invalid_state',
    );
    const open = new Story();
    open.charge('authorize');
    open.hear('unknown');
    assert.equal(
      done(open, (s) => s.capture(1n)),
      'refused invalid_state',
    );
    const old = approved('authorize');
    assert.equal(
      done(old.wait(authorizationMs - 1), (s) => s.capture(1n)),
      'approved',
    );
    assert.equal(
      done(old.wait(1), (s) => s.capture(1n)),
      'refused invalid_state',
    );
  });
});

describe('release', () => {
  it('lets go of a part or the whole of what is not captured, and no more', () => {
    const story = approved('authorize');
    assert.equal(
      done(story, (s) => s.release(3_000n)),
      'approved',
    );
    assert.equal(
      done(story, (s) => s.capture(7_001n)),
      'refused exceeds_authorized',
    );
    assert.equal(
      done(story, (s) => s.capture(5_000n)),
      'approved',
    );
    assert.equal(
      done(story, (s) => s.release(2_001n)),
      'refused exceeds_authorized',
    );
    assert.equal(
      done(story, (s) => s.release(2_000n)),
      'approved',
    );
    assert.equal(story.view.payment.authorizedMinor, 5_000n);
    assert.equal(story.balance('acquirer:north'), 5_000n);
  });

  it('holds its amount until its end, which is told once', () => {
    const story = approved('authorize');
    story.release(10_000n);
    assert.equal(story.view.payment.authorizedHeldMinor, 10_000n);
    assert.equal(
      done(story, (s) => s.capture(1n)),
      'refused exceeds_authorized',
    );
    story.hear('declined', { operation: 2 });
    assert.equal(story.view.payment.authorizedHeldMinor, 0n);
    assert.equal(story.view.payment.authorizedMinor, 10_000n);
    assert.equal(story.tellings.filter(({ operation }) => operation === 2).length, 1);
  });

  it('is not for what was captured, nor for what has lapsed', () => {
    assert.equal(
      done(approved('sale'), (s) => s.release(1n)),
      'refused invalid_state',
    );
    assert.equal(
      done(approved('authorize').wait(authorizationMs), (s) => s.release(1n)),
      'refused invalid_state',
    );
  });

  it('that did not leave is not over: others may have begun to send it', () => {
    const story = approved('authorize');
    story.release(10_000n);
    story.hear('not_sent', { operation: 2 });
    assert.equal(newest(story), 'unknown');
    assert.notEqual(story.attempt(2).dueAt, null);
  });
});

describe('a last capture', () => {
  const last = (amountMinor: bigint) => {
    const story = approved('authorize');
    story.captureLast(amountMinor);
    return story;
  };
  const states = ({ view }: Story) => view.operations.map(({ kind, state }) => `${kind} ${state}`);

  it('holds all that is left, and once it is approved the rest leaves with a worker', () => {
    const story = last(6_000n);
    assert.equal(story.view.payment.authorizedHeldMinor, 10_000n);
    assert.deepEqual(states(story), ['authorize approved', 'capture acting', 'release waiting']);
    const decision = story.hear('approved', { operation: 2 });
    assert.ok(decision.kind === 'change' && decision.departure === null);
    assert.deepEqual(states(story), ['authorize approved', 'capture approved', 'release acting']);
    const { amountMinor, target } = story.operation(3);
    assert.deepEqual([amountMinor, target, story.attempt(3).dueAt], [4_000n, 2, story.now]);
    assert.equal(originalOf(story.view, story.operation(3)), story.attempt(1));
    story.hear('approved', { operation: 3 });
    const { authorizedMinor, authorizedHeldMinor, capturedMinor } = story.view.payment;
    assert.deepEqual([authorizedMinor, authorizedHeldMinor, capturedMinor], [6_000n, 0n, 6_000n]);
    assert.deepEqual(
      story.tellings.map(({ operation }) => operation),
      [1, 2],
    );
  });

  it('that is declined was not the last: all of it can be captured', () => {
    const story = last(6_000n);
    story.hear('declined', { operation: 2 });
    assert.deepEqual(states(story), ['authorize approved', 'capture declined', 'release cancelled']);
    assert.equal(
      done(story, (s) => s.capture(10_000n)),
      'approved',
    );
  });

  it('of all there is leaves nothing to release', () => {
    assert.deepEqual(states(last(10_000n)), ['authorize approved', 'capture acting']);
  });

  it('leaves to another capture under way what that one holds', () => {
    const story = approved('authorize');
    story.capture(1_000n);
    story.captureLast(6_000n);
    assert.equal(story.operation(4).amountMinor, 3_000n);
  });
});

describe('refund (5.7)', () => {
  it('several may give back parts, up to what was paid (21: refund balance)', () => {
    const story = approved('sale');
    assert.equal(
      done(story, (s) => s.refund(6_000n)),
      'approved',
    );
    assert.equal(
      done(story, (s) => s.refund(4_001n)),
      'refused exceeds_captured',
    );
    assert.equal(
      done(story, (s) => s.refund(4_000n)),
      'approved',
    );
    assert.equal(
      done(story, (s) => s.refund(1n)),
      'refused exceeds_captured',
    );
    assert.equal(story.balance('merchant'), 0n);
  });

  it('of an authorization reaches as far as its captures (21: approved amount)', () => {
    const story = approved('authorize');
    assert.equal(
      done(story, (s) => s.refund(1n)),
      'refused exceeds_captured',
    );
    done(story, (s) => s.capture(4_000n));
    assert.equal(
      done(story, (s) => s.refund(4_001n)),
      'refused exceeds_captured',
    );
    assert.equal(
      done(story, (s) => s.refund(4_000n)),
      'approved',
    );
  });

  it('holds its amount while the acquirer has it, and gives it back when declined', () => {
    const story = approved('sale');
    story.refund(6_000n);
    story.hear('accepted', { operation: 2 });
    assert.equal(story.view.payment.capturedHeldMinor, 6_000n);
    assert.equal(
      done(story, (s) => s.refund(6_000n)),
      'refused exceeds_captured',
    );
    story.hear('declined', { operation: 2 });
    assert.equal(
      done(story, (s) => s.refund(6_000n)),
      'approved',
    );
  });

  it('that must be the only one is refused beside another that counts, or may yet', () => {
    const story = approved('sale');
    const only = { isOnly: true };
    assert.equal(
      done(story, (s) => s.refund(1_000n, only)),
      'approved',
    );
    assert.equal(
      done(story, (s) => s.refund(1_000n, only)),
      'refused invalid_state',
    );
    const again = approved('sale');
    again.refund(1_000n, only);
    assert.equal(
      done(again, (s) => s.refund(1_000n, only)),
      'refused invalid_state',
    );
    again.hear('declined', { operation: 2 });
    assert.equal(
      done(again, (s) => s.refund(1_000n, only)),
      'approved',
    );
  });

  it('is only for what was paid', () => {
    const story = new Story();
    story.open();
    assert.equal(
      done(story, (s) => s.refund(1n)),
      'refused invalid_state',
    );
    story.cancel();
    assert.equal(
      done(story, (s) => s.refund(1n)),
      'refused invalid_state',
    );
  });
});

describe('refusals', () => {
  it('one that the API does not record writes nothing', () => {
    const story = approved('sale');
    const decision = story.refund(10_001n, { recordsRefusal: false });
    assert.deepEqual(decision, { kind: 'refused', refusal: { reason: 'exceeds_captured', freeable: false } });
  });

  it('a recorded one takes its reference and is told to its caller alone', () => {
    const decision = approved('sale').refund(10_001n);
    assert.ok(decision.kind === 'change');
    assert.deepEqual(decision.change.claims, [{ scope: 'ref:shop', value: 'INV-1F' }]);
    assert.deepEqual(decision.change.attempts, []);
    assert.deepEqual(decision.tellings, [{ operation: 2, late: false }]);
  });

  it("the API's own comes first, then the state, then the amount", () => {
    const cancelled = new Story();
    cancelled.open();
    cancelled.cancel();
    const reason = (story: Story, own?: 'unknown_order') => {
      const decision = story.refund(20_000n, { recordsRefusal: false, ...(own && { refusal: { reason: own } }) });
      return decision.kind === 'refused' && decision.refusal.reason;
    };
    assert.equal(reason(cancelled, 'unknown_order'), 'unknown_order');
    assert.equal(reason(cancelled), 'invalid_state');
    assert.equal(reason(approved('sale')), 'exceeds_captured');
  });

  it('says whether an operation under way may yet make room', () => {
    const freeable = (story: Story, kind: 'capture' | 'refund', amountMinor: bigint) => {
      const decision = story.tell(story.followed(kind, amountMinor, { recordsRefusal: false }));
      return decision.kind === 'refused' && decision.refusal.freeable;
    };
    const sale = approved('sale');
    sale.refund(6_000n);
    assert.equal(freeable(sale, 'refund', 10_000n), true);
    assert.equal(freeable(sale, 'refund', 10_001n), false);
    const authorization = approved('authorize');
    authorization.capture(6_000n);
    assert.equal(freeable(authorization, 'capture', 10_000n), true);
    assert.equal(freeable(authorization, 'capture', 10_001n), false);
    assert.equal(freeable(authorization, 'refund', 6_000n), true);
    assert.equal(freeable(authorization, 'refund', 6_001n), false);
  });

  it('an amount of nothing or less is a bug of the caller', () => {
    assert.throws(() => approved('sale').refund(0n));
    assert.throws(() => approved('authorize').capture(-1n));
  });
});

describe('a caller that does not know whether its write arrived decides again', () => {
  it('the same command is settled: nothing is held twice', () => {
    const story = approved('sale');
    const command = story.followed('refund', 4_000n);
    assert.equal(story.tell(command).kind, 'change');
    assert.deepEqual(story.tell(command), { kind: 'settled' });
    assert.equal(story.view.payment.capturedHeldMinor, 4_000n);
  });

  it('a recorded refusal as well', () => {
    const story = approved('sale');
    const command = story.followed('refund', 40_000n);
    assert.equal(story.tell(command).kind, 'change');
    assert.deepEqual(story.tell(command), { kind: 'settled' });
  });
});
