import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { resolveByNameServers, resolveHere } from './names.ts';

/** Answers queries for addresses: type 1 is A (4 bytes), type 28 AAAA (16 bytes); no answer, no such name. */
const startNameServer = async (answer: (name: string, type: number) => readonly number[][]) => {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const end = query.indexOf(0, 12);
    const labels: string[] = [];
    for (let at = 12; at < end; at += query[at]! + 1)
      labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!));
    const type = query.readUInt16BE(end + 1);
    const found = answer(labels.join('.'), type);
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(found.length > 0 ? 0x8180 : 0x8183, 2);
    head.writeUInt16BE(found.length, 6);
    head.writeUInt32BE(0, 8);
    const records = found.map((bytes) => Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, bytes.length, ...bytes]));
    socket.send(Buffer.concat([head, query.subarray(12, end + 5), ...records]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  after(() => socket.close());
  return `127.0.0.1:${socket.address().port}`;
};

const ipv6 = [0x26, 0x06, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x11];

test('name servers are asked for both families, and every address counts', async () => {
  const server = await startNameServer((name, type) => {
    if (name !== 'shop.example') return [];
    return type === 1
      ? [
          [93, 184, 216, 34],
          [10, 0, 0, 7],
        ]
      : [ipv6];
  });
  const resolve = resolveByNameServers([server]);
  assert.deepEqual(await resolve('shop.example'), ['93.184.216.34', '10.0.0.7', '2606:4700::1111']);
});

test('one family is enough', async () => {
  const server = await startNameServer((_, type) => (type === 28 ? [ipv6] : []));
  assert.deepEqual(await resolveByNameServers([server])('six.example'), ['2606:4700::1111']);
});

test('a name without addresses is an error', async () => {
  const server = await startNameServer(() => []);
  await assert.rejects(resolveByNameServers([server])('nobody.example'), /no address/);
});

test('a name is asked for again each time: no verdict is kept', async () => {
  let last = 0;
  const server = await startNameServer((_, type) => (type === 1 ? [[10, 0, 0, ++last]] : []));
  const resolve = resolveByNameServers([server]);
  assert.deepEqual(await resolve('turns.example'), ['10.0.0.1']);
  assert.deepEqual(await resolve('turns.example'), ['10.0.0.2']);
});

test('the machine itself knows localhost', async () => {
  assert.ok((await resolveHere('localhost')).some((address) => address === '127.0.0.1' || address === '::1'));
});
