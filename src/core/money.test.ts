import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { exponentOf, isCurrency, minorFromText, textFromMinor } from './money.ts';

/** 0.00001 of a major unit with two decimals, in minor units. */
const slack = 0.001;

describe('amounts as merchants send them (2.4, 21)', () => {
  for (const [text, minor] of [
    ['0.30000000000000004', 30n],
    ['9999999999.99', 999_999_999_999n],
    ['1e2', 10_000n],
    ['1E+2', 10_000n],
    ['100.5', 10_050n],
    ['268.50', 26_850n],
    ['0', 0n],
    ['10000000000', 1_000_000_000_000n],
    ['0.29999999999999998', 30n],
    ['-1.5', -150n],
    ['125e-2', 125n],
  ] as const) {
    it(`${text} is ${minor} cents`, () => assert.equal(minorFromText(text, 'HKD', slack), minor));
  }

  for (const text of [
    '1.234',
    '',
    ' 1',
    '1 ',
    '1.',
    '.5',
    '+1',
    '1,5',
    '0x10',
    'NaN',
    'Infinity',
    '1e',
    '１',
    '1e1000',
  ]) {
    it(`${JSON.stringify(text)} is none`, () => assert.equal(minorFromText(text, 'HKD', slack), undefined));
  }

  it('a hundred-thousandth off is the limit, on both sides, exactly', () => {
    assert.equal(minorFromText('1.00001', 'HKD', slack), 100n);
    assert.equal(minorFromText('0.99999', 'HKD', slack), 100n);
    assert.equal(minorFromText('1.0000100000000001', 'HKD', slack), undefined);
    assert.equal(minorFromText('0.9999899999999999', 'HKD', slack), undefined);
  });

  it('without slack nothing is rounded', () => {
    assert.equal(minorFromText('0.30000000000000004', 'HKD'), undefined);
    assert.equal(minorFromText('0.300000000000000000', 'HKD'), 30n);
  });

  it('a text that is only long keeps nobody busy', () => {
    assert.equal(minorFromText('1'.repeat(1_000_000), 'HKD'), undefined);
  });
});

describe('currencies', () => {
  it('have the decimal places of ISO 4217', () => {
    const places = (...codes: string[]) => codes.map(exponentOf);
    assert.deepEqual(places('HKD', 'CNY', 'USD', 'MOP', 'EUR', 'HUF', 'MGA', 'MRU', 'TWD'), Array(9).fill(2));
    assert.deepEqual(places('JPY', 'KRW', 'VND', 'CLP', 'ISK', 'UGX', 'XAF', 'XOF', 'XPF', 'UYI'), Array(10).fill(0));
    assert.deepEqual(places('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'), Array(7).fill(3));
    assert.deepEqual(places('CLF', 'UYW'), [4, 4]);
  });

  it('that are none have none: a guess would be wrong by a factor of ten', () => {
    for (const code of ['', 'hkd', 'XYZ', 'HKDX', 'constructor', '__proto__']) {
      assert.equal(isCurrency(code), false, code);
      assert.throws(() => exponentOf(code));
    }
    assert.equal(isCurrency('HKD'), true);
  });

  it('count a yen as one and a dinar as a thousand', () => {
    assert.equal(minorFromText('100', 'JPY'), 100n);
    assert.equal(minorFromText('100.5', 'JPY'), undefined);
    assert.equal(minorFromText('1.234', 'KWD'), 1_234n);
  });
});

describe('text and back', () => {
  it('has all decimals of the currency', () => {
    assert.equal(textFromMinor(26_850n, 'HKD'), '268.50');
    assert.equal(textFromMinor(5n, 'KWD'), '0.005');
    assert.equal(textFromMinor(-5n, 'HKD'), '-0.05');
    assert.equal(textFromMinor(500n, 'JPY'), '500');
  });

  it('any amount of any currency comes back as it was', () => {
    const currency = fc.constantFrom('HKD', 'JPY', 'KWD', 'CLF');
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), currency, (minor, code) => {
        assert.equal(minorFromText(textFromMinor(minor, code), code), minor);
      }),
    );
  });

  it('every cent up to a million survives a JSON number', () => {
    for (let cents = 1; cents < 1_000_000; cents += 7) {
      assert.equal(minorFromText(String(cents / 100), 'HKD', slack), BigInt(cents));
    }
  });

  it('the float sums that clients make are read as meant', () => {
    const cents = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        assert.equal(minorFromText(String(a / 100 + b / 100), 'HKD', slack), BigInt(a + b));
      }),
    );
  });
});
