import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fpsText } from './fps.ts';

const bill = {
  fpsId: '9990001',
  merchantName: 'Test Mart',
  amountMinor: 10_050n,
  currency: 'HKD',
  merchantRef: 'INV-20260117-08',
};

test('21: the FPS text of the vector', () => {
  assert.equal(
    fpsText(bill),
    '00020101021226270012hk.com.hkicl020799900015204000053033445405100.55802HK5909Test Mart6002HK62190515INV-20260117-086304B03A',
  );
});

test('5.4: renminbi has another number', () => {
  assert.match(fpsText({ ...bill, currency: 'CNY' }), /5303156/);
});

test('5.4: the name is ASCII, 25 characters at most, and never empty', () => {
  assert.match(fpsText({ ...bill, merchantName: 'Café Ångström' }), /5913Cafe Angstrom60/);
  assert.match(fpsText({ ...bill, merchantName: '茶餐廳' }), /5901-60/);
  assert.match(fpsText({ ...bill, merchantName: 'x'.repeat(60) }), new RegExp(`5925${'x'.repeat(25)}60`));
});
