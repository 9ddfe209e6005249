import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { FaultyLine } from '../../../test/faulty-line.ts';
import { type Desk, isUnknown, patienceMs, shortMs, soon } from './desk.ts';

/** Lines that cut, hold, double, swap and garble. */
export const line = ({ rig, overLine, order, inquiry, perform, inquire }: Desk): void => {
  describe('the line', () => {
    const sentOver = async (fault: FaultyLine['fault'], ms = patienceMs) => {
      rig.line.fault = fault;
      const asked = order();
      const outcome = await overLine.perform(asked, rig.cards.approved, soon(ms));
      rig.line.fault = 'none';
      return { asked, outcome };
    };
    /** The line carries on as if nothing had happened. */
    const works = async () => assert.equal((await perform(order(), rig.cards.approved, overLine)).kind, 'approved');

    test('nobody listens: proven not sent; of a question that says nothing', async () => {
      const nowhere = rig.connect('http://127.0.0.1:1');
      const asked = order();
      assert.equal((await perform(asked, rig.cards.approved, nowhere)).kind, 'not_sent');
      assert.equal((await nowhere.inquire(inquiry(asked), soon())).kind, 'unknown');
    });

    test('past the deadline no byte leaves', async () => {
      rig.line.byteCount = 0;
      for (const deadlineAt of [Date.now(), Date.now() - 60_000]) {
        assert.equal((await overLine.perform(order(), rig.cards.approved, deadlineAt)).kind, 'not_sent');
      }
      await works();
      const bytesOfOne = rig.line.byteCount;
      assert.ok(bytesOfOne > 0 && bytesOfOne < 2_000, 'only the last one left');
    });

    test('cut before the host heard of it: unknown, and inquiries find nothing', async () => {
      const { asked, outcome } = await sentOver('cut_request');
      isUnknown(outcome, 'silence');
      assert.deepEqual(await inquire(asked), { kind: 'not_found' });
      await works();
    });

    test('cut after the host heard of it: unknown, and an inquiry finds the approval', async () => {
      for (const fault of ['cut_answer', 'half_answer'] as const) {
        const { asked, outcome } = await sentOver(fault);
        isUnknown(outcome, 'silence');
        assert.equal((await inquire(asked)).kind, 'approved');
        await works();
      }
    });

    test('an answer after the deadline, or one that drips past it, is silence and disturbs no later order', async () => {
      for (const fault of ['hold_answer', 'drip_answer'] as const) {
        const { asked, outcome } = await sentOver(fault, shortMs);
        isUnknown(outcome, 'silence');
        rig.line.release();
        await works();
        assert.equal((await inquire(asked)).kind, 'approved');
      }
    });

    test('an answer that comes twice counts for its own order only', async () => {
      const { outcome } = await sentOver('double_answer');
      assert.equal(outcome.kind, 'approved');
      // All at once, so that one of them goes over the line on which the second copy waits.
      const next = await Promise.all([1, 2, 3].map(() => perform(order(), rig.cards.approved, overLine)));
      const approved = next.filter(({ kind }) => kind === 'approved');
      assert.equal(new Set([outcome, ...approved].map((o) => inspect(o))).size, approved.length + 1);
      for (const { kind } of next) assert.ok(kind === 'approved' || kind === 'unknown');
      assert.ok(approved.length >= 2);
      // A line that is out of step once would be so for ever.
      await Promise.all([1, 2, 3, 4].map(works));
    });

    test('answers that change places tell nothing about either order', async () => {
      rig.line.fault = 'swap_answers';
      const [one, other] = [order(), order()];
      const outcomes = await Promise.all([one, other].map((o) => perform(o, rig.cards.approved, overLine)));
      rig.line.fault = 'none';
      for (const outcome of outcomes) isUnknown(outcome, 'host_error');
      await works();
    });

    test('rubbish, a flood and another payment’s echo are host errors, never answers', async () => {
      const http = (text: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
      for (const text of ['', 'null', '{}', '<html>'])
        isUnknown((await sentOver(() => http(text))).outcome, 'host_error');
      const flood = (answer: string) => http(answer.split('\r\n\r\n')[1]!.padEnd(200_000));
      isUnknown((await sentOver(flood)).outcome, 'host_error');
      const swaps = [
        ['268.50', '268.51'],
        ['HKD', 'USD'],
        [rig.account, `${rig.account.slice(0, -1)}X`],
        [rig.cards.approved.number.reveal().slice(-4), '9999'],
      ] as const;
      for (const [from, to] of swaps) {
        const { asked, outcome } = await sentOver((answer) => answer.replace(from, to));
        isUnknown(outcome, 'host_error');
        assert.equal((await inquire(asked)).kind, 'approved');
      }
      await works();
    });

    test('what is no HTTP at all is an unknown outcome, too', async () => {
      const { outcome } = await sentOver(() => 'rubbish\r\n\r\n');
      assert.equal(outcome.kind, 'unknown');
      await works();
    });
  });
};
