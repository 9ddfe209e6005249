import assert from 'node:assert/strict';
import { test } from 'node:test';
import { letterOf } from './letter.ts';

const evil = '</td><script>alert(1)</script>"\'&\r\n-- \r\nTotal: 0';

test('what others typed is text in both forms, and no line of ours', () => {
  const { subject, text, html } = letterOf({
    language: 'en',
    title: `Invoice ${evil}`,
    paragraphs: [evil],
    rows: [['Order', evil]],
    button: { label: 'Pay', url: 'https://pay.example/?a=1&b="2"' },
    foot: evil,
  });
  assert.doesNotMatch(html, /<script/);
  assert.match(html, /href="https:\/\/pay\.example\/\?a=1&amp;b=&quot;2&quot;"/);
  assert.doesNotMatch(subject, /[\r\n]/);
  assert.equal(text.split('\n').filter((line) => line.startsWith('Total: 0')).length, 0);
  assert.equal(text.split('\n').filter((line) => line === '-- ').length, 1);
  assert.match(text, /Pay:\nhttps:\/\/pay\.example\/\?a=1&b="2"/);
});

test('what is not there leaves no gap', () => {
  const { text, html } = letterOf({ language: 'hu', title: 'Cím', paragraphs: [], rows: [] });
  assert.equal(text, 'Cím\n');
  assert.doesNotMatch(html, /<table|<a /);
  assert.match(html, /<html lang="hu">/);
});
