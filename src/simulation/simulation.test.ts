import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hunt } from './hunt.ts';
import { sourceOf } from './mutant-loader.ts';
import { mutants } from './mutants/index.ts';
import { readOptions } from './options.ts';
import { simulate } from './simulate.ts';

describe('the simulation', () => {
  it('finds nothing wrong with the core and the gateway, whatever befalls them', async () => {
    // Other seeds each time, since what they say can be replayed; the same ones where a change waits for the verdict.
    const first = process.env.CI ? 1 : 1 + Math.floor(Math.random() * 1_000_000);
    let commits = 0;
    for (let seed = first; seed < first + 60; seed++) {
      const run = await simulate({ seed, payments: 100 });
      assert.equal(run.fault, null, `npm run simulate -- --seed ${seed} --payments 100 --trace`);
      commits += run.commits;
    }
    // A run in which the database loses commits ends there, with few of them.
    assert.ok(commits > 60 * 100);
  });

  it('is the same run for the same seed, to the byte, and another for another', async () => {
    const storyOf = async (seed: number) => {
      const lines: string[] = [];
      const end = await simulate({ seed, payments: 40, trace: (line) => lines.push(line) });
      return { ...end, story: lines.join('\n') };
    };
    const [once, again, other] = [await storyOf(7), await storyOf(7), await storyOf(8)];
    assert.equal(once.story, again.story);
    assert.equal(once.digest, again.digest);
    assert.notEqual(once.story, other.story);
  });

  it('reads its options', () => {
    const plain = { seed: 1, seeds: 1, payments: 100, mutants: false, trace: false };
    assert.deepEqual(readOptions([]), plain);
    assert.deepEqual(readOptions(['--seed', '9', '--payments', '5', '--trace']), {
      ...plain,
      seed: 9,
      payments: 5,
      trace: true,
    });
    assert.throws(() => readOptions(['--seed', '1e3']), /--seed is no whole number/);
    assert.throws(() => readOptions(['--payments', '0']), /--payments is no whole number/);
  });
});

describe('a bug of another payment system, put into ours', () => {
  for (const mutant of mutants) {
    const skip = mutant.isRare ? 'rare: npm run simulate -- --mutants' : false;
    it(`is caught: ${mutant.bug}`, { skip }, async () => {
      const { fault, seeds } = await hunt(mutant, 1, 100, 200);
      assert.notEqual(fault, null, `${mutant.name} survived ${seeds} seeds`);
    });
  }

  it('has its place in the code, also where it is too rare to be hunted here', () => {
    for (const mutant of mutants) assert.notEqual(sourceOf(mutant), '', mutant.name);
  });

  it('is none where the code has moved on: that is an error, not a catch', async () => {
    const gone = { name: 'gone', bug: '', file: 'core/pay.ts', find: 'no such text', put: '' };
    await assert.rejects(hunt(gone, 1, 10, 1), /its text is 0 times in core\/pay.ts/);
  });
});
