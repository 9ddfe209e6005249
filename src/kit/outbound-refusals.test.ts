import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { type Answer, type Outbound, type OutboundOptions, outbound } from './outbound.ts';

// A receiver that really listens on this machine: whoever gets past the guard is counted.
let connections = 0;
let port = 0;
const server = createServer((_, response) => response.end());
server.on('connection', () => connections++);

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as { port: number }).port;
});

after(() => {
  server.close();
  server.closeAllConnections();
});

const open: Outbound[] = [];
after(() => {
  for (const each of open) each.close();
});

const guarded = (options: Partial<OutboundOptions> = {}): Outbound => {
  const nobody = () => Promise.reject(new Error('no such name'));
  const made = outbound({ allowPrivate: false, allowHttp: true, resolve: nobody, ...options });
  open.push(made);
  return made;
};

const post = (from: Outbound, url: string): Promise<Answer> =>
  from.post(url, { headers: {}, body: 'x', timeoutMs: 500 });

const here = `127.0.0.1 127.1 127.0.1 127.0.0.1. 2130706433 017700000001 0177.0.0.1 0177.0.0.01 0177.1 0x7f000001
  0X7F000001 0x7f.0.0.1 0x7f.0x0.0x0.0x1 0x7f.1 127.0x0.1 127.0.0.0x1 127.00.00.01 0x7f.00.0x00.01 %31%32%37.0.0.1
  127%2e0%2e0%2e1 127%E3%80%820.0.1 ①②⑦.⓪.⓪.① １２７.0.0.1 127。0。0。1 127．0．0．1 127｡0｡0｡1 ⑫7.0.0.1 127.0.0.1%09
  127.255.255.254 127.8.8.8 [::1] [0:0:0:0:0:0:0:1] [0000::0001] [::0001] [::ffff:127.0.0.1] [::FFFF:127.0.0.1]
  [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [::127.0.0.1] [::7f00:1] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1]
  [64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2002:7f00:1::1] [2001:0:7f00:1::] 0 0.0.0.0 0x 0x0 00 [::]
  [::0] [0::0] [::ffff:0.0.0.0] [::ffff:0:0]`;

const networks = `10.0.0.1 10.1 10.0.1 167772161 012.0.0.1 0xa.0.0.1 0x0a000001 10.255.255.255 172.16.0.1 172.31.255.254
  172.1048577 2886729729 0xac100001 192.168.0.1 192.168.1 192.168.257 3232235521 0xc0a80001 0300.0250.0.1 100.64.0.1
  100.127.255.254 100.100.100.200 1681915905 [::ffff:10.0.0.1] [::ffff:192.168.0.1] [::ffff:c0a8:1] [64:ff9b::10.0.0.1]
  [64:ff9b::c0a8:1] [2002:c0a8:1::] [fc00::1] [fd00::1] [fdff:ffff:ffff::1] [fd00:ec2::254] [fec0::1]`;

const landlords = `169.254.169.254 169.254.43518 2852039166 025177524776 0xa9fea9fe 0xa9.0xfe.0xa9.0xfe 0251.0376.0251.0376
  169.254.0.1 169.254.170.2 １６９.254.169.254 [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [64:ff9b::a9fe:a9fe]
  [2002:a9fe:a9fe::] [fe80::1] [fe80::a9fe:a9fe] [febf::1] 168.63.129.16 2822734096 [::ffff:168.63.129.16] 192.0.0.192
  0x0.0x1.0x2.0x3 224.0.0.1 239.255.255.250 [ff02::1] [ff0e::1] 255.255.255.255 4294967295 0xffffffff 240.0.0.1
  192.0.2.1 198.51.100.1 203.0.113.1 198.18.0.1 192.88.99.1 [2001:db8::1] [3fff::1] [100::1] [5f00::1]`;

const words = (text: string): string[] => text.trim().split(/\s+/);

test('there are at least a hundred spellings of places that nobody may send us to', () => {
  assert.ok(words(`${here} ${networks} ${landlords}`).length >= 100);
});

for (const host of words(`${here} ${networks} ${landlords}`)) {
  test(`refused: ${host}`, async () => {
    for (const url of [`http://${host}:${port}/`, `https://${host}/hook`]) {
      const answer = await post(guarded(), url);
      assert.ok(answer.kind === 'refused' && ['address', 'url'].includes(answer.reason), JSON.stringify(answer));
    }
    assert.equal(connections, 0);
  });
}

test('of these, private mode lets through this machine and private networks alone', async () => {
  for (const host of words(landlords)) {
    assert.equal((await post(guarded({ allowPrivate: true }), `http://${host}:${port}/`)).kind, 'refused', host);
  }
  assert.equal((await post(guarded({ allowPrivate: true }), `http://127.1:${port}/`)).kind, 'answered');
  connections = 0;
});

const answers: Record<string, readonly string[]> = {
  'this machine': ['127.0.0.1'],
  'this machine by version 6': ['::1'],
  'this machine, mapped': ['::ffff:127.0.0.1'],
  'this machine with a zone': ['::1%lo'],
  'a private network': ['192.168.7.7'],
  'a neighbour on the link': ['fe80::1%eth0'],
  'the metadata of a cloud machine': ['169.254.169.254'],
  'a good address and a bad one': ['1.1.1.1', '127.0.0.1'],
  'a good address and a bad one of the other family': ['1.1.1.1', '::1'],
  'no address at all but text': ['localhost'],
};

for (const [where, addresses] of Object.entries(answers)) {
  test(`a name is refused when it leads to ${where}`, async () => {
    const from = guarded({ resolve: async () => addresses });
    assert.deepEqual(await post(from, `http://shop.example:${port}/`), { kind: 'refused', reason: 'address' });
    assert.deepEqual(await post(from, 'https://shop.example/'), { kind: 'refused', reason: 'address' });
    assert.equal(connections, 0);
  });
}

test('rebinding: a name that was public and then turns inward is refused at its next connection', async () => {
  // Nobody routes this address: it belonged to a test network that has ended.
  const turns = ['3ffe:ffff::1', '127.0.0.1'];
  const from = guarded({ resolve: async () => [turns.shift()!], connectTimeoutMs: 50 });
  const first = await post(from, `http://turns.example:${port}/`);
  assert.ok(first.kind === 'failed' && !first.sent);
  assert.deepEqual(await post(from, `http://turns.example:${port}/`), { kind: 'refused', reason: 'address' });
  assert.equal(connections, 0);
});

test('rebinding: what was judged is what is connected to, without asking again', async () => {
  const turns = ['127.0.0.1', '169.254.169.254'];
  let asked = 0;
  const resolve = async () => [turns[Math.min(asked++, 1)]!];
  const from = guarded({ allowPrivate: true, resolve });
  assert.equal((await post(from, `http://turns.example:${port}/`)).kind, 'answered');
  assert.equal(asked, 1);
  from.close();
  const again = guarded({ allowPrivate: true, resolve });
  assert.deepEqual(await post(again, `http://turns.example:${port}/`), { kind: 'refused', reason: 'address' });
  connections = 0;
});

const otherwise: readonly (readonly [string, string])[] = [
  ['ftp://shop.example/', 'scheme'],
  ['file:///etc/passwd', 'scheme'],
  ['gopher://shop.example:6379/_', 'scheme'],
  ['javascript:alert(1)', 'scheme'],
  ['data:text/plain,x', 'scheme'],
  ['ws://shop.example/', 'scheme'],
  ['https://user@shop.example/', 'userinfo'],
  ['https://user:word@shop.example/', 'userinfo'],
  ['https://shop.example@127.0.0.1/', 'userinfo'],
  ['https://shop.example:22/', 'port'],
  ['https://shop.example:25/', 'port'],
  ['https://shop.example:0/', 'port'],
  ['https://shop.example:1023/', 'port'],
  ['', 'url'],
  ['shop.example/hook', 'url'],
  ['//shop.example/hook', 'url'],
  ['https://', 'url'],
  ['https://shop.example:65536/', 'url'],
  ['https://127.0.0.256/', 'url'],
  ['https://[fe80::1%25eth0]/', 'url'],
  ['https://127.0.0.1%00.example/', 'url'],
];

for (const [url, reason] of otherwise) {
  test(`refused for its ${reason}: ${url || 'nothing'}`, async () => {
    assert.deepEqual(await post(guarded({ resolve: async () => ['1.1.1.1'] }), url), { kind: 'refused', reason });
  });
}

test('unencrypted messages leave only where that is allowed', async () => {
  const url = 'http://shop.example/';
  const strict = guarded({ allowHttp: false });
  assert.deepEqual(await post(strict, url), { kind: 'refused', reason: 'scheme' });
  const lenient = await post(guarded({ allowHttp: true }), url);
  assert.deepEqual(lenient, { kind: 'failed', reason: 'connect', sent: false, status: null });
  assert.notEqual((await post(guarded({ allowPrivate: true, allowHttp: undefined }), url)).kind, 'refused');
});
