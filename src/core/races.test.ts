import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Decision } from './change.ts';
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import { faultsOf } from './faults.ts';
import type { View } from './model.ts';
import { dayMs, minuteMs, Story } from './testing.ts';

/** One caller of many: it decides on what it has read, and reads again when others were first. */
class Caller {
  readonly story: Story;
  readonly command: Command;
  seen: View;
  end: Decision['kind'] | undefined;

  constructor(story: Story, command: Command) {
    this.story = story;
    this.command = command;
    this.seen = story.view;
  }

  go(): void {
    const decision = decide(this.seen, this.command, this.story.now);
    if (decision.kind === 'change' && decision.change.read !== this.story.view.payment.version) {
      this.seen = this.story.view;
      return;
    }
    if (decision.kind === 'change') this.story.write(decision);
    this.end = decision.kind;
  }
}

const race = (callers: readonly Caller[], turns: readonly number[]) => {
  let waiting = [...callers];
  for (let i = 0; waiting.length > 0; i++) {
    waiting[(turns[i % turns.length] ?? 0) % waiting.length]!.go();
    waiting = waiting.filter(({ end }) => end === undefined);
  }
};

const turns = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 200 });

describe('many at once on one payment', () => {
  it('of fifty parallel refunds of a half exactly two succeed', () => {
    fc.assert(
      fc.property(turns, (order) => {
        const story = new Story();
        story.charge('sale');
        story.hear('approved');
        const callers = Array.from({ length: 50 }, () => new Caller(story, story.followed('refund', 5_000n)));
        race(callers, order);
        const states = story.view.operations.slice(1).map(({ state, reason }) => reason ?? state);
        assert.equal(states.filter((state) => state === 'acting').length, 2);
        assert.equal(states.filter((state) => state === 'exceeds_captured').length, 48);
        assert.equal(story.view.payment.capturedHeldMinor, 10_000n);
        assert.deepEqual(faultsOf(story), []);
      }),
      { numRuns: 50 },
    );
  });

  it('captures, refunds, timers and evidence race, and the books stay sound', () => {
    const rival = fc.oneof(
      fc.record({
        kind: fc.constantFrom('capture' as const, 'refund' as const),
        amountMinor: fc.bigInt({ min: 1n, max: 12_000n }),
      }),
      fc.constant({ kind: 'lapse' as const, amountMinor: 0n }),
      fc.record({ kind: fc.constantFrom('approved' as const, 'declined' as const), amountMinor: fc.constant(0n) }),
    );
    fc.assert(
      fc.property(fc.array(rival, { minLength: 2, maxLength: 12 }), turns, fc.nat(8), (rivals, order, days) => {
        const story = new Story();
        story.charge('authorize');
        story.hear('approved');
        for (const amountMinor of [3_000n, 2_000n]) story.capture(amountMinor);
        story.hear('approved', { operation: 2 });
        story.wait(days * dayMs);
        const commands = rivals.map(({ kind, amountMinor }): Command => {
          if (kind === 'lapse') return { type: 'due', id: story.id(), task: 'lapse' };
          if (kind === 'capture' || kind === 'refund') return story.followed(kind, amountMinor);
          return story.heard(kind, { operation: 3 });
        });
        race(
          commands.map((command) => new Caller(story, command)),
          order,
        );
        assert.deepEqual(faultsOf(story), []);
      }),
      { numRuns: 500 },
    );
  });

  it('a payer who clicks twice, in two tabs, pays once', () => {
    fc.assert(
      fc.property(turns, (order) => {
        const story = new Story();
        story.open('sale');
        const callers = Array.from({ length: 5 }, () => new Caller(story, story.posted()));
        race(callers, order);
        assert.equal(callers.filter(({ end }) => end === 'change').length, 1);
        assert.equal(story.view.attempts.length, 1);
      }),
      { numRuns: 50 },
    );
  });

  it('a code, other cards, another text and a change of mind in many tabs: one order leaves at a time', () => {
    fc.assert(
      fc.property(turns, (order) => {
        const story = new Story();
        story.open('sale');
        story.submit();
        story.hearTexted();
        story.wait(minuteMs);
        const { sentReference } = story.attempt();
        const dueAt = story.now + 15_000;
        const back = (): Command => ({ type: 'resume', id: story.id(), sentReference, dueAt });
        const turn = (type: 'resend' | 'again' | 'cancel'): Command => ({ type, id: story.id() });
        const commands = [
          back(),
          back(),
          story.posted(),
          story.posted(),
          turn('resend'),
          turn('again'),
          turn('cancel'),
        ];
        race(
          commands.map((command) => new Caller(story, command)),
          order,
        );
        assert.ok(story.view.attempts.filter(({ state }) => state === 'sending').length <= 1);
        assert.deepEqual(faultsOf(story), []);
      }),
      { numRuns: 300 },
    );
  });

  it('sender and workers who ask the tax office at once: one receipt, told once', () => {
    fc.assert(
      fc.property(turns, fc.array(fc.boolean(), { minLength: 2, maxLength: 5 }), (order, answers) => {
        const story = new Story();
        story.openTaxed();
        story.submit();
        story.hear('approved');
        const commands = answers.map((said) => story.answered(said ? 'registered' : 'failed'));
        race(
          commands.map((command) => new Caller(story, command)),
          order,
        );
        assert.equal(story.tellings.length, 1);
        assert.equal(story.view.receipts[0]?.state, answers.includes(true) ? 'registered' : 'failed');
        assert.deepEqual(faultsOf(story), []);
      }),
      { numRuns: 200 },
    );
  });
});
