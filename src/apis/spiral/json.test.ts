import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JsonText, nestingOf, readObject, writeObject } from './json.ts';

test('sources are kept byte for byte (section 2.1)', () => {
  const members = readObject(
    ' { "amt" : 0.30000000000000004 , "metadata": {"b": 1e2,\n"a":["}", "\\""]} ,"last":true}',
  )!;
  assert.equal(members.get('amt')!.source, '0.30000000000000004');
  assert.equal(members.get('metadata')!.source, '{"b": 1e2,\n"a":["}", "\\""]}');
  assert.deepEqual(members.get('metadata')!.value, { b: 100, a: ['}', '"'] });
  assert.equal(members.get('last')!.source, 'true');
});

test('of a repeated member the last one counts (section 2.1)', () => {
  const members = readObject('{"amt":1,"x":"a","amt":2.50,"x":null}')!;
  assert.deepEqual(members.get('amt'), { value: 2.5, source: '2.50' });
  assert.equal(members.has('x'), false);
});

test('null and the empty string count as absent (section 2.1)', () => {
  assert.deepEqual([...readObject('{"a":null,"b":"","c":" ","d":{}}')!.keys()], ['c', 'd']);
});

test('no name is special', () => {
  const members = readObject('{"__proto__":{"cmd":"SALE"},"constructor":1}')!;
  assert.deepEqual([...members.keys()], ['__proto__', 'constructor']);
  assert.equal(members.get('cmd'), undefined);
  assert.deepEqual(JSON.parse(JSON.stringify(members.get('__proto__')!.value)), { cmd: 'SALE' });
});

test('what is not a JSON object is none (section 2.1)', () => {
  for (const text of [
    '',
    ' ',
    '[]',
    '"a"',
    '1',
    'null',
    '{',
    '{"a":1',
    "{'a':1}",
    '{"a":01}',
    '{"a":1}x',
    '{"a":NaN}',
  ]) {
    assert.equal(readObject(text), undefined, text);
  }
  assert.equal(readObject('['.repeat(60_000)), undefined);
});

test('every object is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 2, '\t'), (object, space) => {
      const members = readObject(JSON.stringify(object, null, space))!;
      const wanted = Object.entries(object).filter(([, value]) => value !== null && value !== '');
      assert.deepEqual([...members.keys()].sort(), wanted.map(([name]) => name).sort());
      for (const [name, { value, source }] of members) assert.deepEqual(JSON.parse(source), value, name);
    }),
  );
});

test('members without a value are left out, never null (section 2.1)', () => {
  const text = writeObject({ a: undefined, b: '', c: new JsonText('9999999999.99'), d: true });
  assert.equal(text, '{"b":"","c":9999999999.99,"d":true}');
});

test('nesting is counted outside of texts', () => {
  const rows: [string, number][] = [
    ['1', 0],
    ['"[[{"', 0],
    ['"\\"[["', 0],
    ['{}', 1],
    ['{"a":[1,{"b":"}]"}],"c":[]}', 3],
    ['[[],[[]]]', 3],
  ];
  for (const [source, depth] of rows) {
    JSON.parse(source);
    assert.equal(nestingOf(source), depth, source);
  }
});
