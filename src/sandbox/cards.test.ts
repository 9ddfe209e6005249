import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isCardNumber, passesLuhn } from '../core/cards.ts';
import { cardClasses, challengedFirst, classOf, masked, rightCode } from './cards.ts';
import { type Circumstances, expiryTriggers, fateOf, isTriggerDate } from './fate.ts';

const all = Object.values(cardClasses).flatMap(({ numbers }): readonly string[] => numbers);
const present: Circumstances = { kind: 'sale', initiator: 'payer', browser: true, demandsChallenge: false };
const withPayer = (number: string, expiry = '0139', code?: string, patch: Partial<Circumstances> = {}) =>
  fateOf({ number, expiry, ...(code && { code }) }, { ...present, ...patch })!;
const alone = (number: string) =>
  fateOf({ number, expiry: '0139' }, { ...present, initiator: 'merchant', browser: false })!;

test('a number belongs to one class, and but for three printed ones its check digit is right', () => {
  assert.equal(new Set(all).size, all.length);
  assert.deepEqual(
    all.filter((number) => !passesLuhn(number)),
    ['64719254', '4999999999999999', '05101182'],
  );
});

test('a number in no class is approved if its check digit is right, else it is no number', () => {
  assert.deepEqual(withPayer('4539578763621486'), { class: 'OK', way: 'answer', challenge: false, code: '00' });
  assert.equal(classOf('4539578763621487'), undefined);
  assert.equal(fateOf({ number: '4539578763621487', expiry: '0139' }, present), undefined);
});

test('the class decides with the payer present', () => {
  const codes = Object.entries(cardClasses).map(([name, { numbers }]) => {
    const { way, challenge, code } = withPayer(numbers[0]!);
    return `${name} ${way} ${challenge ? `${challenge} ` : ''}${code}`;
  });
  assert.deepEqual(codes, [
    'OK answer 00',
    '3DS answer form 00',
    '3DS-FAIL answer form 1A',
    '3DS-NONE answer 00',
    'NO answer 57',
    'NO-05 answer 05',
    'NO-33 answer 33',
    'NO-43 answer 43',
    'NO-51 answer text 51',
    'NO-62 answer 62',
    'NO-96 answer text 96',
    'LATE-OK late 00',
    'LATE-NO late 57',
    'SILENT silent 00',
    'NO-CAPTURE answer 00',
    'NO-REFUND answer 00',
    'NO-VOID answer 00',
    'NO-STORE answer 00',
    'NO-REPEAT answer 00',
    'LOST-REPEAT answer 00',
    'NO-CREDIT answer 00',
    'EXPIRY answer 00',
  ]);
});

test('four Visa and Mastercard numbers are challenged before their class counts', () => {
  assert.deepEqual(
    challengedFirst.map((number) => [withPayer(number).challenge, withPayer(number).code]),
    [
      ['form', '00'],
      ['form', '1A'],
      ['form', '51'],
      ['form', '00'],
    ],
  );
});

test('charges by the merchant alone follow the class, without a challenge', () => {
  assert.deepEqual(alone('4000000000000143').code, '57');
  assert.deepEqual([alone('4000000000000150').way, alone('4000000000000150').code], ['late', '68']);
  assert.deepEqual([alone('4111220000000036').challenge, alone('4111220000000036').code], [false, '51']);
  assert.deepEqual([alone('4111220000000028').challenge, alone('4111220000000028').code], [false, '00']);
});

test('expiry and security code are triggers on seven numbers and on no other', () => {
  const seven = cardClasses.EXPIRY.numbers;
  const ends = (number: string) =>
    Object.keys(expiryTriggers).map((expiry) => {
      const { way, challenge, code } = withPayer(number, expiry.replace('/', ''));
      return `${expiry} ${way} ${challenge ? 'challenge ' : ''}${code}`;
    });
  for (const number of seven) {
    assert.deepEqual(ends(number), [
      '05/39 answer 05',
      '06/39 answer 51',
      '04/27 answer 54',
      '07/39 answer N7',
      '09/39 answer challenge 1A',
      '01/37 broken 96',
      '08/28 late 00',
    ]);
    assert.equal(withPayer(number, '0139', '000').code, 'N7');
    assert.equal(withPayer(number, '0539', '000').code, '05');
    assert.equal(withPayer(number, '0139', '123').code, '00');
  }
  assert.equal(withPayer('345678901234564', '0139', '0000').code, 'N7');
  for (const { numbers } of Object.values(cardClasses)) {
    if ((numbers as readonly string[]) === seven) continue;
    for (const number of numbers) assert.equal(new Set(ends(number).map((end) => end.slice(6))).size, 1, number);
    assert.equal(withPayer(numbers[0]!, '0139', '000').code, withPayer(numbers[0]!, '0139', '123').code);
  }
});

test('a date that is a trigger counts although it is past, on its seven numbers only', () => {
  assert.ok(isTriggerDate('4440000009900010', '2027-04'));
  assert.ok(!isTriggerDate('4440000009900010', '2027-05'));
  assert.ok(!isTriggerDate('4000000000000010', '2027-04'));
});

test('docs/test-cards.md is this table', () => {
  const page = readFileSync(new URL('../../docs/test-cards.md', import.meta.url), 'utf8');
  const classes = Object.entries(cardClasses).map(
    ([name, { does, numbers }]) => `| ${name} | ${does} | ${numbers.map((number) => `\`${number}\``).join(', ')} |`,
  );
  const triggers = Object.entries(expiryTriggers).map(([expiry, { does }]) => `| \`${expiry}\` | ${does} |`);
  for (const rows of [classes, triggers]) assert.ok(page.includes(`\n${rows.join('\n')}\n`), `\n${rows.join('\n')}`);
  assert.ok(page.includes(`\`${rightCode}\``));
  for (const number of challengedFirst) assert.ok(page.split(`\`${number}\``).length === 3, number);
});

test('a masked number is six digits, six crosses and four digits, whatever its length', () => {
  assert.equal(masked('4440000009900010'), '444000xxxxxx0010');
  assert.equal(masked('345678901234564'), '345678xxxxxx4564');
  assert.ok(isCardNumber('4440000009900010'));
});

const uzcard = (tail: string) => `860031000000${tail}`;

test('a card of the country is confirmed by text; what its centre finds wrong with it is said before', () => {
  const told = (number: string, patch: Partial<Circumstances> = {}) => {
    const { challenge, code } = withPayer(number, '0139', undefined, patch);
    return [challenge, code];
  };
  assert.deepEqual(told(uzcard('0018')), ['text', '00']);
  assert.deepEqual(told('9860180000000034'), ['text', '96']);
  assert.deepEqual(told(uzcard('0034')), [false, '62']);
  assert.deepEqual(told(uzcard('0042')), [false, 'P1']);
  assert.deepEqual(told(uzcard('0018'), { browser: false }), ['text', '00'], 'a text needs no browser');
  assert.deepEqual(told(uzcard('0026'), { kind: 'verify' }), ['text', '00'], 'a card is proven, not its funds');
  assert.deepEqual([alone(uzcard('0018')).challenge, alone(uzcard('0026')).code], [false, '51']);
});

test('a form that is demanded comes before everything that the class says', () => {
  const demanded = (number: string, expiry?: string) => {
    const { challenge, way, code } = withPayer(number, expiry, undefined, { demandsChallenge: true });
    return [challenge, way, code];
  };
  assert.deepEqual(demanded('4111111111111111'), ['form', 'answer', '00']);
  assert.deepEqual(demanded('4000000000000010'), [false, 'answer', '00']);
  assert.deepEqual(demanded('4000000000000077'), ['form', 'late', '00']);
  assert.deepEqual(demanded('4000000000000127'), ['form', 'silent', '00']);
  assert.deepEqual(demanded('4440000009900010', '0837'), ['form', 'answer', '00']);
  assert.deepEqual(demanded('4440000009900010', '0137'), ['form', 'broken', '96']);
  assert.deepEqual(demanded(uzcard('0018')), ['text', 'answer', '00']);
  assert.equal(withPayer('4111220000000010', '0139', undefined, { kind: 'verify' }).challenge, false);
});
