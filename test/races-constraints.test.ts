import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Result } from '../src/gateway/gateway.ts';
import { openBank } from './races/bank.ts';
import { openPremises } from './races/house.ts';

/**
 * What the tables themselves refuse when all our code is passed by. The payment is authorized
 * 100.00, captured 60.00 and 10.00 more reserved, refunded 20.00 and 5.00 more reserved.
 */
let isSilent = false;
const bank = openBank({ fate: () => (isSilent ? 'lost' : 'approve') });
const premises = await openPremises(bank.acquirer.name);
const { sql, charge, follow } = premises;
const house = premises.openHouse({ acquirer: bank.acquirer });

const viewOf = (result: Result) => {
  if (result.kind === 'refused') throw new Error(result.refusal.reason);
  return result.view;
};
const { id } = viewOf(await charge(house, 'authorize', 10_000n, { reference: 'ONLY' })).payment;
await follow(house, id, 'capture', 6_000n);
await follow(house, id, 'refund', 2_000n);
isSilent = true;
await follow(house, id, 'capture', 1_000n);
await follow(house, id, 'refund', 500n);

const everything = () => premises.store.administration.dossier(premises.merchantId, id);
const before = await everything();

test('the payment stands as it is described', () => {
  const { authorizedMinor, capturedMinor, refundedMinor, authorizedHeldMinor, capturedHeldMinor } =
    before!.view.payment;
  assert.deepEqual(
    [authorizedMinor, capturedMinor, refundedMinor, authorizedHeldMinor, capturedHeldMinor],
    [10_000n, 6_000n, 2_000n, 1_000n, 500n],
  );
});

const ofPayment = (change: string) => `update tollgate.payments set ${change}`;
const copied = (table: string, columns: string, changed: string, where = 'true') =>
  `insert into tollgate.${table} (${columns}) select ${changed} from tollgate.${table} where ${where} limit 1`;
const claimColumns = 'merchant_id, scope, value, payment_id, command, held';
const postingColumns = 'merchant_id, payment_id, entry, line, debit, credit, amount_minor, currency, at';

/** The fault, the statement, the code and the constraint that refuses it. */
const faults: readonly (readonly [fault: string, text: string, code: string, constraint?: string])[] = [
  [
    'a refund above what is captured',
    ofPayment('refunded_minor = 6001, captured_held_minor = 0'),
    '23514',
    'refunded_within_captured',
  ],
  [
    'a refund of what another one has reserved',
    ofPayment('refunded_minor = 5501'),
    '23514',
    'refunded_within_captured',
  ],
  ['reserving more than is captured', ofPayment('captured_held_minor = 4001'), '23514', 'refunded_within_captured'],
  ['a capture above what is authorized', ofPayment('captured_minor = 9001'), '23514', 'captured_within_authorized'],
  [
    'reserving more than is authorized',
    ofPayment('authorized_held_minor = 4001'),
    '23514',
    'captured_within_authorized',
  ],
  ['a release of what is captured', ofPayment('authorized_minor = 6999'), '23514', 'captured_within_authorized'],
  ['taking a capture back under its refunds', ofPayment('captured_minor = 2499'), '23514', 'refunded_within_captured'],
  ['a negative reserve of captures', ofPayment('authorized_held_minor = -1'), '23514'],
  ['a negative reserve of refunds', ofPayment('captured_held_minor = -1'), '23514'],
  ['a negative refund', ofPayment('refunded_minor = -1'), '23514'],
  ['a negative amount', ofPayment('amount_minor = -1'), '23514'],
  ['an unknown amount', ofPayment('refunded_minor = null'), '23502'],
  ['a state that is none', ofPayment(`state = 'paid'`), '23514', 'payments_state_check'],
  ['a version that is none', ofPayment('version = 0'), '23514'],
  ['an amount beyond 64 bits', ofPayment('captured_minor = 9223372036854775807 + 1'), '22003'],
  [
    'a second claim of a reference by another command',
    copied('claims', claimColumns, 'merchant_id, scope, value, payment_id, gen_random_uuid(), true'),
    '23505',
    'claims_pkey',
  ],
  ['the same payment twice', `insert into tollgate.payments select * from tollgate.payments`, '23505', 'payments_pkey'],
  [
    'another operation in the place of one',
    `insert into tollgate.operations select * from tollgate.operations limit 1`,
    '23505',
    'operations_pkey',
  ],
  [
    'another attempt in the place of one',
    `insert into tollgate.attempts select * from tollgate.attempts limit 1`,
    '23505',
    'attempts_pkey',
  ],
  [
    'a posting twice',
    `insert into tollgate.postings select * from tollgate.postings limit 1`,
    '23505',
    'postings_pkey',
  ],
  ['an event twice', `insert into tollgate.events select * from tollgate.events limit 1`, '23505', 'events_pkey'],
  [
    'a posting of nothing',
    copied('postings', postingColumns, 'merchant_id, payment_id, entry, 99, debit, credit, 0, currency, at'),
    '23514',
  ],
  [
    'a posting of less than nothing',
    copied('postings', postingColumns, 'merchant_id, payment_id, entry, 99, debit, credit, -5, currency, at'),
    '23514',
  ],
  [
    'a posting from an account to itself',
    copied('postings', postingColumns, 'merchant_id, payment_id, entry, 99, debit, debit, 5, currency, at'),
    '23514',
  ],
  ['another amount of a posting', 'update tollgate.postings set amount_minor = amount_minor + 1', 'TG002'],
  ['a posting that goes', `delete from tollgate.postings where payment_id = '${id}'`, 'TG002'],
  [
    'a posting replaced by its like',
    `${copied('postings', '*', '*').replace(' (*)', '')} on conflict
    (merchant_id, payment_id, entry, line) do update set amount_minor = 1`,
    'TG002',
  ],
  ['an event told otherwise', `update tollgate.events set actor = 'operator'`, 'TG002'],
  ['an event that goes', 'truncate tollgate.events', 'TG002'],
  ['the books emptied with what belongs to them', 'truncate tollgate.payments, tollgate.postings', 'TG002'],
  ['an operation that is none', `update tollgate.operations set kind = 'gift'`, '23514', 'operations_kind_check'],
  ['an operation of less than nothing', 'update tollgate.operations set amount_minor = -1', '23514'],
  ['more of a card number than may be kept', `update tollgate.attempts set card_first6 = '45087500'`, '23514'],
  ['more of its end than may be kept', `update tollgate.attempts set card_last4 = '41019'`, '23514'],
];

for (const [fault, text, code, constraint] of faults) {
  test(`${fault} is refused`, async () => {
    await assert.rejects(sql.unsafe(text), (error: { code?: string; constraint_name?: string }) => {
      assert.equal(error.code, code);
      if (constraint) assert.equal(error.constraint_name, constraint);
      return true;
    });
  });
}

test('none of this has changed anything', async () => {
  assert.deepEqual(await everything(), before);
});
