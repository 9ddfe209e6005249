import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTollgate, until } from './installation.ts';
import { runCommand } from './program.ts';
import { type Answer, addTsMerchant, type Fields, md5, tsClient } from './ts-merchant.ts';

const tollgate = await startTollgate();
const shop = await addTsMerchant(tollgate);
const root = `${tollgate.url}/merchantServices/api/v1`;

const post = async (path: string, fields: Fields, token?: string): Promise<Answer> => {
  const body = new URLSearchParams(fields as Record<string, string>);
  const headers = token === undefined ? {} : { authtoken: token };
  return (await fetch(path, { method: 'POST', body, headers })).json();
};
const { AuthToken: partnerToken } = await post(`${tollgate.url}/transactionServices/REST/v1/partnerAuthToken`, {
  'authentication.partnerId': shop.partnerId,
  'partner.userName': shop.partnerUserName,
  'authentication.sKey': shop.partnerKey,
});

const fieldsOf = (username: string, more: Fields = {}): Fields => {
  const password = more['merchant.password'] ?? 'Passw0rd!23';
  return {
    'authentication.partnerId': shop.partnerId,
    'authentication.checksum': md5(username, shop.partnerKey, password, shop.partnerId),
    'merchant.username': username,
    'merchant.password': password,
    'merchant.conPassword': password,
    'merchant.email': 'owner@newshop.example',
    'merchant.contactName': 'Ada Lovelace',
    'merchant.country': 'DE',
    'merchant.telcc': '49',
    'merchant.phone': '301234567',
    'merchant.companyName': 'New Shop',
    'merchant.website': 'https://newshop.example',
    ...more,
  };
};
const signUp = (username: string, more: Fields = {}, token = partnerToken) =>
  post(`${root}/merchantSignup`, fieldsOf(username, more), token);
const code = ({ result }: Answer): string => result.code;

test('6.28: a partner signs a member up, which takes nothing until an operator lets it in', async () => {
  const made = await signUp('newshop');
  const { memberId, secureKey, timestamp, ...rest } = made;
  assert.deepEqual(rest, {
    partnerId: shop.partnerId,
    result: { code: '00009', description: 'Merchant created successfully' },
  });
  assert.match(memberId, /^\d{1,10}$/);
  assert.match(secureKey, /^[A-Za-z0-9]{32,}$/);
  assert.ok(timestamp);
  const member = tsClient(tollgate.url, { ...shop, memberId, key: secureKey, username: 'newshop' });
  assert.equal((await member.askToken()).result.code, '403');
  const fields = member.paymentFields();
  assert.equal(code(await shop.call('payments', fields, { authtoken: partnerToken })), '20023');
  const words = ['shop', 'set', 'transaction-services', memberId, '--state', 'active'];
  assert.equal((await runCommand(words, tollgate.environment)).code, 0);
  await until('the member to be let in', async () => (await member.askToken()).AuthToken !== undefined);
  assert.equal(code(await member.pay()), '00001');
  const told = await member.follow('IN', (await member.pay()).paymentId);
  assert.deepEqual([told.companyName, told.merchantContact], ['New Shop', 'Ada Lovelace']);
});

test('6.28: 20102 for a login that is used, also of two at once; faults of fields are told together; nobody else signs up', async () => {
  assert.equal(code(await signUp(shop.username)), '20102');
  const both = await Promise.all([signUp('twins'), signUp('twins'), signUp('twins')]);
  assert.deepEqual(both.map(code).toSorted(), ['00009', '20102', '20102']);
  assert.deepEqual(Object.keys(both.find((one) => code(one) === '20102')).toSorted(), ['result', 'timestamp']);
  assert.equal(code(await signUp('other', { 'merchant.conPassword': 'Passw0rd!24' })), '30070');
  const needed = ['email', 'contactName', 'country'].map((name) => [`merchant.${name}`, '']);
  assert.equal(code(await signUp('other', Object.fromEntries(needed))), '30010 | 30086 | 30092');
  assert.equal(code(await signUp('two words')), '30071');
  assert.equal(code(await signUp('other', { 'merchant.password': 'short', 'merchant.conPassword': 'short' })), '30042');
  assert.equal(code(await signUp('other', { 'authentication.checksum': '00' })), '20017');
  assert.equal(code(await signUp('other', { 'authentication.checksum': '' })), '30030');
  assert.equal(code(await signUp('other', { 'authentication.partnerId': '78' })), '30055');
  assert.equal(code(await signUp('other', {}, await shop.tokenOf())), '401', "a member's own token will not do");
  assert.equal(code(await signUp('other')), '00009', 'nothing of all that used the login up');
});
