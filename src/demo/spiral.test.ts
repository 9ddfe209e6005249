import assert from 'node:assert/strict';
import { createPublicKey, sign } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { spiralClient } from './spiral.ts';
import { answerVector, gatewayKey, merchantKey, noticeVector, requestVector } from './vectors.ts';

const merchantRef = 'INV-20260117-01';

describe('a Spiral client', () => {
  let answer = { status: 200, headers: {} as Record<string, string>, body: '{}' };
  const requests: { method?: string; url?: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push({ method: request.method, url: request.url, headers: request.headers, body });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });

  const clientAt = (date: string, clientId = 'testmart') =>
    spiralClient({
      apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      clientId,
      privateKey: merchantKey,
      gatewayPublicKey: createPublicKey(gatewayKey),
      now: () => Date.parse(date),
    });

  const signedAnswer = {
    'Content-Type': 'application/json',
    'Spiral-Request-Datetime': answerVector.date,
    'Spiral-Server-Signature': answerVector.signature,
  };

  before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  after(() => server.close());

  test('signs client, reference and date with the merchant key (vector V1)', async () => {
    answer = { status: 200, headers: signedAnswer, body: '{"status":"Approved"}' };
    await clientAt(requestVector.date).command(merchantRef, { cmd: 'SALESESSION', amt: 268.5 });
    const request = requests.at(-1)!;
    assert.equal(request.method, 'PUT');
    assert.equal(request.url, '/v1/merchants/testmart/transactions/INV-20260117-01');
    assert.equal(request.headers['spiral-request-datetime'], requestVector.date);
    assert.equal(request.headers['spiral-client-signature'], requestVector.signature);
    assert.deepEqual(JSON.parse(request.body), { clientId: 'testmart', merchantRef, cmd: 'SALESESSION', amt: 268.5 });
  });

  test('queries with a signed GET without a body', async () => {
    await clientAt(requestVector.date).query(merchantRef);
    const request = requests.at(-1)!;
    assert.deepEqual([request.method, request.body], ['GET', '']);
    assert.equal(request.headers['spiral-client-signature'], requestVector.signature);
  });

  test('believes an answer that the gateway signed (vector V2), whatever its HTTP status', async () => {
    for (const status of [200, 400, 504]) {
      answer = { status, headers: signedAnswer, body: '{"status":"NotValid","error":"Missing field: amt"}' };
      const result = await clientAt(answerVector.date).query(merchantRef);
      assert.equal(result.kind, 'answered');
      assert.equal(result.kind === 'answered' && result.httpStatus, status);
      assert.equal(result.kind === 'answered' && result.record.error, 'Missing field: amt');
    }
  });

  test('does not believe an answer with another signature, of another reference, without one, or an old one', async () => {
    const body = '{"status":"Approved"}';
    const wrong = [
      { ...signedAnswer, 'Spiral-Server-Signature': requestVector.signature },
      { ...signedAnswer, 'Spiral-Server-Signature': 'bm90IGEgc2lnbmF0dXJl' },
      { ...signedAnswer, 'Spiral-Request-Datetime': requestVector.date },
      { ...signedAnswer, 'Spiral-Request-Datetime': 'yesterday' },
      { 'Content-Type': 'application/json' },
    ];
    for (const headers of wrong) {
      answer = { status: 200, headers, body };
      assert.equal((await clientAt(answerVector.date).query(merchantRef)).kind, 'untrusted');
    }
    answer = { status: 200, headers: signedAnswer, body };
    assert.equal((await clientAt(answerVector.date).query('INV-20260117-02')).kind, 'untrusted');
    assert.equal((await clientAt('2026-01-17T03:44:52Z').query(merchantRef)).kind, 'answered');
    assert.equal((await clientAt('2026-01-17T03:44:53Z').query(merchantRef)).kind, 'untrusted');
  });

  test('does not believe a signed answer that is no JSON object', async () => {
    for (const body of ['', 'null', '[]', '"Approved"', '<html>']) {
      answer = { status: 200, headers: signedAnswer, body };
      assert.equal((await clientAt(answerVector.date).query(merchantRef)).kind, 'untrusted');
    }
  });

  test('calls it silence when nobody answers', async () => {
    const client = spiralClient({
      apiUrl: 'http://127.0.0.1:1',
      clientId: 'testmart',
      privateKey: merchantKey,
      gatewayPublicKey: createPublicKey(gatewayKey),
    });
    assert.equal((await client.query(merchantRef)).kind, 'silent');
  });

  test('takes a notice that the gateway signed (vector V7) and refuses all others', () => {
    const client = clientAt(noticeVector.date);
    const headers = {
      'spiral-request-datetime': noticeVector.date,
      'spiral-server-signature': noticeVector.signature,
    };
    const body = JSON.stringify({ clientId: 'testmart', merchantRef, status: 'Approved' });
    assert.deepEqual(client.checkNotice(headers, body), {
      genuine: true,
      merchantRef,
      record: { clientId: 'testmart', merchantRef, status: 'Approved' },
    });

    const ownSignature = sign('sha256', Buffer.from(`testmart${merchantRef}${noticeVector.date}`), merchantKey);
    const forged: [Record<string, string>, string][] = [
      [{}, body],
      [{ ...headers, 'spiral-server-signature': answerVector.signature }, body],
      [{ ...headers, 'spiral-server-signature': ownSignature.toString('base64') }, body],
      [{ ...headers, 'spiral-request-datetime': answerVector.date }, body],
      [headers, JSON.stringify({ clientId: 'testmart', merchantRef: 'INV-20260117-02' })],
      [headers, JSON.stringify({ clientId: 'othermart', merchantRef })],
      [headers, JSON.stringify({ clientId: 'testmart' })],
      [headers, 'no json'],
    ];
    for (const [otherHeaders, otherBody] of forged) {
      assert.equal(client.checkNotice(otherHeaders, otherBody).genuine, false, otherBody);
    }
    assert.equal(clientAt('2026-01-17T03:46:08Z').checkNotice(headers, body).genuine, false);
  });
});
