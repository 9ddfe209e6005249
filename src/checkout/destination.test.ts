import assert from 'node:assert/strict';
import { test } from 'node:test';
import { destinationOf } from './destination.ts';

test('web addresses are redirected to, byte for byte', () => {
  for (const url of ['https://shop.example/done?o=17&x=%2F', 'HTTP://shop.example', 'https://shop.example?a=b#c'])
    assert.deepEqual(destinationOf(url), { url, redirects: true });
});

test('what is not ASCII goes out as percent-encoded UTF-8, and nothing can break the header', () => {
  assert.equal(destinationOf('https://shop.example/完成?q=ü')?.url, 'https://shop.example/%E5%AE%8C%E6%88%90?q=%C3%BC');
  assert.equal(destinationOf('https://shop.example/a\r\nX: y')?.url, 'https://shop.example/a%0D%0AX:%20y');
  assert.equal(destinationOf('https://shop.example/\ud800')?.url, 'https://shop.example/%EF%BF%BD');
});

test('app links and about:blank are left for from a page', () => {
  for (const url of ['shopapp://checkout/pay/success', 'about:blank'])
    assert.deepEqual(destinationOf(url), { url, redirects: false });
});

test('no address, a broken one, or one that runs in our own name leads nowhere', () => {
  for (const url of [
    null,
    '',
    '/done',
    '//shop.example',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'blob:https://shop.example/1',
    'file:///etc/passwd',
    'view-source:https://shop.example',
  ])
    assert.equal(destinationOf(url), null, String(url));
});
