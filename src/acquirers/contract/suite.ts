import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { challenges } from './challenges.ts';
import { conversations } from './conversations.ts';
import { debits } from './debits.ts';
import { deskOf } from './desk.ts';
import { hosts } from './hosts.ts';
import { line } from './line.ts';
import { oneTimeCodes } from './one-time-codes.ts';
import type { Rig } from './rig.ts';
import { terminals } from './terminals.ts';
import { walletCodes } from './wallet-codes.ts';
import { walletPushes } from './wallet-pushes.ts';

/** What every adapter under this folder owes to the port, shown against its host. */
export const contract = (name: string, rig: Rig): void => {
  const desk = deskOf(name, rig);
  describe(`acquirer ${name}`, () => {
    conversations(desk);
    challenges(desk);
    oneTimeCodes(desk);
    walletCodes(desk);
    walletPushes(desk);
    debits(desk);
    terminals(desk);
    hosts(desk);
    line(desk);

    test('no outcome shows a card number or a security code', async () => {
      const { number, code } = rig.cards.approved;
      const text = inspect(await desk.perform(desk.order()), { depth: 9 });
      assert.ok(!text.includes(number.reveal()));
      if (code) assert.ok(!text.includes(`'${code.reveal()}'`));
    });
  });
};
