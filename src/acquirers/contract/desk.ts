import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { faceOf } from '../../core/cards.ts';
import type { Qr } from '../../core/model.ts';
import type { Reason } from '../../core/reasons.ts';
import { isPushed, siteOf, type Wallet } from '../../core/wallets.ts';
import type { CardDetails, Order, Outcome } from '../../gateway/ports.ts';
import type { Rig, WalletRig } from './rig.ts';

export const patienceMs = 5_000;
export const shortMs = 250;
export const soon = (ms = patienceMs) => Date.now() + ms;

export const isUnknown = (outcome: Outcome, doubt: 'silence' | 'host_error') =>
  assert.deepEqual({ ...outcome, note: '' }, { kind: 'unknown', doubt, note: '' });

export const isDeclined = (outcome: Outcome, reason?: Reason) => {
  assert.equal(outcome.kind, 'declined');
  if (reason) assert.equal(outcome.kind === 'declined' && outcome.reason, reason);
};

/** What a payer did not want. Whether he refused or gave up some hosts tell apart. */
export const isUnwanted = (outcome: Outcome, does: 'refuse' | 'cancel') => {
  isDeclined(outcome);
  const said = outcome.kind === 'declined' && outcome.reason;
  assert.ok(said === 'declined' || (does === 'cancel' && said === 'cancelled'), String(said));
};

/** Orders as the gateway gives them to an adapter, and the adapter on both lines. */
export const deskOf = (name: string, rig: Rig) => {
  const acquirer = rig.connect(rig.hostUrl);
  const overLine = rig.connect(rig.line.url);

  const order = (patch: Partial<Order> = {}, card: CardDetails | null = rig.cards.approved): Order => ({
    kind: 'sale',
    action: 'perform',
    operation: 1,
    attempt: 1,
    acquirer: name,
    account: rig.account,
    sentReference: `${randomUUID()}-1`,
    acquirerReference: null,
    amountMinor: 26_850n,
    currency: 'HKD',
    card: card && faceOf(card.number.reveal(), card.expiry),
    wallet: null,
    bankAccount: null,
    original: null,
    firstNetworkReference: null,
    payerInfo: null,
    initiator: 'payer',
    demandsChallenge: false,
    returnUrl: 'https://pay.example/return',
    description: 'Two tea cups',
    ...patch,
  });
  const about = (original: Order, patch: Partial<Order>): Order =>
    order({ original: { sentReference: original.sentReference, acquirerReference: null }, returnUrl: null, ...patch });
  const inquiry = (asked: Order): Order => ({ ...asked, action: 'inquire', returnUrl: null });

  const perform = (asked: Order, card: CardDetails | null = rig.cards.approved, by = acquirer) =>
    by.perform(asked, ['sale', 'authorize', 'verify'].includes(asked.kind) ? card : null, soon());
  const inquire = (asked: Order) => acquirer.inquire(inquiry(asked), soon());
  const begun = async (patch: Partial<Order> = {}): Promise<Order> => {
    const asked = order(patch);
    assert.equal((await perform(asked)).kind, 'approved');
    return asked;
  };

  /** A test with a card that not every host has. */
  const withCard = (
    kind: Exclude<keyof Rig['cards'], 'declined'>,
    title: string,
    run: (card: CardDetails) => Promise<void>,
  ) =>
    test(title, async (t) => {
      const card = rig.cards[kind];
      if (typeof card === 'string') return t.skip(card);
      await run(card);
    });

  /** A test for hosts that know wallets. */
  const withWallets = (title: string, run: (wallets: WalletRig) => Promise<void>) =>
    test(title, async (t) => {
      const { wallets } = rig;
      if (typeof wallets === 'string') return t.skip(wallets);
      await run(wallets);
    });

  const { sites = [], wallets: apps } = acquirer.capabilities;
  /** Wallets and sites whose payers agree to the amount asked. */
  const agreed: readonly Wallet[] = [
    ...apps.filter((app) => !isPushed(app)),
    ...(sites === 'any' ? ['skrill'] : sites).map((site) => siteOf(site)!),
  ];

  const byWallet = (wallet: Wallet, patch: Partial<Order> = {}): Order =>
    order({ kind: isPushed(wallet) ? 'collect' : 'sale', wallet, returnUrl: null, ...patch }, null);
  /** An order by wallet that waits for its payer, and the code that it waits under. */
  const offered = async (wallet: Wallet, patch: Partial<Order> = {}): Promise<{ asked: Order; code: Qr }> => {
    const asked = byWallet(wallet, patch);
    const outcome = await perform(asked, null);
    assert.ok(outcome.kind === 'challenge' && outcome.challenge.kind === 'qr');
    assert.ok(outcome.challenge.text && outcome.acquirerReference);
    return { asked, code: outcome.challenge };
  };
  const close = (asked: Order, by = acquirer) => by.close({ ...asked, action: 'close' }, soon());

  return {
    rig,
    acquirer,
    withWallets,
    agreed,
    byWallet,
    offered,
    close,
    overLine,
    order,
    about,
    inquiry,
    perform,
    inquire,
    begun,
    withCard,
  };
};

export type Desk = ReturnType<typeof deskOf>;
