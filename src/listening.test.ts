import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import Fastify from 'fastify';
import { listen } from './listening.ts';

/** Answers with the number of the request, once it is told to if it must wait. */
const started = async () => {
  const server = Fastify({ forceCloseConnections: 'idle' });
  let count = 0;
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  server.get('/', async () => ++count);
  let slowCount = 0;
  server.get('/slow', async () => {
    slowCount += 1;
    await gate;
    return 'slow';
  });
  const listening = await listen(server, '127.0.0.1', 0);
  const { port } = server.server.address() as { port: number };
  return { listening, port, url: `http://127.0.0.1:${port}`, go: () => go(), slowCount: () => slowCount };
};

test('every connection is served, whichever listener it came to', async () => {
  const { listening, port, url } = await started();
  const sockets = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'));
  const texts = await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<string>((resolve, reject) => {
          socket.once('error', reject);
          socket.once('data', (chunk) => resolve(String(chunk)));
          socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
        }),
    ),
  );
  assert.ok(texts.every((text) => text.startsWith('HTTP/1.1 200')));
  assert.equal(await (await fetch(url)).text(), '101');
  for (const socket of sockets) socket.destroy();
  await listening.close();
});

test('closing takes no more, and waits for what is on its way', async () => {
  const { listening, url, go, slowCount } = await started();
  const answers = Array.from({ length: 20 }, () => fetch(`${url}/slow`, { headers: { connection: 'close' } }));
  while (slowCount() < 20) await fetch(url, { headers: { connection: 'close' } });
  let isClosed = false;
  const closing = listening.close().then(() => {
    isClosed = true;
  });
  await assert.rejects(fetch(url));
  assert.equal(isClosed, false);
  go();
  for (const answer of answers) assert.equal(await (await answer).text(), 'slow');
  await closing;
});

test('a port that is taken is an error, also when another gateway has it', async () => {
  const { listening, port } = await started();
  await assert.rejects(listen(Fastify(), '127.0.0.1', port), /EADDRINUSE/);
  await listening.close();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  await assert.rejects(listen(Fastify(), '127.0.0.1', port), /EADDRINUSE/);
  await new Promise((resolve) => other.close(resolve));
});
