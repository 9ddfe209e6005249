import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Grouped } from './grouped.ts';

/** Answers twice the question, when told to; every group it was asked. */
const slow = () => {
  const groups: (readonly number[])[] = [];
  const goes: (() => void)[] = [];
  const askAll = async (questions: readonly number[]) => {
    groups.push(questions);
    await new Promise<void>((resolve) => goes.push(resolve));
    return questions.map((question) => question * 2);
  };
  return { groups, askAll, go: () => goes.shift()!() };
};

/** Long enough for a lane to be given on, and for the next group to leave. */
const turn = async () => {
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => setImmediate(resolve));
};

describe('grouped questions', () => {
  it('go together when they come together, each with its own answer', async () => {
    const { groups, askAll, go } = slow();
    const grouped = new Grouped(askAll, { laneCount: 1 });
    const answers = Promise.all([1, 2, 3].map((question) => grouped.ask(question)));
    await turn();
    go();
    assert.deepEqual(await answers, [2, 4, 6]);
    assert.deepEqual(groups, [[1, 2, 3]]);
  });

  it('wait for a lane, and no more than so many go at once', async () => {
    const { groups, askAll, go } = slow();
    const grouped = new Grouped(askAll, { laneCount: 1, countMax: 2 });
    const first = grouped.ask(1);
    await turn();
    const others = [2, 3, 4].map((question) => grouped.ask(question));
    await turn();
    assert.deepEqual(groups, [[1]]);
    go();
    assert.equal(await first, 2);
    await turn();
    assert.deepEqual(groups, [[1], [2, 3]]);
    go();
    await Promise.all(others.slice(0, 2));
    await turn();
    go();
    assert.equal(await others[2], 8);
    assert.deepEqual(groups, [[1], [2, 3], [4]]);
  });

  it('that the database refuses are asked one by one: only the faulty one fails', async () => {
    const asked: number[][] = [];
    const grouped = new Grouped<number, number>(async (questions) => {
      asked.push([...questions]);
      if (questions.includes(13)) throw Object.assign(new Error('refused'), { severity: 'ERROR' });
      return questions;
    });
    const answers = await Promise.allSettled([1, 13, 2].map((question) => grouped.ask(question)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.ok(asked.length > 2);
  });

  it('fail together when the line breaks, and the next are well', async () => {
    let breaks = true;
    let askedCount = 0;
    const grouped = new Grouped<number, number>(
      async (questions) => {
        askedCount += 1;
        if (breaks) throw Object.assign(new Error('gone'), { code: 'CONNECTION_CLOSED' });
        return questions;
      },
      { laneCount: 1 },
    );
    const answers = await Promise.allSettled([1, 2, 3].map((question) => grouped.ask(question)));
    assert.ok(answers.every(({ status }) => status === 'rejected'));
    assert.equal(askedCount, 1);
    breaks = false;
    assert.equal(await grouped.ask(4), 4);
  });
});
