import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { faultsOf } from './faults.ts';
import { dayMs, Story, way } from './testing.ts';
import { capturable, overcaptureOf, uncaptured } from './totals.ts';

/** Captures at an acquirer that takes more than any of these payments may be captured for. */
const generous = { overcapturePercentMax: 100 };

const authorized = (amountMinor: bigint, percent: number): Story => {
  const story = new Story();
  story.charge('authorize', amountMinor, way, percent);
  story.hear('approved');
  return story;
};

/** State and reason of the newest operation; it is approved if it was let through. */
const newest = (story: Story): string => {
  const { ordinal, state } = story.view.operations.at(-1)!;
  if (state === 'acting') story.hear('approved', { operation: ordinal });
  const { state: end, reason } = story.operation(ordinal);
  assert.deepEqual(faultsOf(story), []);
  return reason ? `${end} ${reason}` : end;
};

const captured = (story: Story, amountMinor: bigint, more: object = generous): string => {
  story.capture(amountMinor, more);
  return newest(story);
};

const tooMuch = 'refused exceeds_authorized';

describe('a capture of more than was authorized', () => {
  it('is for so many percent of it and no more, posted and refunded as what was captured', () => {
    const story = authorized(5_000n, 10);
    assert.equal(captured(story, 5_501n), tooMuch);
    assert.equal(captured(story, 5_500n), 'approved');
    const { amountMinor, authorizedMinor, capturedMinor } = story.view.payment;
    assert.deepEqual([amountMinor, authorizedMinor, capturedMinor], [5_000n, 5_000n, 5_500n]);
    assert.deepEqual([story.balance('acquirer:north'), story.balance('merchant')], [5_500n, -5_500n]);
    story.refund(5_501n);
    assert.equal(newest(story), 'refused exceeds_captured');
    story.refund(5_500n);
    assert.equal(newest(story), 'approved');
    assert.equal(story.balance('acquirer:north'), 0n);
  });

  it('is rounded down to the minor unit, whatever the amount', () => {
    assert.equal(captured(authorized(1_009n, 10), 1_110n), tooMuch);
    assert.equal(captured(authorized(1_009n, 10), 1_109n), 'approved');
    assert.equal(captured(authorized(9n, 10), 10n), tooMuch);
    const large = 9_007_199_254_740_993n;
    assert.equal(captured(authorized(large, 33), large + 2_972_375_754_064_528n), tooMuch);
    assert.equal(captured(authorized(large, 33), large + 2_972_375_754_064_527n), 'approved');
  });

  it('needs both the merchant who wants it and the acquirer who takes it', () => {
    const most = (percent: number, more: object) =>
      [12_000n, 11_000n, 10_500n, 10_000n].find(
        (amount) => captured(authorized(10_000n, percent), amount, more) === 'approved',
      );
    assert.equal(most(20, { overcapturePercentMax: 20 }), 12_000n);
    assert.equal(most(20, { overcapturePercentMax: 5 }), 10_500n);
    assert.equal(most(10, { overcapturePercentMax: 20 }), 11_000n);
    assert.equal(most(10, {}), 10_000n);
    assert.equal(most(0, generous), 10_000n);
  });

  it('is not for a sale', () => {
    const story = new Story();
    story.charge('sale', 10_000n, way, 10);
    assert.equal(story.view.payment.overcapturePercent, 0);
  });

  it('may come in parts', () => {
    const story = authorized(10_000n, 10);
    assert.equal(captured(story, 8_000n), 'approved');
    assert.equal(captured(story, 3_001n), tooMuch);
    assert.equal(captured(story, 3_000n), 'approved');
    assert.equal(captured(story, 1n), tooMuch);
  });
});

describe('what is released', () => {
  it('takes its share of what may be captured beyond with it', () => {
    const story = authorized(10_000n, 10);
    story.release(4_000n);
    assert.equal(newest(story), 'approved');
    assert.equal(captured(story, 6_601n), tooMuch);
    assert.equal(captured(story, 6_600n), 'approved');
  });

  it('is never more than what is left of what was authorized', () => {
    const story = authorized(10_000n, 10);
    story.release(10_001n, generous);
    assert.equal(newest(story), tooMuch);
    captured(story, 10_500n);
    assert.equal(uncaptured(story.view.payment), 0n);
    story.release(1n, generous);
    assert.equal(newest(story), tooMuch);
  });

  it('counts from when it is asked for: the capture beside it must fit what it leaves', () => {
    const story = authorized(10_000n, 10);
    story.release(5_000n);
    story.hear('unknown', { operation: 2 });
    assert.equal(captured(story, 5_501n), tooMuch);
    story.capture(5_500n, generous);
    const [release, capture] = [{ operation: 2 }, { operation: story.view.operations.length }];
    for (const order of [
      [release, capture],
      [capture, release],
    ]) {
      const one = story.copy();
      for (const about of order) one.hear('approved', about);
      assert.deepEqual(faultsOf(one), []);
      const { authorizedMinor, capturedMinor, authorizedHeldMinor } = one.view.payment;
      assert.deepEqual([authorizedMinor, capturedMinor, authorizedHeldMinor], [5_000n, 5_500n, 0n]);
    }
  });

  it('makes room again when it comes to nothing, and a refusal says that it may', () => {
    const story = authorized(10_000n, 10);
    story.release(5_000n);
    const wish = (amountMinor: bigint) => {
      const decision = story.capture(amountMinor, { ...generous, recordsRefusal: false });
      return decision.kind === 'refused' && decision.refusal;
    };
    assert.deepEqual(wish(11_000n), { reason: 'exceeds_authorized', freeable: true });
    assert.deepEqual(wish(11_001n), { reason: 'exceeds_authorized', freeable: false });
    story.hear('declined', { operation: 2 });
    assert.equal(captured(story, 11_000n), 'approved');
  });

  it('waits for a capture of more than was authorized to come to its end', () => {
    const story = authorized(10_000n, 10);
    story.capture(10_500n, generous);
    const wish = (amountMinor: bigint) => {
      const decision = story.release(amountMinor, { ...generous, recordsRefusal: false });
      return decision.kind === 'refused' && decision.refusal;
    };
    assert.deepEqual(wish(10_000n), { reason: 'exceeds_authorized', freeable: true });
    assert.deepEqual(wish(10_001n), { reason: 'exceeds_authorized', freeable: false });
  });

  it('allows nothing beyond either where the acquirer let it go after we had called it declined', () => {
    const story = authorized(10_000n, 10);
    story.release(4_000n);
    story.hear('declined', { operation: 2 });
    story.hear('approved', { operation: 2 });
    assert.equal(story.view.operations.at(-1)!.kind, 'stray');
    assert.equal(captured(story, 6_601n), tooMuch);
    assert.equal(captured(story, 6_600n), 'approved');
  });
});

describe('after the last capture', () => {
  it('nothing is released where it was for more than was authorized, nor when the authorization lapses', () => {
    const story = authorized(10_000n, 10);
    story.captureLast(10_001n, generous);
    assert.equal(newest(story), 'approved');
    story.wait(7 * dayMs).due('lapse');
    assert.deepEqual(
      story.view.operations.map(({ kind }) => kind),
      ['authorize', 'capture'],
    );
    assert.equal(story.tasks.has('lapse'), false);
    assert.deepEqual(faultsOf(story), []);
  });

  it('what it leaves is released as ever, and the share of it is gone', () => {
    const story = authorized(10_000n, 10);
    story.captureLast(4_000n, generous);
    assert.equal(captured(story, 401n), tooMuch);
    story.hear('approved', { operation: 2 });
    story.hear('approved', { operation: 3 });
    const { authorizedMinor, authorizedHeldMinor } = story.view.payment;
    assert.deepEqual([authorizedMinor, authorizedHeldMinor], [4_000n, 0n]);
    assert.equal(capturable(story.view.payment), 400n);
  });

  it('an authorization that lapses while it is under way keeps what it needs', () => {
    const story = authorized(10_000n, 10);
    story.capture(10_500n, generous);
    story.wait(7 * dayMs).due('lapse');
    assert.equal(story.view.operations.length, 2);
    assert.equal(story.tasks.has('lapse'), true);
    story.hear('declined', { operation: 2 });
    story.wait(dayMs).due('lapse');
    assert.deepEqual([story.operation(3).kind, story.operation(3).amountMinor], ['release', 10_000n]);
    assert.deepEqual(faultsOf(story), []);
  });
});

it('so many percent of an amount are never more than the fraction of it', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n }), fc.integer({ min: 0, max: 100 }), (amountMinor, percent) => {
      const more = overcaptureOf(amountMinor, percent) * 100n;
      const exact = amountMinor * BigInt(percent);
      assert.ok(more <= exact && exact - more < 100n);
    }),
  );
});
