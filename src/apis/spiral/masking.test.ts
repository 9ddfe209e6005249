import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskJson } from './masking.ts';

test('metadata without a card number stays byte for byte (section 5.2)', () => {
  const source = '{ "cart":"c-771", "n": 1e2,"s":"\\u4e2d \\"x\\"","order":1627965086558 }';
  assert.equal(maskJson(source), source);
});

test('a card number in metadata is cut, wherever it stands, and the text stays JSON', () => {
  const cases: [string, string][] = [
    ['"4440000009900010"', '"444000xxxxxx0010"'],
    ['"card 4440 0000 0990 0010 of Ann"', '"card 444000xxxxxx0010 of Ann"'],
    ['{"pan":4440000009900010,"n":2}', '{"pan":"444000xxxxxx0010","n":2}'],
    ['[4440000009900010]', '["444000xxxxxx0010"]'],
    ['{"4440000009900010":1}', '{"444000xxxxxx0010":1}'],
    ['"\\u0034440000009900010"', '"444000xxxxxx0010"'],
  ];
  for (const [source, masked] of cases) {
    assert.equal(maskJson(source), masked);
    assert.doesNotThrow(() => JSON.parse(masked));
  }
});
