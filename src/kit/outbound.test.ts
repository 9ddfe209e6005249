import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { type Message, outbound } from './outbound.ts';

const client = outbound({ allowPrivate: true, connectTimeoutMs: 2_000, socketsPerHostMax: 2 });
after(() => client.close());

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
};

/** A receiver that speaks HTTP. */
const receiver = (listener: RequestListener): Promise<string> => listen(createHttpServer(listener));

/** A receiver that does as it likes with the connection once the first bytes of a message are there. */
const hostile = (act: (socket: Socket) => void): Promise<string> =>
  listen(
    createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => act(socket));
    }),
  );

const message = (change: Partial<Message> = {}): Message => ({
  headers: {},
  body: 'hello',
  timeoutMs: 2_000,
  ...change,
});

test('a message arrives byte for byte, with headers in the letter case they were given in', async () => {
  const sent = Buffer.from([0, 0xff, 0x0a, 0xc3, 0x28]);
  let headers: string[] = [];
  const got: Buffer[] = [];
  const url = await receiver((request, response) => {
    headers = request.rawHeaders;
    request.on('data', (chunk) => got.push(chunk));
    request.on('end', () => response.writeHead(202).end('thank you'));
  });
  const answer = await client.post(
    `${url}/hook?a=1#x`,
    message({ headers: { 'Shop-Request-DateTime': 'now', 'content-TYPE': 'text/plain' }, body: sent }),
  );
  assert.deepEqual(answer, { kind: 'answered', status: 202, body: 'thank you' });
  assert.deepEqual(Buffer.concat(got), sent);
  const pairs = Object.fromEntries(headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1]]] : [])));
  assert.equal(pairs['Shop-Request-DateTime'], 'now');
  assert.equal(pairs['content-TYPE'], 'text/plain');
  assert.equal(pairs['Content-Length'], '5');
  assert.equal(pairs.Host, url.slice('http://'.length));
});

test('a text leaves as UTF-8, and path and query as they were written', async () => {
  let seen = '';
  const url = await receiver(async (request, response) => {
    for await (const chunk of request) seen += chunk;
    response.end(request.url);
  });
  const answer = await client.post(`${url}/a%2Fb?x=%20y`, message({ body: '{"名":"燈"}' }));
  assert.deepEqual(answer, { kind: 'answered', status: 200, body: '/a%2Fb?x=%20y' });
  assert.equal(seen, '{"名":"燈"}');
});

test('a name is what the receiver is called by, though the connection goes to a vetted address', async () => {
  const url = await receiver((request, response) => response.end(request.headers.host));
  const named = outbound({ allowPrivate: true, resolve: async () => ['127.0.0.1'] });
  after(() => named.close());
  const { port } = new URL(url);
  const answer = await named.post(`http://Shop.Example:${port}/`, message());
  assert.deepEqual(answer, { kind: 'answered', status: 200, body: `shop.example:${port}` });
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`a redirect is an answer and is not followed: ${status}`, async () => {
    let reached = 0;
    const target = await receiver((_, response) => {
      reached++;
      response.end();
    });
    const url = await receiver((_, response) => response.writeHead(status, { Location: target }).end());
    assert.deepEqual(await client.post(url, message()), { kind: 'answered', status, body: '' });
    assert.equal(reached, 0);
  });
}

test('connections are kept, and a host gets no more of them than its share', async () => {
  const sockets = new Set<Socket>();
  const url = await receiver((request, response) => {
    sockets.add(request.socket);
    request.resume().on('end', () => setImmediate(() => response.end()));
  });
  const answers = await Promise.all(Array.from({ length: 12 }, () => client.post(url, message())));
  assert.ok(answers.every((answer) => answer.kind === 'answered'));
  assert.equal(sockets.size, 2);
});

const reset = (status: number | null) => ({ kind: 'failed', reason: 'reset', sent: true, status });

const failures: Record<string, [act: (socket: Socket) => void, expected: object]> = {
  'says nothing': [() => {}, { kind: 'failed', reason: 'timeout', sent: true, status: null }],
  'never ends its headers': [
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('X-A: b\r\n'), 10);
      socket.on('close', () => clearInterval(drip));
    },
    { kind: 'failed', reason: 'timeout', sent: true, status: null },
  ],
  'drips its answer': [
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n');
      const drip = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(drip));
    },
    { kind: 'failed', reason: 'timeout', sent: true, status: 200 },
  ],
  'only ever says that it goes on': [
    (socket) => {
      const drip = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 10);
      socket.on('close', () => clearInterval(drip));
    },
    { kind: 'failed', reason: 'timeout', sent: true, status: null },
  ],
  'hangs up': [(socket) => socket.destroy(), reset(null)],
  'resets the connection': [(socket) => socket.resetAndDestroy(), reset(null)],
  'hangs up within its headers': [(socket) => socket.end('HTTP/1.1 200 OK\r\nX-A'), reset(null)],
  'hangs up within its answer': [
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
    reset(200),
  ],
  'speaks another protocol': [
    (socket) => socket.write('220 mail.example ESMTP\r\n'),
    { kind: 'failed', reason: 'garbled', sent: true, status: null },
  ],
  'sends headers without end at once': [
    (socket) => socket.write(`HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`),
    { kind: 'failed', reason: 'garbled', sent: true, status: null },
  ],
  'changes the protocol': [
    (socket) => socket.write('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    { kind: 'answered', status: 101, body: '' },
  ],
};

for (const [what, [act, expected]] of Object.entries(failures)) {
  test(`a receiver that ${what}`, async () => {
    const started = Date.now();
    assert.deepEqual(await client.post(await hostile(act), message({ timeoutMs: 150 })), expected);
    assert.ok(Date.now() - started < 1_500);
  });
}

test('an answer without end is cut at its cap, and its status is known', async () => {
  let written = 0;
  let closed: Promise<unknown> | undefined;
  const url = await hostile((socket) => {
    closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    const more = () => {
      while (!socket.destroyed) {
        written += 16_384;
        if (!socket.write(`4000\r\n${'x'.repeat(16_384)}\r\n`)) return void socket.once('drain', more);
      }
    };
    more();
  });
  const answer = await client.post(url, message());
  assert.deepEqual(answer, { kind: 'failed', reason: 'too_large', sent: true, status: 200 });
  await closed;
  // What the two kernels buffered between us, not gigabytes.
  assert.ok(written < 64 * 2 ** 20, `${written}`);
});

test('an answer may be as long as the caller says, to the byte', async () => {
  const url = await receiver((_, response) => response.end('x'.repeat(1_000)));
  assert.equal((await client.post(url, message({ answerBytesMax: 1_000 }))).kind, 'answered');
  const answer = await client.post(url, message({ answerBytesMax: 999 }));
  assert.deepEqual(answer, { kind: 'failed', reason: 'too_large', sent: true, status: 200 });
});

test('nobody listens: proven that nothing was sent', async () => {
  const server = createServer();
  const url = await listen(server);
  server.close();
  await once(server, 'close');
  const answer = await client.post(url, message());
  assert.deepEqual(answer, { kind: 'failed', reason: 'connect', sent: false, status: null });
});

test('a name that nobody knows, and one that is never answered: nothing was sent', async () => {
  const unknown = outbound({ allowPrivate: true, resolve: () => Promise.reject(new Error('no such name')) });
  const silent = outbound({ allowPrivate: true, resolve: () => new Promise(() => {}), connectTimeoutMs: 50 });
  after(() => unknown.close());
  after(() => silent.close());
  const failed = { kind: 'failed', sent: false, status: null };
  assert.deepEqual(await unknown.post('http://x.example/', message()), { ...failed, reason: 'connect' });
  assert.deepEqual(await silent.post('http://x.example/', message()), { ...failed, reason: 'timeout' });
});

test('a message that waits for its turn until its time is up has not been sent', async () => {
  const url = await hostile(() => {});
  const first = [1, 2].map(() => client.post(url, message({ timeoutMs: 400 })));
  const waiting = await client.post(url, message({ timeoutMs: 100 }));
  assert.deepEqual(waiting, { kind: 'failed', reason: 'timeout', sent: false, status: null });
  for (const answer of await Promise.all(first)) assert.ok(answer.kind === 'failed' && answer.sent);
});

test('closing cuts what is under way', async () => {
  const closing = outbound({ allowPrivate: true });
  const url = await hostile(() => closing.close());
  assert.deepEqual(await closing.post(url, message()), reset(null));
});
