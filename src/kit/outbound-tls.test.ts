import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { after, before, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { outbound } from './outbound.ts';

// Made for this file: a certificate for receiver.test that signs itself, and its key. Both secure nothing.
const cert = `-----BEGIN CERTIFICATE-----
MIIBbDCCAROgAwIBAgIBATAKBggqhkjOPQQDAjAYMRYwFAYDVQQDDA1yZWNlaXZl
ci50ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAYMRYwFAYD
VQQDDA1yZWNlaXZlci50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEcT3T
eE2rwSlFBrTeUMDGPDPYUo5QF4HMjOcSUucjNVWm3/S5QkqXPVGzeq2GaDBpjdaY
wDA3jh9V5pJ6/a5EfaNMMEowGAYDVR0RBBEwD4INcmVjZWl2ZXIudGVzdDAPBgNV
HRMBAf8EBTADAQH/MB0GA1UdDgQWBBTCt/YZv6Q0pziK7XaAWkbUbwdrzjAKBggq
hkjOPQQDAgNHADBEAiA8eM26Hyg2rk83gGL3UyWLnZEHYQBEaJvmFZ+Ji0mD3wIg
W4mFHGrkcIVrxluSQrE9uDu9zPCP6mv8tS7Pg4gDuoo=
-----END CERTIFICATE-----`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoebGIhWgiIP1rS1A
CU0tphGuh3U+vnzZyX0xUCJZ0l2hRANCAARxPdN4TavBKUUGtN5QwMY8M9hSjlAX
gcyM5xJS5yM1Vabf9LlCSpc9UbN6rYZoMGmN1pjAMDeOH1Xmknr9rkR9
-----END PRIVATE KEY-----`;

const servernames: unknown[] = [];
let requests = 0;
let port = 0;
const server = createServer({ cert, key }, (request, response) => {
  requests++;
  servernames.push((request.socket as TLSSocket & { servername: unknown }).servername);
  response.end(request.headers.host);
});

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as { port: number }).port;
});

after(() => {
  server.close();
  server.closeAllConnections();
});

const resolve = async () => ['127.0.0.1'];
const message = { headers: {}, body: 'hello', timeoutMs: 2_000 };

const trusting = outbound({ allowPrivate: true, resolve, ca: cert, connectTimeoutMs: 100 });
const ordinary = outbound({ allowPrivate: true, resolve });
after(() => trusting.close());
after(() => ordinary.close());

test('a name is asked for at the vetted address, and the certificate must be for that name', async () => {
  const answer = await trusting.post(`https://receiver.test:${port}/`, message);
  assert.deepEqual(answer, { kind: 'answered', status: 200, body: `receiver.test:${port}` });
  assert.deepEqual(servernames, ['receiver.test']);
});

const refused = { kind: 'failed', reason: 'tls', sent: false, status: null };

test('a certificate that nobody vouches for, or for another name: nothing was sent', async () => {
  requests = 0;
  assert.deepEqual(await ordinary.post(`https://receiver.test:${port}/`, message), refused);
  assert.deepEqual(await trusting.post(`https://other.test:${port}/`, message), refused);
  assert.deepEqual(await trusting.post(`https://127.0.0.1:${port}/`, message), refused);
  assert.equal(requests, 0);
});

test('a receiver that takes the connection and speaks no TLS: nothing was sent', async () => {
  const mute = createTcpServer((socket) => socket.on('error', () => {}));
  mute.listen(0, '127.0.0.1');
  await once(mute, 'listening');
  after(() => mute.close());
  const url = `https://receiver.test:${(mute.address() as { port: number }).port}/`;
  assert.deepEqual(await trusting.post(url, message), { ...refused, reason: 'timeout' });
});
