import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { isPushed } from '../../core/wallets.ts';
import type { Order, Outcome } from '../../gateway/ports.ts';
import { type Desk, isDeclined, isUnknown, isUnwanted, soon } from './desk.ts';

/** Payers who push money: in any amount, more than once, and whether or not it is still asked for. */
export const walletPushes = (desk: Desk): void => {
  const { rig, acquirer, overLine, about, inquiry, perform, inquire, withWallets, byWallet, offered, close } = desk;
  const pushed = acquirer.capabilities.wallets.filter(isPushed);

  const isReceived = (outcome: Outcome, amountsMinor: readonly bigint[], isClosed: boolean) => {
    assert.equal(outcome.kind, 'received');
    const { transfers, challenge, ...rest } = outcome as Extract<Outcome, { kind: 'received' }>;
    assert.deepEqual(
      transfers.map(({ amountMinor }) => amountMinor),
      amountsMinor,
    );
    assert.equal(rest.isClosed, isClosed);
    assert.equal(challenge === null, isClosed);
    assert.ok(rest.acquirerReference);
    return transfers;
  };
  const ask = async (asked: Order, amountsMinor: readonly bigint[], isClosed = false) =>
    isReceived(await inquire(asked), amountsMinor, isClosed);
  const withPushes: Desk['withWallets'] = (title, run) =>
    withWallets(title, async (wallets) => {
      for (const wallet of pushed) assert.ok((await offered(wallet)).code, wallet);
      if (pushed.length > 0) await run(wallets);
    });

  describe('money that is pushed', () => {
    withPushes('is told in the order in which it came, in parts and over, and booked as often', async ({ push }) => {
      const { asked, code } = await offered(pushed[0]!);
      const open = await inquire(asked);
      isReceived(open, [], false);
      assert.deepEqual(open.kind === 'received' && open.challenge, code);
      await push(code, 16_850n);
      const [first] = await ask(asked, [16_850n]);
      await push(code, 1n);
      await push(code, 10_000n);
      const transfers = await ask(asked, [16_850n, 1n, 10_000n]);
      assert.deepEqual(transfers[0], first, 'the same words every time');
      assert.equal(new Set(transfers.map(({ reference }) => reference)).size, 3);
      for (const { reference, acquirerTime } of transfers) {
        assert.ok(acquirerTime && !Number.isNaN(Date.parse(acquirerTime)));
        assert.equal((await rig.booked(reference))?.stands, true);
      }
      assert.equal((await rig.booked(asked.sentReference))?.stands, false, 'the order itself moves nothing');
    });

    withPushes('that comes at once is told whole', async ({ push }) => {
      const { asked, code } = await offered(pushed[0]!);
      await Promise.all(Array.from({ length: 8 }, () => push(code, 500n)));
      const transfers = await ask(asked, Array(8).fill(500n));
      assert.equal(new Set(transfers.map(({ reference }) => reference)).size, 8);
    });

    withPushes('is told when it is closed, and what comes after that as well', async ({ push }) => {
      const { asked, code } = await offered(pushed[0]!);
      await push(code, 100n);
      isReceived(await close(asked), [100n], true);
      await push(code, 200n);
      await ask(asked, [100n, 200n], true);
      isReceived(await close(asked), [100n, 200n], true);
      const empty = await offered(pushed[0]!);
      const ended = await close(empty.asked);
      if (ended.kind !== 'declined') isReceived(ended, [], true);
      await push(empty.code, 300n);
      await ask(empty.asked, [300n], true);
    });

    withPushes('may be refused before any came', async ({ act, push }) => {
      for (const does of ['refuse', 'cancel'] as const) {
        const { asked, code } = await offered(pushed[0]!);
        await act(code, does);
        isUnwanted(await inquire(asked), does);
        await push(code, 100n);
        await ask(asked, [100n], true);
      }
    });

    withPushes('is asked for once, however often the order is sent', async ({ push }) => {
      const asked = byWallet(pushed[0]!);
      const outcomes = await Promise.all([perform(asked, null), perform(asked, null)]);
      assert.deepEqual(outcomes[1], outcomes[0]);
      assert.ok(outcomes[0].kind === 'challenge' && outcomes[0].challenge.kind === 'qr');
      await push(outcomes[0].challenge, 100n);
      assert.deepEqual(await perform(asked, null), outcomes[0]);
      await ask(asked, [100n]);
    });

    withPushes('is refunded up to what came, by the order’s reference, also when it is closed', async (wallets) => {
      const { asked, code } = await offered(pushed[0]!);
      const refund = async (amountMinor: bigint) => {
        const order = about(asked, { kind: 'refund', card: null, wallet: asked.wallet, amountMinor });
        const first = await perform(order);
        if (first.kind !== 'accepted') return first;
        rig.advance(wallets.refundMs);
        return inquire(order);
      };
      isDeclined(await refund(1n));
      await wallets.push(code, 20_000n);
      await wallets.push(code, 10_000n);
      assert.equal((await refund(26_850n)).kind, 'approved');
      isDeclined(await refund(3_151n));
      await close(asked);
      assert.equal((await refund(3_150n)).kind, 'approved');
      await ask(asked, [20_000n, 10_000n], true);
    });

    withPushes('in an amount that is none is no answer, and the next one tells it', async ({ push }) => {
      const { asked, code } = await offered(pushed[0]!);
      await push(code, 6_700n);
      for (const amount of ['00.00', '-7.00', '7.001', 'seven']) {
        rig.line.fault = (answer) => answer.replace('67.00', amount);
        isUnknown(await overLine.inquire(inquiry(asked), soon()), 'host_error');
        rig.line.fault = 'none';
      }
      isReceived(await overLine.inquire(inquiry(asked), soon()), [6_700n], false);
    });
  });
};
