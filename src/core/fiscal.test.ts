import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from './faults.ts';
import { openReceipts } from './fiscal.ts';
import { checkout, receiptLine, Story, start } from './testing.ts';

/** A payment that owes a receipt, with its card at the acquirer. */
const submitted = () => {
  const story = new Story();
  story.openTaxed();
  story.submit();
  return story;
};

const approved = () => {
  const story = submitted();
  story.hear('approved');
  return story;
};

const settled = { kind: 'settled' };
const receiptOf = (story: Story, operation = 1) => story.view.receipts.find((r) => r.operation === operation)!;
const statesOf = ({ view }: Story) => view.receipts.map(({ operation, state }) => [operation, state]);

describe('the receipt of a payment (12)', () => {
  it('is wanted from the beginning, and nobody is asked before money has moved', () => {
    const story = submitted();
    const { state, lines, tries } = receiptOf(story);
    assert.deepEqual([state, lines, tries], ['wanted', [receiptLine], 0]);
    assert.equal(story.tasks.has('fiscal'), false);
    assert.deepEqual([openReceipts(story.view), story.fiscalize('registered')], [[], settled]);
  });

  it('is owed with the approval: its sender asks at once, a worker five seconds later', () => {
    const story = approved();
    assert.deepEqual(statesOf(story), [[1, 'pending']]);
    assert.equal(story.tasks.get('fiscal'), story.now + 5_000);
    assert.equal(story.view.payment.state, 'approved');
    assert.equal(story.view.payment.capturedMinor, 10_000n);
  });

  it('registered: keeps the words of the office, and only now is the merchant told', () => {
    const story = approved();
    assert.deepEqual(story.tellings, []);
    story.fiscalize('registered');
    const { state, number, terminal, sign, url, message, registeredAt, tries, lines } = receiptOf(story);
    assert.deepEqual([state, number, terminal, sign], ['registered', '88412', 'T1', '482019375561']);
    assert.deepEqual([url, message, registeredAt], ['https://tax.example/88412', 'accepted', story.now]);
    assert.deepEqual([tries, lines], [1, [receiptLine]]);
    assert.deepEqual(story.tellings, [{ operation: 1, late: true }]);
    assert.equal(story.tasks.has('fiscal'), false);
  });

  it('failed: the payment stays approved, the merchant is told all the same, and the office is asked again', () => {
    const story = approved();
    const { payment, operations, attempts } = story.view;
    story.fiscalize('failed');
    assert.deepEqual([receiptOf(story).state, receiptOf(story).message], ['failed', 'the office is closed']);
    assert.deepEqual(story.view.payment, { ...payment, version: payment.version + 1 });
    assert.deepEqual([story.view.operations, story.view.attempts], [operations, attempts]);
    assert.equal(story.tellings.length, 1);
    story.fiscalize('registered');
    assert.deepEqual([receiptOf(story).state, receiptOf(story).tries], ['registered', 2]);
    assert.equal(story.tellings.length, 1, 'the merchant is told once');
  });

  it('is asked for after 1, 5, 30 min, 2, 6, 24 h, then daily; after eight tries a person is called once', () => {
    const story = approved();
    const pauses: number[] = [];
    for (let tries = 1; tries <= 9; tries++) {
      story.fiscalize('failed');
      pauses.push((story.tasks.get('fiscal')! - story.now) / 60_000);
      assert.equal(story.cases.length, tries < 8 ? 0 : 1);
    }
    assert.deepEqual(pauses, [1, 5, 30, 120, 360, 1_440, 1_440, 1_440, 1_440]);
    assert.deepEqual([story.cases[0]?.kind, story.cases[0]?.operation], ['unresolved', 1]);
    story.fiscalize('registered');
    assert.equal(receiptOf(story).state, 'registered');
  });

  it('answered twice is one: sender and worker may both have asked', () => {
    const story = approved();
    story.fiscalize('registered');
    const { view } = story;
    assert.deepEqual([story.fiscalize('failed'), story.fiscalize('registered')], [settled, settled]);
    assert.equal(story.view, view);
  });

  it('of an operation that owes none is nobody’s', () => {
    const story = new Story();
    story.open();
    story.submit();
    story.hear('approved');
    assert.deepEqual(story.fiscalize('registered'), settled);
    assert.deepEqual([story.view.receipts, story.tasks.has('fiscal'), story.tellings.length], [[], false, 1]);
  });

  it('is never owed for what did not come to pass', () => {
    const ends: ((story: Story) => void)[] = [
      (s) => s.cancel(),
      (s) => s.withdraw(),
      (s) => s.wait(checkout.expiresAt - start).due('expire'),
      (s) => {
        s.submit();
        s.hear('declined');
      },
      (s) => {
        s.submit();
        s.ask(3, 'not_found');
      },
    ];
    for (const end of ends) {
      const story = new Story();
      story.openTaxed();
      end(story);
      assert.ok(['declined', 'cancelled', 'expired'].includes(story.view.payment.state));
      assert.deepEqual([statesOf(story), story.tasks.has('fiscal')], [[[1, 'wanted']], false]);
      assert.deepEqual(faultsOf(story), []);
    }
  });

  it('is never owed for money that came too late and is given back', () => {
    const story = submitted();
    story.hear('declined');
    story.hear('approved');
    assert.deepEqual(statesOf(story), [[1, 'wanted']]);
    story.hear('approved', { operation: 3 });
    assert.deepEqual([statesOf(story), story.tasks.has('fiscal')], [[[1, 'wanted']], false]);
  });

  it('is of a sale: nothing has moved yet when an authorization or a card is approved', () => {
    for (const kind of ['authorize', 'verify'] as const) {
      assert.throws(() => new Story().openTaxed(kind), /receipt/, kind);
    }
  });
});

describe('the receipt of a refund (12)', () => {
  const refunded = () => {
    const story = approved();
    story.fiscalize('registered');
    story.refund(4_000n);
    story.hear('approved', { operation: 2 });
    return story;
  };

  it('is owed when it is approved; the merchant need not wait for it', () => {
    const story = refunded();
    assert.deepEqual(statesOf(story), [
      [1, 'registered'],
      [2, 'pending'],
    ]);
    assert.deepEqual(receiptOf(story, 2).lines, [], 'it names the one it is about');
    assert.equal(story.tasks.get('fiscal'), story.now + 5_000);
    assert.deepEqual(
      story.tellings.map(({ operation }) => operation),
      [1, 2],
    );
    story.fiscalize('registered', 2);
    assert.deepEqual([story.tasks.has('fiscal'), story.tellings.length], [false, 2]);
  });

  it('is not owed for one that was declined', () => {
    const story = approved();
    story.fiscalize('registered');
    story.refund(4_000n);
    story.hear('declined', { operation: 2 });
    assert.deepEqual(statesOf(story), [[1, 'registered']]);
  });

  it('waits behind that of the payment, which holds no refund up', () => {
    const story = approved();
    story.fiscalize('failed');
    story.refund(10_000n);
    story.hear('approved', { operation: 2 });
    assert.equal(story.view.payment.refundedMinor, 10_000n);
    assert.deepEqual(
      openReceipts(story.view).map(({ operation }) => operation),
      [1, 2],
    );
    story.fiscalize('registered', 1);
    assert.equal(story.tasks.get('fiscal'), story.now, 'the next one at once');
    assert.deepEqual(
      openReceipts(story.view).map(({ operation }) => operation),
      [2],
    );
    assert.deepEqual(faultsOf(story), []);
  });
});
