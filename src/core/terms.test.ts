import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { View } from './model.ts';
import { turnOf } from './terms.ts';
import { dayMs, Story, start } from './testing.ts';

describe('terms: when a stored card may be charged again without its payer', () => {
  const paid = () => {
    const story = new Story();
    story.open();
    story.submit();
    return story;
  };
  const first = (): View => {
    const story = paid();
    story.hear('approved');
    return story.view;
  };
  const declined = (): View => {
    const story = paid();
    story.hear('declined');
    return story.view;
  };
  const unsent = (): View => {
    const story = new Story();
    story.open();
    return story.view;
  };
  const terms = { gapMs: 2 * dayMs };
  const later = start + 2 * dayMs;

  it('not before the time that was agreed, from the last charge on', () => {
    assert.deepEqual(turnOf(terms, first(), [], later - 1), { kind: 'too_soon' });
    assert.equal(turnOf(terms, first(), [], later).kind, 'due');
    const again = { ...first(), operations: [{ ...first().operations[0]!, finishedAt: later }] };
    assert.deepEqual(turnOf(terms, first(), [again], later + 2 * dayMs - 1), { kind: 'too_soon' });
    assert.equal(turnOf(terms, first(), [again], later + 2 * dayMs).kind, 'due');
  });

  it('not while the end of another one is unknown', () => {
    const story = paid();
    assert.deepEqual(turnOf(terms, first(), [story.view], later), { kind: 'too_soon' });
    story.hear('unknown');
    assert.deepEqual(turnOf(terms, first(), [story.view], later), { kind: 'too_soon' });
  });

  it('one that was declined, or never sent, is no charge', () => {
    assert.equal(turnOf(terms, first(), [declined(), unsent()], later).kind, 'due');
  });

  it('each end is another turn, and what never left is none', () => {
    const turns = [[], [unsent()], [declined()], [declined(), declined()]].map((charges) => {
      const turn = turnOf(terms, first(), charges, later);
      return turn.kind === 'due' ? turn.turn : 'none';
    });
    assert.equal(turns[0], turns[1]);
    assert.equal(new Set(turns).size, 3);
  });
});
