import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { CardDetails, Order } from '../../gateway/ports.ts';
import { type Desk, isDeclined, isUnknown, shortMs, soon } from './desk.ts';

/** Hosts that are slow, silent or broken. */
export const hosts = ({ rig, acquirer, order, perform, inquire, withCard }: Desk): void => {
  describe('what hosts do', () => {
    const outwaited = async (card: CardDetails): Promise<Order> => {
      const asked = order({}, card);
      isUnknown(await acquirer.perform(asked, card, soon(shortMs)), 'silence');
      return asked;
    };

    withCard('silent', 'a host that never answers is given up at the deadline and knows nothing', async (card) => {
      const startedAt = Date.now();
      const asked = await outwaited(card);
      assert.ok(Date.now() - startedAt < shortMs + 1_000);
      assert.deepEqual(await inquire(asked), { kind: 'not_found' });
    });

    withCard('lateApproval', 'a lost approval is found by inquiry', async (card) => {
      const asked = await outwaited(card);
      assert.notEqual((await inquire(asked)).kind, 'approved');
      rig.advance(5_000);
      assert.equal((await inquire(asked)).kind, 'approved');
      assert.equal((await rig.booked(asked.sentReference))?.stands, true);
    });

    withCard('lateDecline', 'a lost decline is found by inquiry', async (card) => {
      const asked = await outwaited(card);
      rig.advance(5_000);
      isDeclined(await inquire(asked), 'declined');
    });

    withCard('hostError', 'a host error is no decline', async (card) => {
      const asked = order({}, card);
      isUnknown(await perform(asked, card), 'host_error');
      assert.deepEqual(await inquire(asked), { kind: 'not_found' });
    });
  });
};
