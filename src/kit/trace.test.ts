import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traceOf } from './trace.ts';

test('an error is logged by name, code and place, never by its message', () => {
  const error = Object.assign(new TypeError('choked on 4440000009900010\nin two lines'), { code: 'E7' });
  const { error: name, code, at } = traceOf(error);
  assert.deepEqual([name, code], ['TypeError', 'E7']);
  assert.match(at[0]!, /^at .*trace\.test\.ts/);
  assert.ok(!JSON.stringify(traceOf(error)).includes('4440'));
  assert.deepEqual(traceOf({ name: 'Odd' }), { error: 'Odd', code: undefined, at: [] });
});
