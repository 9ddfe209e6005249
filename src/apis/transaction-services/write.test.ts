import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { formatOf, ordered, toXml, written } from './write.ts';

test('2.4: JSON unless XML is preferred', () => {
  const json = [
    undefined,
    '',
    '*/*',
    'application/json',
    'text/html',
    'application/json, application/xml',
    'application/xml;q=0.5, application/json;q=0.5',
    'application/xml;q=0.8, */*',
    'application/xml;q=0',
    'text/xml;q=0.4, application/*;q=0.5',
    ',;,',
  ];
  const xml = [
    'application/xml',
    'text/xml',
    'TEXT/XML',
    'application/xml, application/json;q=0.9',
    'application/xml, */*',
    'text/html, application/xml;q=0.9, */*;q=0.8',
    'application/xml;q=x',
  ];
  for (const accept of json) assert.equal(formatOf(accept), 'json', accept);
  for (const accept of xml) assert.equal(formatOf(accept), 'xml', accept);
});

test('2.6: members come in their order, absent ones not at all, unknown ones last', () => {
  const answer = {
    transactionStatus: 'Y',
    other: '1',
    timestamp: 't',
    result: { code: '1' },
    remark: undefined,
    paymentId: '1',
  };
  assert.deepEqual(Object.keys(ordered(answer)), ['paymentId', 'result', 'timestamp', 'transactionStatus', 'other']);
});

test('2.6: lists repeat their element, stored instruments within one; blank members are empty elements', () => {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  assert.equal(
    toXml({ transaction: [{ amount: '1' }, { amount: '2' }] }),
    `${head}<response><transaction><amount>1</amount></transaction><transaction><amount>2</amount></transaction></response>`,
  );
  assert.equal(
    toXml({ cards: [{ bin: '4' }, { bin: '5' }] }),
    `${head}<response><cards><card><bin>4</bin></card><card><bin>5</bin></card></cards></response>`,
  );
  assert.equal(toXml({ remark: '' }), `${head}<response><remark></remark></response>`);
  assert.equal(toXml({ redirect: { parameters: [] } }), `${head}<response><redirect></redirect></response>`);
});

test('2.6: any text comes back from XML as it was, but for what no XML can hold', () => {
  const parser = new XMLParser({ parseTagValue: false, trimValues: false });
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
      const { text: xml } = written({ remark: text }, 'xml');
      assert.equal(XMLValidator.validate(xml), true);
      const read = parser.parse(xml).response.remark;
      const kept = text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
      assert.equal(read.replaceAll('\r', '\n'), kept.replaceAll('\r\n', '\n').replaceAll('\r', '\n'));
    }),
  );
});
