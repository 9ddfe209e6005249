import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseRoute } from './routing.ts';

const any = { brands: [], currencies: [], minMinor: null, maxMinor: null };
const asked = { brand: 'visa', currency: 'HKD', amountMinor: 10_000n } as const;

describe('routes', () => {
  it('the first that takes it, in the order of the shop', () => {
    const routes = [
      { ...any, name: 'a', brands: ['amex' as const] },
      { ...any, name: 'b' },
      { ...any, name: 'c' },
    ];
    assert.equal(chooseRoute(routes, asked)?.name, 'b');
  });

  it('one that names no brands or currencies takes all', () => {
    assert.ok(chooseRoute([any], asked));
    assert.ok(chooseRoute([{ ...any, currencies: ['USD', 'HKD'] }], asked));
    assert.equal(chooseRoute([{ ...any, currencies: ['USD'] }], asked), undefined);
    assert.equal(chooseRoute([{ ...any, brands: ['amex'] }], asked), undefined);
  });

  it('limits are included', () => {
    assert.ok(chooseRoute([{ ...any, minMinor: 10_000n, maxMinor: 10_000n }], asked));
    assert.equal(chooseRoute([{ ...any, minMinor: 10_001n }], asked), undefined);
    assert.equal(chooseRoute([{ ...any, maxMinor: 9_999n }], asked), undefined);
  });

  it('no route is no route', () => assert.equal(chooseRoute([], asked), undefined));
});
