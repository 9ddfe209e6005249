import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { readCredential } from './credential.ts';
import { vector } from './testing/vector.ts';

const own = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey;
const spki = own.export({ type: 'spki', format: 'pem' }) as string;
const options = { 'client-id': 'testmart', 'public-key': spki };

test('an RSA key comes as SubjectPublicKeyInfo or PKCS #1 (section 3.1)', () => {
  const none = { login: null, settings: {}, secrets: {} };
  assert.deepEqual(readCredential(options, false), { wireName: 'testmart', publicKey: spki, ...none });
  const pkcs1 = own.export({ type: 'pkcs1', format: 'pem' }) as string;
  assert.match(pkcs1, /BEGIN RSA PUBLIC KEY/);
  assert.equal(readCredential({ ...options, 'public-key': pkcs1 }, false).publicKey, spki);
});

test('a client id is of the alphabet that is safe in a path (section 2.5)', () => {
  for (const clientId of ['eftit', 'eftit_prod', '000000000000001', 'a.b-c', 'x'.repeat(40)]) {
    assert.equal(readCredential({ ...options, 'client-id': clientId }, false).wireName, clientId);
  }
  for (const clientId of ['', 'a b', 'a/b', 'a+b', 'é', 'x'.repeat(41)]) {
    assert.throws(() => readCredential({ ...options, 'client-id': clientId }, false), /client-id must be/);
  }
  assert.throws(() => readCredential({ 'public-key': spki }, false), /client-id must be/);
});

test('what is no RSA public key of 2048 to 4096 bits is refused with the reason (section 3.1)', () => {
  const pem = (key: string) => () => readCredential({ ...options, 'public-key': key }, true);
  const small = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey;
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  assert.throws(pem(''), /public-key is missing/);
  assert.throws(pem('ssh-rsa AAAA'), /must be PEM text/);
  assert.throws(pem(vector('merchant-private.pem')), /this is a private key/);
  assert.throws(pem(spki.replace(/\n.{20}/, '\n')), /damaged/);
  assert.throws(pem(spki.replaceAll('PUBLIC KEY', 'CERTIFICATE')), /must be PEM text/);
  assert.throws(pem(small.export({ type: 'spki', format: 'pem' }) as string), /2048 to 4096 bits; this one has 1024/);
  assert.throws(pem(curve.export({ type: 'spki', format: 'pem' }) as string), /must be an RSA key/);
});

test('the published test keys work in sandbox mode only (section 21)', () => {
  for (const name of ['merchant-public.pem', 'gateway-public.pem']) {
    const pkcs1 = createPublicKey(vector(name)).export({ type: 'pkcs1', format: 'pem' }) as string;
    for (const key of [vector(name), pkcs1]) {
      assert.equal(readCredential({ ...options, 'public-key': key }, true).publicKey, vector(name));
      assert.throws(() => readCredential({ ...options, 'public-key': key }, false), /published/);
    }
  }
});
