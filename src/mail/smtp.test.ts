import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { after, test } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { isAddress, readSender } from './address.ts';
import { smtpMailer } from './smtp.ts';

// Made for this file: a certificate for 0.0.0.0 and 127.0.0.1 that signs itself, and its key. Both secure nothing.
const cert = `-----BEGIN CERTIFICATE-----
MIIBljCCATygAwIBAgIUZB0nKhplsyorGsFMjRtyNlnBz90wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbWFpbC50ZXN0MCAXDTI2MTEyNzAxNTQ1MVoYDzIxMjYxMTAz
MDE1NDUxWjAUMRIwEAYDVQQDDAltYWlsLnRlc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQDrNDcOVUtbCL+hvd2ZC7fxXV23Epy+UaUw/1pVHsYpG0QtdbEKDIB
/i+bxWYkK0DymRNYVbq0GGBt+pFg3Kqho2owaDAdBgNVHQ4EFgQURNacnXkOs20p
5MtFv3JJKhTlBUEwHwYDVR0jBBgwFoAURNacnXkOs20p5MtFv3JJKhTlBUEwDwYD
VR0TAQH/BAUwAwEB/zAVBgNVHREEDjAMhwQAAAAAhwR/AAABMAoGCCqGSM49BAMC
A0gAMEUCIQDEmjVMyknhTYWGYnbmOk1rLTr1Uc5M9T5kXfKk7kjSewIgEFCs27XB
2/k/Dxx3XTo3qDIBFG0lBhsAJpDrWIMjzlo=
-----END CERTIFICATE-----`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1ECEk4rwjBlScQ/B
c+vHK8FvoK15nl2Txh190kRVeGShRANCAAQDrNDcOVUtbCL+hvd2ZC7fxXV23Epy
+UaUw/1pVHsYpG0QtdbEKDIB/i+bxWYkK0DymRNYVbq0GGBt+pFg3Kqh
-----END PRIVATE KEY-----`;

const from = { name: 'Shop', address: 'till@psp.example' };
const letter = {
  to: 'ada@shop.example',
  subject: 'Invoice 7001',
  text: 'Six mugs, árvíztűrő',
  html: '<p>Six <b>mugs</b></p>',
};

/** A mail server of the field; answers what it took. */
const startServer = async (options: SMTPServerOptions = {}) => {
  const took: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    closeTimeout: 50,
    onData(stream, _session, callback) {
      let mail = '';
      stream.on('data', (chunk) => {
        mail += chunk;
      });
      stream.on('end', () => {
        took.push(mail);
        callback(null);
      });
    },
    ...options,
  });
  // A client that turns away from a certificate is no fault of the server.
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (listening.address() as { port: number }).port, took };
};

const mailerTo = (address: string, ca?: string) => {
  const mailer = smtpMailer(address, from, ca);
  after(() => mailer.close());
  return mailer;
};

const refusing = (responseCode: number): Error => Object.assign(new Error('no'), { responseCode });

test('a mail is handed over whole, under its own name, each time the same', async () => {
  const { port, took } = await startServer();
  const mailer = mailerTo(`smtp://127.0.0.1:${port}`);
  for (let n = 0; n < 2; n++) {
    assert.deepEqual(await mailer.send('payment.1', letter, 5_000), { kind: 'accepted', status: 250 });
  }
  assert.equal(took.length, 2);
  for (const mail of took) {
    assert.match(mail, /^Message-ID: <payment\.1@psp\.example>\r$/m);
    assert.match(mail, /^From: Shop <till@psp\.example>\r$/m);
    assert.match(mail, /^To: ada@shop\.example\r$/m);
    assert.match(mail, /^Subject: Invoice 7001\r$/m);
    assert.match(mail, /^Auto-Submitted: auto-generated\r$/m);
    assert.match(mail, /text\/plain[\s\S]*text\/html/);
  }
});

test('a line break in a subject makes no header, and a list of addresses is none', async () => {
  const { port, took } = await startServer();
  const mailer = mailerTo(`smtp://127.0.0.1:${port}`);
  const subject = 'Invoice\r\nBcc: eve@evil.example\r\n\r\nHello';
  assert.equal((await mailer.send('payment.1', { ...letter, subject }, 5_000)).kind, 'accepted');
  assert.doesNotMatch(took[0]!, /^Bcc:/im);
  for (const to of [
    'a@b.example, eve@evil.example',
    'a@b.example\r\nRCPT TO:<eve@evil.example>',
    '<a@b.example>',
    '',
  ]) {
    assert.deepEqual(await mailer.send('payment.2', { ...letter, to }, 5_000), {
      kind: 'refused',
      status: null,
      note: 'no address',
    });
  }
  assert.equal(took.length, 1);
});

test('what is refused for good is, and what is put off is not', async () => {
  const codes = { 'gone@shop.example': 550, 'full@shop.example': 452 };
  const { port } = await startServer({
    onRcptTo({ address }, _session, callback) {
      callback(refusing(codes[address as keyof typeof codes]));
    },
  });
  const mailer = mailerTo(`smtp://127.0.0.1:${port}`);
  const sent = (to: string) => mailer.send('payment.1', { ...letter, to }, 5_000);
  assert.deepEqual(await sent('gone@shop.example'), { kind: 'refused', status: 550, note: 'eenvelope' });
  assert.deepEqual(await sent('full@shop.example'), { kind: 'failed', status: 452, note: 'eenvelope' });
});

test('a server that falls silent, breaks off or is not there may yet take it', async () => {
  const sockets: Socket[] = [];
  const cutting = await startServer({
    onData(stream, session, callback) {
      stream.resume();
      stream.on('end', () => {
        if (session.envelope.mailFrom) sockets.at(-1)?.destroy();
        else callback(null);
      });
    },
    onConnect(_session, callback) {
      callback();
    },
  });
  const { createServer, connect } = await import('node:net');
  // Between both, so that the line can be cut after the mail has left.
  const proxy = createServer((socket) => {
    sockets.push(socket);
    const onward = connect(cutting.port, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on('error', () => {});
    socket.on('close', () => onward.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  after(() => void proxy.close());
  const port = (proxy.address() as { port: number }).port;
  const cut = await mailerTo(`smtp://127.0.0.1:${port}`).send('payment.1', letter, 5_000);
  assert.equal(cut.kind, 'failed');

  const mute = await startServer({ onData: (stream) => void stream.resume() });
  const late = await mailerTo(`smtp://127.0.0.1:${mute.port}`).send('payment.1', letter, 300);
  assert.deepEqual(late, { kind: 'failed', status: null, note: 'timeout' });

  const away = await mailerTo('smtp://127.0.0.1:1').send('payment.1', letter, 5_000);
  assert.equal(away.kind, 'failed');
});

test('nothing is said without TLS but on loopback, and certificates are checked', async () => {
  const plain = await startServer();
  const sent = await mailerTo(`smtp://0.0.0.0:${plain.port}`).send('payment.1', letter, 5_000);
  assert.equal(sent.kind, 'failed');
  const secure = await startServer({ secure: true });
  const unknown = await mailerTo(`smtps://127.0.0.1:${secure.port}`).send('payment.1', letter, 5_000);
  assert.equal(unknown.kind, 'failed');
  assert.deepEqual([plain.took, secure.took], [[], []]);
});

test('mail and password go by TLS, from the start or turned to, where the certificate is one that is trusted', async () => {
  const heard: unknown[] = [];
  const options: SMTPServerOptions = {
    cert,
    key,
    disabledCommands: [],
    onAuth({ username, password }, session, callback) {
      heard.push([username, password, session.secure]);
      callback(null, { user: username });
    },
  };
  const turning = await startServer(options);
  const address = `smtp://till:secret@0.0.0.0:${turning.port}`;
  assert.equal((await mailerTo(address).send('payment.1', letter, 5_000)).kind, 'failed');
  assert.deepEqual(heard, []);
  assert.equal((await mailerTo(address, cert).send('payment.1', letter, 5_000)).kind, 'accepted');

  const secure = await startServer({ ...options, secure: true });
  const fromStart = mailerTo(`smtps://till:secret@127.0.0.1:${secure.port}`, cert);
  assert.equal((await fromStart.send('payment.1', letter, 5_000)).kind, 'accepted');
  assert.deepEqual(heard, Array(2).fill(['till', 'secret', true]));
  assert.deepEqual([turning.took.length, secure.took.length], [1, 1]);
});

test('a wrong password is the operator’s to mend: the mail waits', async () => {
  const { port, took } = await startServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, callback) {
      if (username === 'till@psp' && password === 'p:w/d') callback(null, { user: username });
      else callback(refusing(535));
    },
  });
  const right = mailerTo(`smtp://till%40psp:p%3Aw%2Fd@127.0.0.1:${port}`);
  assert.equal((await right.send('payment.1', letter, 5_000)).kind, 'accepted');
  const wrong = mailerTo(`smtp://till%40psp:guess@127.0.0.1:${port}`);
  assert.deepEqual(await wrong.send('payment.2', letter, 5_000), { kind: 'failed', status: 535, note: 'eauth' });
  assert.equal(took.length, 1);
});

test('what is one address, and what is a sender', () => {
  for (const text of ['a@b.example', "o'neil+x@sub.shop.example", 'a@localhost']) assert.ok(isAddress(text), text);
  for (const text of [
    'a',
    'a@',
    '@b',
    'a b@c.example',
    'a@b..c',
    'a@b.example\n',
    'ä@b.example',
    `${'a'.repeat(65)}@b.hu`,
  ]) {
    assert.ok(!isAddress(text), text);
  }
  assert.deepEqual(readSender(' Shop and Co <till@psp.example> '), {
    name: 'Shop and Co',
    address: 'till@psp.example',
  });
  assert.deepEqual(readSender('till@psp.example'), { name: '', address: 'till@psp.example' });
  for (const text of ['', 'Shop', 'Shop <till>', 'Shop\n<till@psp.example>', '<a@b.example> x']) {
    assert.equal(readSender(text), undefined, text);
  }
});
