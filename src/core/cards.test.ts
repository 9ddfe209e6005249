import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { brandOf, codeLengthOf, faceOf, isCardNumber, isPast, maskNumbers, passesLuhn } from './cards.ts';

/** The test numbers of the Spiral sandbox (20). */
const numbers = {
  '4440000009900010': 'visa',
  '4508750015741019': 'visa',
  '5123450000000008': 'mastercard',
  '2223000000000007': 'mastercard',
  '6250941006528599': 'unionpay',
  '345678901234564': 'amex',
  '30123400000000': 'diners',
} as const;

describe('brands (9)', () => {
  for (const [number, brand] of Object.entries(numbers)) {
    it(`${number} is ${brand}`, () => {
      assert.equal(brandOf(number), brand);
      assert.equal(isCardNumber(number), true);
    });
  }

  it('begin and end where their ranges do', () => {
    const brand = (head: string) => brandOf(head.padEnd(16, '0'));
    assert.deepEqual(['50', '51', '55', '56'].map(brand), ['maestro', 'mastercard', 'mastercard', 'maestro']);
    assert.deepEqual(['2220', '2221', '2720', '2721'].map(brand), [undefined, 'mastercard', 'mastercard', undefined]);
    assert.deepEqual(['3527', '3528', '3589', '3590'].map(brand), [undefined, 'jcb', 'jcb', undefined]);
    assert.deepEqual(['300', '305', '306', '36', '38', '39'].map(brand), [
      'diners',
      'diners',
      undefined,
      'diners',
      'diners',
      'diners',
    ]);
    assert.deepEqual(['62', '81', '34', '37', '35'].map(brand), ['unionpay', 'unionpay', 'amex', 'amex', undefined]);
  });

  it('show as soon as the digits suffice, and not before', () => {
    assert.deepEqual(['', '4', '5', '51', '222', '2223'].map(brandOf), [
      undefined,
      'visa',
      undefined,
      'mastercard',
      undefined,
      'mastercard',
    ]);
  });

  it('say how long the security code is', () => {
    assert.deepEqual([codeLengthOf('visa'), codeLengthOf('amex'), codeLengthOf('humo')], [3, 4, 0]);
  });
});

describe('card numbers', () => {
  it('one wrong digit is found', () => {
    for (const number of Object.keys(numbers)) {
      for (let i = 0; i < number.length; i++) {
        const other = (Number(number[i]) + 1) % 10;
        assert.equal(passesLuhn(number.slice(0, i) + other + number.slice(i + 1)), false);
      }
    }
  });

  it('must have a length of their brand', () => {
    assert.equal(passesLuhn('42000000000000'), true);
    assert.equal(isCardNumber('42000000000000'), false, 'fourteen');
    assert.equal(isCardNumber('4222222222222'), true, 'thirteen');
  });

  it('are ASCII digits and nothing else', () => {
    for (const text of [
      '',
      '4440 0000 0990 0010',
      '444000000990001０',
      '４４４００００００９９０００１０',
      '44400000099000l0',
    ]) {
      assert.equal(isCardNumber(text), false, text);
      assert.equal(passesLuhn(text), false, text);
    }
  });

  it('are kept as first six and last four (21)', () => {
    assert.deepEqual(faceOf('4440000009900010', '2039-01'), {
      brand: 'visa',
      first6: '444000',
      last4: '0010',
      expiry: '2039-01',
    });
    assert.equal(faceOf('345678901234564', '2039-01').last4, '4564');
    assert.throws(() => faceOf('9999999999999999', '2039-01'), /known brand/);
  });
});

describe('expiry', () => {
  it('a card is good to the last millisecond of its month', () => {
    assert.equal(isPast('2026-01', Date.UTC(2026, 1, 1) - 1), false);
    assert.equal(isPast('2026-01', Date.UTC(2026, 1, 1)), true);
    assert.equal(isPast('2025-12', Date.UTC(2026, 0, 1)), true);
    assert.equal(isPast('2026-02', Date.UTC(2026, 0, 31)), false);
  });
});

describe('card numbers in free text', () => {
  for (const [text, masked] of [
    ['4440000009900010', '444000xxxxxx0010'],
    ['345678901234564', '345678xxxxxx4564'],
    ['my card 4440 0000 0990 0010, thanks', 'my card 444000xxxxxx0010, thanks'],
    ['4440-0000-0990-0010', '444000xxxxxx0010'],
    ['4440–0000–0990–0010', '444000xxxxxx0010'],
    ['4440  0000  0990  0010', '444000xxxxxx0010'],
    ['3456 789012 34564', '345678xxxxxx4564'],
    ['４４４００００００９９０００１０', '444000xxxxxx0010'],
    ['４４４０　００００－０９９０　００１０', '444000xxxxxx0010'],
    ['4440000009900010 01/39', '444000xxxxxx0010 01/39'],
    ['4440000009900010 123', '444000xxxxxx0010 123'],
    ['2 4440000009900010', '2 444000xxxxxx0010'],
    ['1 4440 0000 0990 0010 123', '1 444000xxxxxx0010 123'],
    ['4440000009900010 5123450000000008', '444000xxxxxx0010 512345xxxxxx0008'],
    [';4440000009900010=39012010000012300000?', ';444000xxxxxx0010=39012010000012300000?'],
    ['{"pan":"4440000009900010","n":4440000009900010}', '{"pan":"444000xxxxxx0010","n":444000xxxxxx0010}'],
  ] as const) {
    it(`${text} becomes ${masked}`, () => assert.equal(maskNumbers(text), masked));
  }

  for (const text of [
    '4440000009900011',
    '179532613654671942582',
    '1627965086558-1',
    '44400000099000104440000009900010',
    '2026-01-17T03:39:51.123Z',
    '444000xxxxxx0010',
    '',
  ]) {
    it(`${text} stays: it is none`, () => assert.equal(maskNumbers(text), text));
  }

  it('none is left whatever stands around it', () => {
    const number = fc.constantFrom(...Object.keys(numbers));
    const noise = fc.stringMatching(/^[a-z 0-9,;:/"-]{0,12}$/);
    fc.assert(
      fc.property(noise, number, noise, (before, digits, after) => {
        const text = maskNumbers(`${before} ${digits} ${after}`);
        assert.ok(!text.includes(digits), text);
      }),
    );
  });

  it('a long text takes no long time', () => {
    const text = '4 '.repeat(10_000) + '4'.repeat(100_000);
    const began = performance.now();
    maskNumbers(text);
    assert.ok(performance.now() - began < 2_000);
  });
});
