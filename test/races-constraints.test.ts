import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
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

/** A commit as our own code makes it, as far as the version goes. */
const ofPayment = (change: string) => `update tollgate.payments set version = version + 1, ${change}`;
const ofSale = (table: 'operations' | 'attempts', change: string) =>
  `update tollgate.${table} set ${change} where ${table === 'operations' ? 'ordinal' : 'operation'} = 1`;
/** A row beside the others, like one of them but for some columns. */
const beside = (table: string, changed: object) =>
  `insert into tollgate.${table} select (jsonb_populate_record(x, '${JSON.stringify(changed)}')).*
    from tollgate.${table} x limit 1`;
/** All of them or, since the last is refused, none. */
const inTurn = (...texts: string[]) => `do $$ begin ${texts.join('; ')}; end $$`;
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
  [
    'a capture below its refunds',
    beside('payments', { id: randomUUID(), captured_minor: 2499 }),
    '23514',
    'refunded_within_captured',
  ],
  ['a captured total that falls', ofPayment('captured_minor = captured_minor - 1'), '23514', 'moved_money_stays'],
  ['a refunded total that falls', ofPayment('refunded_minor = 0'), '23514', 'moved_money_stays'],
  [
    'an authorization above the amount',
    ofPayment('authorized_minor = amount_minor + 1'),
    '23514',
    'authorized_within_amount',
  ],
  ['a negative reserve of captures', ofPayment('authorized_held_minor = -1'), '23514'],
  ['a negative reserve of refunds', ofPayment('captured_held_minor = -1'), '23514'],
  ['a negative refund', ofPayment('refunded_minor = -1'), '23514'],
  ['a negative amount', beside('payments', { id: randomUUID(), amount_minor: -1 }), '23514'],
  ['an unknown amount', ofPayment('refunded_minor = null'), '23502'],
  ['a state that is none', beside('payments', { id: randomUUID(), state: 'paid' }), '23514', 'payments_state_check'],
  ['a version that is none', beside('payments', { id: randomUUID(), version: 0 }), '23514', 'payments_version_check'],
  [
    'a currency that is none',
    beside('payments', { id: randomUUID(), currency: 'hkd' }),
    '23514',
    'currency_has_three_letters',
  ],
  ['a paid payment open again', ofPayment(`state = 'open'`), '23514', 'payment_moves_on'],
  ['a paid payment on record as declined', ofPayment(`state = 'declined'`), '23514', 'payment_moves_on'],
  ['a commit that leaves the version', 'update tollgate.payments set notice_count = 9', '23514', 'version_rises'],
  ['a version that falls', 'update tollgate.payments set version = version - 1', '23514', 'version_rises'],
  ['another amount of a payment', ofPayment('amount_minor = 20000'), '23514', 'payment_is_the_same'],
  ['another currency of a payment', ofPayment(`currency = 'USD'`), '23514', 'payment_is_the_same'],
  [
    'another percentage beyond what is authorized',
    ofPayment('overcapture_percent = 50'),
    '23514',
    'payment_is_the_same',
  ],
  ['a payment at another shop', ofPayment('shop_id = gen_random_uuid()'), '23514', 'payment_is_the_same'],
  ['a payment of another merchant', ofPayment('merchant_id = 9'), '23514', 'payment_is_the_same'],
  ['a payment under another id', ofPayment('id = gen_random_uuid()'), '23514', 'payment_is_the_same'],
  ['a payment of another day', ofPayment('created_at = created_at + 1'), '23514', 'payment_is_the_same'],
  ['payments that go', 'delete from tollgate.payments', 'TG002'],
  ['all payments that go', 'truncate tollgate.payments', 'TG002'],
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
  ['a claim let go', 'update tollgate.claims set held = false', '23514', 'held_claim_stays'],
  ['a claim of something else', `update tollgate.claims set value = 'OTHER'`, '23514', 'held_claim_stays'],
  ['a claim that goes', `delete from tollgate.claims where value = 'ONLY'`, 'TG002'],
  ['all claims that go', 'truncate tollgate.claims', 'TG002'],
  ['an operation that is none', beside('operations', { ordinal: 9, kind: 'gift' }), '23514', 'operations_kind_check'],
  [
    'an operation of less than nothing',
    beside('operations', { ordinal: 9, amount_minor: -1 }),
    '23514',
    'operations_amount_minor_check',
  ],
  [
    'an approval set back',
    ofSale('operations', `state = 'acting', finished_at = null`),
    '23514',
    'ended_operation_stays',
  ],
  ['an approval set back with its time', ofSale('operations', `state = 'acting'`), '23514', 'operation_moves_on'],
  ['an approval told as a decline', ofSale('operations', `state = 'declined'`), '23514', 'operation_moves_on'],
  [
    'a doubt that leaves the house again',
    `update tollgate.operations set state = 'acting' where state = 'unknown'`,
    '23514',
    'operation_moves_on',
  ],
  [
    'an end without its time',
    `update tollgate.operations set state = 'approved' where state = 'unknown'`,
    '23514',
    'finished_at_its_end',
  ],
  [
    'a time without an end',
    `update tollgate.operations set finished_at = 1 where state = 'unknown'`,
    '23514',
    'finished_at_its_end',
  ],
  ['an end at another time', ofSale('operations', 'finished_at = 1'), '23514', 'ended_operation_stays'],
  ['an ended operation renamed', ofSale('operations', `reference = 'OTHER'`), '23514', 'ended_operation_stays'],
  [
    'an operation undone twice',
    inTurn(ofSale('operations', 'undone_by = 8'), ofSale('operations', 'undone_by = 9')),
    '23514',
    'operation_is_undone_once',
  ],
  [
    'an operation undone and done again',
    inTurn(ofSale('operations', 'undone_by = 8'), ofSale('operations', 'undone_by = null')),
    '23514',
    'operation_is_undone_once',
  ],
  [
    'another amount of an operation under way',
    `update tollgate.operations set amount_minor = 1 where state = 'unknown'`,
    '23514',
    'operation_is_the_same',
  ],
  [
    'a refund that was a capture',
    `update tollgate.operations set kind = 'refund' where kind = 'capture'`,
    '23514',
    'operation_is_the_same',
  ],
  [
    'an operation in another place',
    'update tollgate.operations set ordinal = ordinal + 100',
    '23514',
    'operation_is_the_same',
  ],
  ['an operation that goes', `delete from tollgate.operations where state = 'unknown'`, 'TG002'],
  ['all operations that go', 'truncate tollgate.operations', 'TG002'],
  [
    'more of a card number than may be kept',
    beside('attempts', { ordinal: 9, card_first6: '45087500' }),
    '23514',
    'attempts_card_first6_check',
  ],
  [
    'more of its end than may be kept',
    beside('attempts', { ordinal: 9, card_last4: '41019' }),
    '23514',
    'attempts_card_last4_check',
  ],
  ['an ended attempt sent again', ofSale('attempts', `state = 'sending'`), '23514', 'attempt_moves_on'],
  ['an ended attempt taken back', ofSale('attempts', `state = 'reversed'`), '23514', 'attempt_moves_on'],
  [
    'an attempt in doubt sent again',
    `update tollgate.attempts set state = 'sending' where state = 'unknown'`,
    '23514',
    'attempt_moves_on',
  ],
  ['an ended attempt that falls due', ofSale('attempts', 'due_at = 1'), '23514', 'ended_attempt_stays'],
  [
    'an attempt that falls due after its end',
    `update tollgate.attempts set state = 'declined' where state = 'unknown'`,
    '23514',
    'nothing_due_after_the_end',
  ],
  [
    'another answer to an ended attempt',
    ofSale('attempts', `approval_code = '000000'`),
    '23514',
    'ended_attempt_stays',
  ],
  [
    'another reference of an attempt',
    `update tollgate.attempts set sent_reference = 'OTHER' where state = 'unknown'`,
    '23514',
    'attempt_is_the_same',
  ],
  ['an attempt in another place', 'update tollgate.attempts set ordinal = 99', '23514', 'attempt_is_the_same'],
  ['an attempt that goes', `delete from tollgate.attempts where state = 'unknown'`, 'TG002'],
  ['all attempts that go', 'truncate tollgate.attempts', 'TG002'],
  ['a case that goes', 'delete from tollgate.cases', 'TG002'],
  [
    'another number of a registered receipt',
    inTurn(
      `insert into tollgate.fiscal_receipts (merchant_id, payment_id, operation, state, lines, tries, number)
      values (1, '${id}', 1, 'registered', '[]', 1, '88412')`,
      `update tollgate.fiscal_receipts set number = '88413'`,
    ),
    '23514',
    'registered_receipt_stays',
  ],
  ['a receipt that goes', 'delete from tollgate.fiscal_receipts', 'TG002'],
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
