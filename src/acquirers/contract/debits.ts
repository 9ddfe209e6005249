import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Scheme } from '../../core/bank-accounts.ts';
import type { Order, Payer } from '../../gateway/ports.ts';
import { Secret } from '../../kit/secret.ts';
import { type Desk, isDeclined, isUnknown, soon } from './desk.ts';

/** Bank accounts that are debited without a word of their holders. */
export const debits = (desk: Desk): void => {
  const { rig, acquirer, overLine, order, about, inquire } = desk;
  const { debits: schemes = [] } = acquirer.capabilities;
  const { debits: accounts } = rig;

  const withDebits = (title: string, run: (scheme: Scheme, known: Exclude<typeof accounts, string>) => Promise<void>) =>
    test(title, async (t) => {
      if (typeof accounts === 'string') return t.skip(accounts);
      for (const scheme of schemes) await run(scheme, accounts);
    });

  const debit = (scheme: Scheme, number: string): { asked: Order; payer: Payer } => {
    const iban = `DE231000000${number}`;
    const names = { givenName: 'Ada', surname: 'Lovelace' };
    const own =
      scheme === 'sepa' ? { iban, bic: 'MARKDEF1100' } : { accountNumber: number, routingNumber: '011000028' };
    const bankAccount = { scheme, last4: number.slice(-4), bank: 'MARKDEF1100', country: null, use: null };
    return {
      asked: order({ bankAccount, returnUrl: null }, null),
      payer: { payer: 'account', told: new Secret(JSON.stringify({ ...own, ...names })) },
    };
  };
  const stands = async (sentReference: string) => (await rig.booked(sentReference))?.stands === true;

  describe('debits', () => {
    test('an acquirer that debits accounts has some in this suite', () => {
      assert.equal(typeof accounts === 'string', schemes.length === 0);
    });

    withDebits(
      'an account is debited, once however often it is asked for, and refunded',
      async (scheme, { approved }) => {
        const { asked, payer } = debit(scheme, approved);
        const outcomes = await Promise.all([1, 2, 3].map(() => acquirer.perform(asked, payer, soon())));
        for (const outcome of outcomes) assert.deepEqual(outcome, outcomes[0]);
        assert.equal(outcomes[0]!.kind, 'approved');
        assert.equal((await inquire(asked)).kind, 'approved');
        assert.deepEqual(await rig.booked(asked.sentReference), { amount: '268.50', stands: true });
        const refund = (amountMinor: bigint) => about(asked, { kind: 'refund', card: null, amountMinor });
        assert.equal((await acquirer.perform(refund(26_000n), null, soon())).kind, 'approved');
        isDeclined(await acquirer.perform(refund(851n), null, soon()));
      },
    );

    withDebits('what its bank refuses is declined', async (scheme, { declined }) => {
      const { asked, payer } = debit(scheme, declined);
      isDeclined(await acquirer.perform(asked, payer, soon()));
      isDeclined(await inquire(asked));
      assert.equal(await stands(asked.sentReference), false);
    });

    withDebits(
      'an answer that is lost is found again, and an undo takes the debit back',
      async (scheme, { approved }) => {
        const { asked, payer } = debit(scheme, approved);
        rig.line.fault = 'cut_answer';
        isUnknown(await overLine.perform(asked, payer, soon()), 'silence');
        rig.line.fault = 'none';
        assert.equal((await inquire(asked)).kind, 'approved');
        const undo = about(asked, { kind: 'reversal', action: 'undo', card: null });
        assert.equal((await acquirer.undo(undo, soon())).kind, 'approved');
        isDeclined(await inquire(asked));
        assert.equal(await stands(asked.sentReference), false);
      },
    );

    withDebits('an answer about another account, amount or reference is none', async (scheme, { approved }) => {
      for (const [from, to] of [
        [approved.slice(-4), '9999'],
        ['268.50', '268.51'],
        [rig.account, `${rig.account.slice(0, -1)}X`],
      ] as const) {
        const { asked, payer } = debit(scheme, approved);
        rig.line.fault = (answer) => answer.replace(from, to);
        isUnknown(await overLine.perform(asked, payer, soon()), 'host_error');
        rig.line.fault = 'none';
      }
    });

    withDebits('nothing that comes back names the account', async (scheme, { approved }) => {
      const { asked, payer } = debit(scheme, approved);
      assert.ok(!JSON.stringify(await acquirer.perform(asked, payer, soon())).includes(approved));
    });
  });
};
