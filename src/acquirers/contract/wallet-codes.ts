import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isSite } from '../../core/wallets.ts';
import { Secret } from '../../kit/secret.ts';
import { type Desk, isDeclined, isUnknown, isUnwanted, soon } from './desk.ts';

/** Payers who scan a code and agree, in the wallet's app, to the amount asked. */
export const walletCodes = (desk: Desk): void => {
  const { rig, acquirer, overLine, about, inquiry, perform, inquire, withWallets, agreed, byWallet, offered, close } =
    desk;
  const stands = async (sentReference: string) => (await rig.booked(sentReference))?.stands === true;

  describe('wallets', () => {
    test('an acquirer that knows wallets has its payers in this suite', () => {
      assert.equal(typeof rig.wallets === 'string', acquirer.capabilities.wallets.length === 0);
    });

    withWallets('each has a code, which stays until it is paid; then the payer is named', async ({ act }) => {
      for (const wallet of agreed) {
        const { asked, code } = await offered(wallet);
        const open = await inquire(asked);
        assert.ok(open.kind === 'challenge', wallet);
        assert.deepEqual(open.challenge, code);
        assert.equal(await stands(asked.sentReference), false);
        await act(code, 'pay');
        const paid = await inquire(asked);
        assert.ok(paid.kind === 'approved' && paid.payer && paid.acquirerReference);
        assert.deepEqual(await rig.booked(asked.sentReference), { amount: '268.50', stands: true });
      }
    });

    withWallets(
      'a site is a page of the web, also where it is told who pays and where to go afterwards',
      async ({ act }) => {
        for (const site of agreed.filter(isSite)) {
          const asked = byWallet(site, { returnUrl: 'https://pay.example/return' });
          const told = { payer: 'site', told: new Secret(JSON.stringify({ voucherNumber: '1234567890' })) } as const;
          const outcome = await acquirer.perform(asked, told, soon());
          assert.ok(outcome.kind === 'challenge' && outcome.challenge.kind === 'qr');
          assert.match(outcome.challenge.appUrl ?? '', /^https?:/);
          await act(outcome.challenge, 'pay');
          assert.equal((await inquire(asked)).kind, 'approved');
        }
      },
    );

    withWallets('two orders have two codes, and a payment is of its own', async ({ act, refunded }) => {
      const [one, other] = [await offered(refunded.atOnce), await offered(refunded.atOnce)];
      assert.notEqual(one.code.text, other.code.text);
      await act(other.code, 'pay');
      assert.equal((await inquire(one.asked)).kind, 'challenge');
      assert.equal((await inquire(other.asked)).kind, 'approved');
    });

    withWallets('what the payer refused or cancelled is declined, and cannot be paid any more', async ({ act }) => {
      for (const does of ['refuse', 'cancel'] as const) {
        const { asked, code } = await offered(agreed[0]!);
        await act(code, does);
        isUnwanted(await inquire(asked), does);
        await act(code, 'pay');
        isDeclined(await inquire(asked));
        isDeclined(await close(asked));
        assert.equal(await stands(asked.sentReference), false);
      }
    });

    withWallets('an order sent again has the same code and one effect', async ({ act }) => {
      const asked = byWallet(agreed[0]!);
      const outcomes = await Promise.all([perform(asked, null), perform(asked, null), perform(asked, null)]);
      const [first] = outcomes;
      for (const outcome of outcomes) assert.deepEqual(outcome, first);
      assert.ok(first!.kind === 'challenge' && first!.challenge.kind === 'qr');
      await act(first!.challenge, 'pay');
      assert.equal((await perform(asked, null)).kind, 'approved');
      assert.equal((await perform(about(asked, { kind: 'refund', card: null }))).kind, 'approved');
      isDeclined(await perform(about(asked, { kind: 'refund', card: null, amountMinor: 1n })));
    });

    withWallets('a closed order takes no money, a paid one tells that it was paid', async ({ act }) => {
      for (const wallet of agreed) {
        const open = await offered(wallet);
        isDeclined(await close(open.asked));
        await act(open.code, 'pay');
        for (const outcome of [await inquire(open.asked), await close(open.asked)]) isDeclined(outcome);
        assert.equal(await stands(open.asked.sentReference), false);
        const paid = await offered(wallet);
        await act(paid.code, 'pay');
        assert.deepEqual(await close(paid.asked), await inquire(paid.asked));
        assert.equal(await stands(paid.asked.sentReference), true);
      }
    });

    withWallets('closing what the host never heard of is acknowledged, and the order is declined late', async () => {
      for (const wallet of [...acquirer.capabilities.wallets, ...agreed]) {
        const lost = byWallet(wallet);
        isDeclined(await close(lost));
        isDeclined(await perform(lost, null));
        isDeclined(await inquire(lost));
        assert.equal(await stands(lost.sentReference), false);
      }
    });

    withWallets('payment and closing at once have one end, and everybody hears the same', async ({ act }) => {
      for (let round = 0; round < 5; round++) {
        const { asked, code } = await offered(agreed[0]!);
        const [closed] = await Promise.all([close(asked), act(code, 'pay')]);
        assert.equal((await inquire(asked)).kind, closed.kind);
        assert.equal(await stands(asked.sentReference), closed.kind === 'approved');
      }
    });

    withWallets('a refund is decided at once, or accepted and decided later', async ({ act, refunded, refundMs }) => {
      for (const [wallet, said] of [
        [refunded.atOnce, 'approved'],
        [refunded.later, 'accepted'],
      ] as const) {
        const { asked, code } = await offered(wallet);
        await act(code, 'pay');
        const refund = (amountMinor: bigint) =>
          about(asked, { kind: 'refund', action: 'perform', card: null, wallet, amountMinor });
        const [part, more] = [refund(26_800n), refund(51n)];
        const first = await perform(part);
        assert.equal(first.kind, said);
        assert.deepEqual(await perform(part), first, 'sent again it is the same refund');
        const beyond = await perform(more);
        rig.advance(refundMs);
        assert.equal((await inquire(part)).kind, 'approved');
        isDeclined(said === 'approved' ? beyond : await inquire(more));
        assert.deepEqual(await rig.booked(part.sentReference), { amount: '268.00', stands: true });
      }
    });

    withWallets('an undo takes back what was paid, and what is open', async ({ act }) => {
      for (const pays of [true, false]) {
        const { asked, code } = await offered(agreed[0]!);
        if (pays) await act(code, 'pay');
        const undo = about(asked, { kind: 'reversal', action: 'undo', card: null, wallet: asked.wallet });
        assert.equal((await acquirer.undo(undo, soon())).kind, 'approved');
        await act(code, 'pay');
        isDeclined(await inquire(asked));
        assert.equal(await stands(asked.sentReference), false);
      }
    });

    withWallets('a line that breaks leaves a code to inquiries, and a closing that did not leave unknown', async () => {
      const asked = byWallet(agreed[0]!);
      rig.line.fault = 'cut_answer';
      isUnknown(await perform(asked, null, overLine), 'silence');
      assert.equal((await inquire(asked)).kind, 'challenge');
      isUnknown(await close(asked, overLine), 'silence');
      rig.line.fault = 'none';
      isDeclined(await inquire(asked));
      const nowhere = rig.connect('http://127.0.0.1:1');
      assert.equal((await perform(byWallet(agreed[0]!), null, nowhere)).kind, 'not_sent');
      isUnknown(await close(asked, nowhere), 'silence');
      isUnknown(await nowhere.inquire(inquiry(asked), soon()), 'silence');
    });

    withWallets('an answer about another amount or account is none', async () => {
      for (const [from, to] of [
        ['268.50', '268.51'],
        ['HKD', 'USD'],
        [rig.account, `${rig.account.slice(0, -1)}X`],
      ] as const) {
        rig.line.fault = (answer) => answer.replace(from, to);
        const asked = byWallet(agreed[0]!);
        isUnknown(await perform(asked, null, overLine), 'host_error');
        isUnknown(await overLine.inquire(inquiry(asked), soon()), 'host_error');
        isUnknown(await close(asked, overLine), 'host_error');
        rig.line.fault = 'none';
      }
    });
  });
};
