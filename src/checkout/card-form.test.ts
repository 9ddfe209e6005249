import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { type Brand, brandOf, brands, codeLengthOf, isCardNumber } from '../core/cards.ts';
import { type CardForm, readCardForm } from './card-form.ts';

const now = Date.UTC(2026, 0, 31, 23, 59);
const good = { number: '4440000009900010', expiry: '01/39', code: '123', holder: 'Chan Tai Man' };
const read = (change: Record<string, unknown> = {}, taken: readonly Brand[] = ['visa', 'mastercard']) =>
  readCardForm({ ...good, ...change }, taken, now);
const faultsOf = (form: CardForm) => (form.kind === 'faulty' ? form.faults : []);
const cardOf = (form: CardForm) => {
  assert.equal(form.kind, 'card');
  return (form as Extract<CardForm, { kind: 'card' }>).card;
};

test('a whole form is a card, whose secrets print as stars', () => {
  const card = cardOf(read());
  assert.equal(card.number.reveal(), '4440000009900010');
  assert.equal(card.code?.reveal(), '123');
  assert.equal(card.holder?.reveal(), 'Chan Tai Man');
  assert.equal(card.expiry, '2039-01');
  assert.doesNotMatch(inspect(card, { depth: 9 }), /444000|123|Chan/);
});

test('numbers are read with spaces, dashes and full-width figures', () => {
  for (const number of ['4440 0000 0990 0010', ' 4440-0000-0990-0010 ', '４４４０００００ ０９９０００１０'])
    assert.equal(cardOf(read({ number })).number.reveal(), '4440000009900010');
});

test('a number that is missing, wrong or of another brand is told at its field', () => {
  assert.deepEqual(faultsOf(read({ number: '' })), ['number_missing']);
  assert.deepEqual(faultsOf(read({ number: undefined })), ['number_missing']);
  assert.deepEqual(faultsOf(read({ number: ['4440000009900010', '1'] })), ['number_missing']);
  assert.deepEqual(faultsOf(read({ number: '4440000009900011' })), ['number_wrong']);
  assert.deepEqual(faultsOf(read({ number: '444000000990001x' })), ['number_wrong']);
  assert.deepEqual(faultsOf(read({ number: '6250941006528599' })), ['number_brand']);
});

test('expiry is read in the ways in which people and browsers write it', () => {
  for (const expiry of ['01/39', '1/39', '01 / 39', '0139', '01/2039', '01-39', '012039', '１/３９'])
    assert.equal(cardOf(read({ expiry })).expiry, '2039-01', expiry);
  for (const expiry of ['13/39', '00/39', '139', 'x', '01/139', '2039-01'])
    assert.deepEqual(faultsOf(read({ expiry })), ['expiry_wrong'], expiry);
  assert.deepEqual(faultsOf(read({ expiry: ' ' })), ['expiry_missing']);
});

test('a card is good to the end of its month', () => {
  assert.deepEqual(faultsOf(read({ expiry: '01/26' })), []);
  assert.deepEqual(faultsOf(read({ expiry: '12/25' })), ['expiry_past']);
});

test('a test card may be past where it is said to', () => {
  const body = { ...good, expiry: '12/25' };
  const takes = (number: string, expiry: string) => number === good.number.replaceAll(' ', '') && expiry === '2025-12';
  assert.equal(readCardForm(body, ['visa'], now, takes).kind, 'card');
  assert.equal(readCardForm({ ...body, expiry: '11/25' }, ['visa'], now, takes).kind, 'faulty');
});

test('the security code is as long as the brand says', () => {
  assert.deepEqual(faultsOf(read({ code: '' })), ['code_3']);
  assert.deepEqual(faultsOf(read({ code: '1234' })), ['code_3']);
  assert.deepEqual(faultsOf(read({ code: '12a' })), ['code_3']);
  const amex = { number: '345678901234564' };
  assert.deepEqual(faultsOf(read(amex, ['amex'])), ['code_4']);
  assert.equal(cardOf(read({ ...amex, code: '1234' }, ['amex'])).code?.reveal(), '1234');
  // A number that tells no brand may be of a card without a code.
  assert.deepEqual(faultsOf(read({ number: '', code: '' }, ['visa', 'humo'])), ['number_missing']);
  assert.deepEqual(faultsOf(read({ code: '' }, ['visa', 'humo'])), ['code_3']);
  const humo = { number: '9860000000000000', code: '' };
  assert.ok(isCardNumber(humo.number));
  assert.equal(cardOf(read(humo, ['humo'])).code, null);
});

test('a holder is optional, of letters of any script, and no card number', () => {
  assert.equal(cardOf(read({ holder: ' ' })).holder, null);
  for (const holder of ["Zoë O'Neill-Smith Jr.", '陳大文', 'Nguyễn Văn A'])
    assert.equal(cardOf(read({ holder })).holder?.reveal(), holder.normalize('NFKC'));
  for (const holder of ['4440 0000 0990 0010', '<b>', 'x'.repeat(61)])
    assert.deepEqual(faultsOf(read({ holder })), ['holder_wrong'], holder);
});

test('all that is wrong is told at once, in the order of the fields', () => {
  assert.deepEqual(faultsOf(readCardForm({}, ['visa'], now)), ['number_missing', 'expiry_missing', 'code_3']);
  assert.deepEqual(faultsOf(readCardForm(null, ['visa'], now)), ['number_missing', 'expiry_missing', 'code_3']);
});

test('a card may be stored only where its box came back ticked, and the form comes back with it', () => {
  for (const keep of [undefined, '', 'no', 'on', 'true', ['yes']]) {
    assert.ok(!('keep' in read({ keep }).kept), String(keep));
  }
  assert.equal(read({ keep: 'yes' }).kept.keep, true);
  assert.equal(read({ keep: 'yes', code: '' }).kept.keep, true);
});

test('of a card number in a wrong field nothing is kept', () => {
  const form = read({ expiry: '4440000009900010', holder: '4440000009900010' });
  assert.deepEqual(form.kept, { expiry: '', holder: '' });
  assert.deepEqual(read({ code: '' }).kept, { expiry: '01/39', holder: 'Chan Tai Man' });
});

test('the browser knows the same brands, lengths and check digit as the server', async () => {
  const browser = await import(new URL('./assets/card.js', import.meta.url).href);
  for (let start = 0; start < 10_000; start++) {
    const digits = String(start).padStart(4, '0');
    assert.equal(browser.brandOf(digits)?.name, brandOf(digits), digits);
    for (const length of [12, 13, 14, 15, 16, 17, 18, 19, 20]) {
      const number = digits.padEnd(length, '5');
      assert.equal(browser.isCardNumber(number), isCardNumber(number), number);
    }
  }
  for (const brand of brands) {
    const digits = Array.from({ length: 10_000 }, (_, i) => String(i).padStart(4, '0')).find(
      (d) => brandOf(d) === brand,
    )!;
    assert.equal(browser.brandOf(digits).codeLength, codeLengthOf(brand));
  }
});

test('the browser finds the same faults as the server', async () => {
  const { faultOf } = await import(new URL('./assets/card.js', import.meta.url).href);
  const about = (number: string, taken: readonly Brand[] = ['visa', 'mastercard']) => ({
    taken,
    month: '2026-01',
    number,
  });
  const entries = {
    number: ['', '4440000009900010', '4440000009900011', '6250941006528599'],
    expiry: ['', '01/39', '0139', '13/39', '12/25', '01/26', '1/', 'x'],
    code: ['', '123', '12', '1234'],
    holder: ['', 'Chan', '4440000009900010'],
  };
  for (const [field, values] of Object.entries(entries))
    for (const value of values) {
      const number = field === 'number' ? value : good.number;
      assert.equal(
        faultOf(field, value, about(number)),
        faultsOf(read({ [field]: value }))[0] ?? null,
        `${field} ${value}`,
      );
    }
  const mixed: readonly Brand[] = ['visa', 'uzcard'];
  for (const number of ['', '4440000009900010', '8600310000000018'])
    for (const code of ['', '123'])
      assert.equal(
        faultOf('code', code, about(number, mixed)),
        faultsOf(read({ number, code }, mixed)).find((fault) => fault.startsWith('code')) ?? null,
        `${number} ${code}`,
      );
});

test('the browser groups digits as they stand on the card', async () => {
  const { grouped, expiryTyped } = await import(new URL('./assets/card.js', import.meta.url).href);
  assert.equal(grouped('4440000009900010'), '4440 0000 0990 0010');
  assert.equal(grouped('444'), '444');
  assert.equal(grouped('345678901234564'), '3456 789012 34564');
  assert.equal(grouped('30123400000000'), '3012 340000 0000');
  assert.equal(grouped(''), '');
  for (const [typed, shown] of [
    ['1', '1'],
    ['01', '01'],
    ['013', '01/3'],
    ['0139', '01/39'],
    ['9', '09'],
    ['1/', '01'],
    ['01/2039', '01/39'],
  ])
    assert.equal(expiryTyped(typed), shown, typed);
});
