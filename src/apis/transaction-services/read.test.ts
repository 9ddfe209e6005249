import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isCurrency } from '../../core/money.ts';
import { isAmount, minorOf, textOf } from './amount.ts';
import { fieldsOfForm, readBody } from './body.ts';
import { dayFrom, isZone, startOf } from './dates.ts';
import { faultsIn, isOrderId, isWebUrl, plainUrl } from './rules.ts';
import { chooseTerminal, terminalsOf } from './terminals.ts';

test('11: an amount and its minor units are the same thing in every currency', () => {
  const currencies = ['EUR', 'JPY', 'KWD', 'CLF'];
  assert.ok(currencies.every(isCurrency));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999_999 }), fc.constantFrom(...currencies), (cents, currency) => {
      const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
      assert.ok(isAmount(text));
      const minor = minorOf(text, currency);
      if (currency === 'JPY' && !text.endsWith('.00')) assert.equal(minor, undefined);
      else assert.equal(textOf(minor!, currency), text);
    }),
  );
  assert.deepEqual([minorOf('500.00', 'JPY'), minorOf('1.50', 'KWD'), minorOf('30.20', 'EUR')], [500n, 1_500n, 3_020n]);
});

test('2.5 J13: a form that was put together by hand', () => {
  const fields = fieldsOfForm('&a=1&&b=x=y&c&a=2&d=100%&e=%C3%84+x&customParameters=1&customParameters=2');
  assert.deepEqual(
    ['a', 'b', 'c', 'd', 'e'].map((name) => fields.get(name)),
    ['1', 'x=y', undefined, '100%', 'Ä x'],
  );
  assert.deepEqual(fields.customParameters, ['1', '2']);
});

test('2.5: any JSON is read without a fault, and members of objects alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json({ noUnicodeString: false }), async (text) => {
      const read = await readBody(Buffer.from(text), 'application/json');
      assert.ok(read === 'empty' || (typeof read !== 'string' && !read.isEmpty));
    }),
  );
  const odd = await readBody(
    Buffer.from('{"a":[1],"b":null,"c":{"d":{"e":1}},"f":true,"__proto__":{"g":4}}'),
    'application/json',
  );
  assert.ok(typeof odd !== 'string');
  assert.deepEqual(
    ['a', 'b', 'c.d', 'f', '__proto__.g'].map((name) => odd.get(name)),
    [undefined, undefined, undefined, 'true', '4'],
  );
  assert.equal(({} as Record<string, unknown>).g, undefined);
});

test('2.5 J15: an address that was encoded once too often is read', () => {
  assert.equal(plainUrl('https%3A%2F%2Fshop.example%2Fa%3Fb'), 'https://shop.example/a?b');
  assert.ok(isWebUrl('http%3a%2f%2fshop.example'));
  for (const bad of [
    'shop.example',
    'javascript:alert(1)',
    'https://',
    'https://a b',
    'https://x/\u0000',
    `https://x/${'x'.repeat(2_048)}`,
  ]) {
    assert.ok(!isWebUrl(bad), bad);
  }
});

test('5.1: each field is told with its code', () => {
  const wrong: readonly (readonly [string, string, string])[] = [
    ['authentication.terminalId', 'x', '30007'],
    ['authentication.accountId', 'x', '30007'],
    ['orderDescriptor', 'x'.repeat(256), '30008'],
    ['currency', 'EURO', '30031'],
    ['tmpl_amount', '1', '30032'],
    ['tmpl_currency', 'X', '30033'],
    ['paymentMode', 'x'.repeat(33), '30040'],
    ['recurringType', 'X', '30045'],
    ['createRegistration', '1', '30047'],
    ['merchantRedirectUrl', 'x', '30029'],
    ['notificationUrl', 'x', '30095'],
    ['attemptThreeD', 'x', '30095'],
    ['card.number', '123456789012', '30019'],
    ['card.expiryMonth', '13', '30023'],
    ['card.expiryYear', '199', '30024'],
    ['card.cvv', '12', '30022'],
    ['card.holder', 'x'.repeat(129), '30043'],
    ['bankAccount.bic', 'X', '30053'],
    ['bankAccount.iban', 'X', '30054'],
    ['bankAccount.mandateId', 'x'.repeat(51), '30096'],
    ['bankAccount.accountNumber', 'x', '30065'],
    ['bankAccount.routingNumber', 'x', '30066'],
    ['bankAccount.accountType', 'x', '30067'],
    ['bankAccount.checkNumber', 'x', '30065'],
    ['bankAccount.bankName', 'x'.repeat(36), '20054'],
    ['customer.customerId', 'x'.repeat(101), '30075'],
    ['customer.givenName', 'x'.repeat(51), '30020'],
    ['customer.surname', 'x'.repeat(51), '30021'],
    ['customer.email', 'x', '30010'],
    ['customer.phone', 'x', '30015'],
    ['customer.telnocc', 'x', '30016'],
    ['customer.birthDate', '20260230', '30026'],
    ['customer.sex', 'x', '30074'],
    ['customer.ip', 'x', '30025'],
    ['customer.companyName', 'x'.repeat(256), '30072'],
    ['shipping.country', 'Germany', '30017'],
    ['shipping.city', 'x'.repeat(51), '30011'],
    ['shipping.state', 'x'.repeat(41), '30014'],
    ['shipping.postcode', 'x'.repeat(11), '30013'],
    ['shipping.street1', 'x'.repeat(151), '30012'],
    ['shipping.givenName', 'x'.repeat(51), '30083'],
    ['billing.surname', 'x'.repeat(51), '30084'],
    ['installment', 'x', '30095'],
    ['cancelReason', 'x'.repeat(51), '30080'],
    ['idType', 'X', '30095'],
  ];
  for (const [name, value, code] of wrong) {
    assert.deepEqual(faultsIn(fieldsOfForm(`${name}=${encodeURIComponent(value)}`)), [code], name);
  }
  const right =
    'customer.birthDate=19790228&customer.sex=male&customer.ip=2001:db8::1&customer.phone=%2B49 (30) 1.2-3&bankAccount.iban=DE09100100101234567893&card.expiryMonth=1';
  assert.deepEqual(faultsIn(fieldsOfForm(right)), []);
  assert.deepEqual(faultsIn(fieldsOfForm('a=1'), ['card.cvv', 'currency']), ['30031', '30022']);
});

test('5.1: order ids have no bar and no control characters, and at most 180 signs', () => {
  for (const id of ['a|b', 'a\tb', 'x'.repeat(181), undefined]) assert.ok(!isOrderId(id));
  for (const id of ['1', 'Bestellung-Ä7', 'x'.repeat(180)]) assert.ok(isOrderId(id));
});

test('6.15: days begin when they do in their zone', () => {
  const day = dayFrom('29/03/2026')!;
  assert.equal(new Date(startOf(day, 'UTC')).toISOString(), '2026-03-29T00:00:00.000Z');
  assert.equal(new Date(startOf(day, 'Europe/Berlin')).toISOString(), '2026-03-28T23:00:00.000Z');
  assert.equal(new Date(startOf(dayFrom('30/03/2026')!, 'Europe/Berlin')).toISOString(), '2026-03-29T22:00:00.000Z');
  assert.equal(new Date(startOf(day, '+05:30')).toISOString(), '2026-03-28T18:30:00.000Z');
  assert.equal(new Date(startOf(day, 'America/St_Johns')).toISOString(), '2026-03-29T02:30:00.000Z');
  for (const bad of ['30/02/2026', '2026-01-01', '1/1/2026', '00/01/2026', undefined])
    assert.equal(dayFrom(bad), undefined);
  assert.deepEqual([isZone('Asia/Kolkata'), isZone('+05:30'), isZone('Mars'), isZone('')], [true, true, false, false]);
});

test('5.4: of several terminals that fit, the lowest number', () => {
  const all = terminalsOf([
    { id: '20', mode: 'CC', brand: 'VISA' },
    { id: '3', mode: 'cc', brand: 'visa', currency: 'EUR' },
    { id: '1', mode: 'CC', brand: 'VISA', active: false },
  ]);
  const wanted = { terminalId: undefined, mode: 'cc', brand: 'Visa', currency: 'EUR' };
  const idOf = (chosen: ReturnType<typeof chooseTerminal>) => (typeof chosen === 'string' ? chosen : chosen.id);
  assert.equal(idOf(chooseTerminal(all, wanted)), '3');
  assert.equal(idOf(chooseTerminal(all, { ...wanted, currency: 'USD' })), '20');
  assert.equal(idOf(chooseTerminal(all, { ...wanted, brand: 'MC' })), '20005');
  assert.equal(idOf(chooseTerminal(all, { ...wanted, terminalId: '1' })), '20009');
  assert.equal(idOf(chooseTerminal(all, { ...wanted, terminalId: '003' })), '3');
});
