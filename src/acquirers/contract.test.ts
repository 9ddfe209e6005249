import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultyLine } from '../../test/faulty-line.ts';
import { startSandboxWorld } from '../../test/sandbox-world.ts';
import { textFromMinor } from '../core/money.ts';
import type { CardDetails } from '../gateway/ports.ts';
import { Secret } from '../kit/secret.ts';
import type { Rig } from './contract/rig.ts';
import { contract } from './contract/suite.ts';
import { acquirers } from './index.ts';
import { sandboxAcquirer } from './sandbox/index.ts';

const card = (number: string, expiry = '2039-01', code: string | null = '123'): CardDetails => ({
  number: new Secret(number),
  expiry,
  code: code === null ? null : new Secret(code),
  holder: new Secret('A. Payer'),
});

const sandboxRig = async (): Promise<Rig> => {
  const world = await startSandboxWorld();
  const expiring = (expiry: string, code = '123') => card('4440000009900010', expiry, code);
  const inApp = async (appUrl: string, fields: Record<string, string>) => {
    const page = world.url + new URL(appUrl).pathname;
    const { status } = await fetch(page, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
    assert.equal(status, 303);
  };
  return {
    connect: (url) => sandboxAcquirer({ url }),
    hostUrl: world.url,
    line: await faultyLine(world.url),
    account: 'H000000H0000001',
    cards: {
      approved: card('4508750015741019'),
      declined: [
        { card: card('4000000000000036'), reason: 'declined' },
        { card: expiring('2039-05'), reason: 'declined' },
        { card: expiring('2039-06'), reason: 'insufficient_funds' },
        { card: expiring('2027-04'), reason: 'expired_card' },
        { card: expiring('2039-07'), reason: 'invalid_code' },
        { card: expiring('2039-01', '000'), reason: 'invalid_code' },
        { card: card('8600310000000034', '2039-01', null), reason: 'blocked_card' },
        { card: card('8600310000000042', '2039-01', null), reason: 'no_phone' },
      ],
      challenged: card('4012001037141112'),
      demanded: card('4508750015741019'),
      texted: card('9860180000000018', '2039-01', null),
      lateApproval: card('4000000000000077'),
      lateDecline: card('4000000000000085'),
      silent: card('4000000000000127'),
      hostError: expiring('2037-01'),
    },
    payer: async (challenge, does) => {
      const back = { threeDSSessionData: 'echo', cres: 'eyJ0cmFuc1N0YXR1cyI6IlkifQ' };
      const outcome = { pass: 'approve', fail: 'decline', leave: 'open', forge: null }[does];
      if (outcome) await world.postForm({ ...challenge.fields, threeDSSessionData: 'echo', outcome });
      return back;
    },
    otp: '111111',
    texts: async () => {
      // The phone shows the newest texts only, but their numbers run on.
      const texts = (await (await fetch(`${world.url}/sandbox/phone/texts`)).json()) as { number: number }[];
      return texts[0]?.number ?? 0;
    },
    wallets: {
      act: (code, act) => inApp(code.appUrl!, { act }),
      push: (code, amountMinor) => inApp(code.appUrl!, { act: 'transfer', amount: textFromMinor(amountMinor, 'HKD') }),
      refunded: { atOnce: 'payme', later: 'octopus' },
      refundMs: 5_000,
    },
    debits: { approved: '9876543210', declined: '9876540036' },
    booked: async (reference) => {
      const entry = await world.book.entry(reference);
      return entry && { amount: entry.amount, stands: entry.status === 'approved' && entry.reversedBy === null };
    },
    advance: world.advance,
  };
};

const rigs: Readonly<Record<string, () => Promise<Rig>>> = { sandbox: sandboxRig };

test('every acquirer in the list has its host in this suite', () => {
  const listed = acquirers({ sandboxUrl: 'http://127.0.0.1:1' }).map(({ name }) => name);
  assert.deepEqual(listed, Object.keys(rigs));
});

for (const [name, rig] of Object.entries(rigs)) contract(name, await rig());
