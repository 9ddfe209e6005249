import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, test } from 'node:test';
import { oneTimeKey, type Play, type Stage, startStage } from './stage.ts';

const stage = await startStage();
const httpsStage = await startStage({ https: true });
after(async () => {
  await stage.close();
  await httpsStage.close();
});

const good = { number: '4440000009900010', expiry: '01/39', code: '123', holder: 'Chan Tai Man' };
let count = 0;

/** Opens a payment and answers its address. */
const open = (play: Play = {}, on: Stage = stage) => on.open(`S${++count}`, play);

const ask = (url: string, headers: Record<string, string> = {}) => fetch(url, { redirect: 'manual', headers });
const browse = (url: string) => ask(url, { accept: 'text/html' });
const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields), headers });

const answering = (answer: Stage['acquirer']['answer'], on: Stage = stage) => {
  on.acquirer.answer = answer;
};

test('a waiting payment shows merchant, goods, amount and a form with the standard autocomplete tokens', async () => {
  const text = await (await ask(open())).text();
  for (const part of ['Pay Harbour Books', 'Desk lamp, brass', 'INV-20260117-01', '268.50', 'Pay HKD\u00a0268.50'])
    assert.ok(text.includes(part), part);
  for (const [name, token] of [
    ['number', 'cc-number'],
    ['expiry', 'cc-exp'],
    ['code', 'cc-csc'],
    ['holder', 'cc-name'],
  ])
    assert.match(text, new RegExp(`<input[^>]* name="${name}"[^>]* autocomplete="${token}"`));
});

test('every answer is hardened', async () => {
  const pages = [
    await ask(open()),
    await ask(`${stage.url}/pay/none`),
    await post(open(), {}),
    await post(open(), good),
    await ask(`${open()}/status`),
  ];
  for (const { headers, url } of pages) {
    const policy = headers.get('content-security-policy')!;
    assert.equal(
      policy,
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
      url,
    );
    assert.equal(headers.get('x-frame-options'), 'DENY');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin');
    assert.match(headers.get('permissions-policy')!, /camera=\(\).*payment=\(\)/);
    assert.equal(headers.get('strict-transport-security'), null);
  }
  assert.equal((await ask(open({}, httpsStage))).headers.get('strict-transport-security'), 'max-age=31536000');
});

test('no page has a script, a style or a handler of its own in it', async () => {
  const url = open({ exit: 'shopapp://done' });
  const texts = [await (await ask(url)).text()];
  answering('challenge');
  await post(url, good);
  texts.push(await (await ask(url)).text());
  await post(`${url}/cancel`, {});
  texts.push(await (await ask(url)).text());
  for (const text of texts) {
    assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|javascript:/i);
    assert.deepEqual(text.match(/<script[^>]*>(?!<\/script>)/g), null);
    for (const [, address] of text.matchAll(/(?:src|href)="([^"]*)"/g)) assert.match(address!, /^(\/|#|shopapp:)/);
  }
});

test('files have a hash of their content in the name and may be kept for ever', async () => {
  const text = await (await ask(open())).text();
  const addresses = [...text.matchAll(/"(\/checkout\/[^"]+)"/g)].map(([, address]) => address!);
  assert.ok(addresses.length >= 4);
  for (const address of addresses) {
    const answer = await ask(stage.url + address);
    assert.equal(answer.status, 200);
    assert.match(address, /\.[\w-]{12}\.(css|js|svg)$/);
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  }
});

test('a card form is tried and always answered with the way back to the page, its query kept', async () => {
  answering('approved');
  const url = `${open()}?locale=zh_HK&view=a%2Fb`;
  const answer = await post(url, good);
  assert.equal(answer.status, 303);
  assert.equal(stage.url + answer.headers.get('location'), url);
  const { card, page } = stage.calls.at(-1)!;
  assert.equal(card?.number.reveal(), good.number);
  assert.deepEqual(page, { returnUrl: url.replace('?', '/return?'), patienceMs: 1_000 });
  assert.match(await (await ask(url)).text(), /付款完成[\s\S]*268\.50[\s\S]*Visa，尾號 0010/);
});

test('a faulty form comes back with messages linked to their fields; nothing is tried and no secret is echoed', async () => {
  const before = stage.calls.length;
  const url = open();
  const answer = await post(url, { number: '4440000009900011', expiry: '01/24', code: '98765', holder: 'Zoë' });
  assert.equal(answer.status, 422);
  const text = await answer.text();
  assert.match(text, /<title>Error: /);
  assert.match(text, /aria-describedby="number-fault" aria-invalid="true"/);
  assert.match(text, /id="number-fault">This card number is not right/);
  assert.match(text, /id="expiry-fault">This card has expired/);
  assert.match(text, /aria-describedby="code-hint code-fault" aria-invalid="true"/);
  assert.match(text, /<a href="#code">Enter the 3-digit security code/);
  assert.match(text, /id="summary"[^>]* autofocus/);
  assert.match(text, /value="01\/24"/);
  assert.match(text, /value="Zoë"/);
  assert.doesNotMatch(text, /0011|98765/);
  assert.equal(stage.calls.length, before);
  assert.equal(stage.viewOf(url.split('/').at(-1)!).payment.state, 'open');
});

test('a form that the gateway could not try comes back with a word why, and without the card', async () => {
  for (const [answer, status, words] of [
    ['no_route', 422, /cannot be used for this payment/],
    ['busy', 503, /busy just now/],
  ] as const) {
    answering(answer);
    const back = await post(open(), good);
    assert.equal(back.status, status);
    const text = await back.text();
    assert.match(text, words);
    assert.doesNotMatch(text, /4440000009900010|value="123"/);
  }
});

test('what could not be sent may be tried again', async () => {
  answering('not_sent');
  const url = open();
  assert.equal((await post(url, good)).status, 303);
  assert.match(await (await ask(url)).text(), /could not be sent, and nothing was charged[\s\S]*name="number"/);
});

test('two submits at once are one attempt', async () => {
  answering('approved');
  const before = stage.calls.length;
  const url = open();
  const answers = await Promise.all([post(url, good), post(url, good), post(url, good)]);
  assert.deepEqual(
    answers.map((a) => a.status),
    [303, 303, 303],
  );
  assert.equal(stage.calls.length, before + 1);
  await post(url, good);
  assert.equal(stage.calls.length, before + 1);
});

test('what waits for the acquirer shows that it is being checked, polls, and refreshes itself without script', async () => {
  answering('silence');
  const url = `${open({ exit: 'shop' })}?a=1`;
  await post(url, good);
  const text = await (await ask(url)).text();
  assert.match(text, /being checked/);
  assert.match(text, /<noscript><meta http-equiv="refresh" content="3"><\/noscript>/);
  assert.match(text, /data-poll="\/pay\/S\d+\/status\?a=1" data-poll-ms="3000"/);
  const status = url.replace('?', '/status?');
  assert.deepEqual(await (await ask(status)).json(), { state: 'checking', next: `${new URL(url).pathname}?a=1` });
  stage.conclude(/S\d+/.exec(url)![0], { kind: 'approved' });
  assert.deepEqual(await (await ask(status)).json(), { state: 'ended', next: `${stage.worldUrl}/approved?o=17` });
});

test('the end leads to the merchant: by redirect, and for browsers from a page that no form policy reaches', async () => {
  answering('declined');
  const url = open({ exit: 'shop' });
  await post(url, good);
  const redirect = await ask(url);
  assert.equal(redirect.status, 303);
  assert.equal(redirect.headers.get('location'), `${stage.worldUrl}/declined?o=17`);
  const text = await (await browse(url)).text();
  assert.match(text, new RegExp(`content="0;url=${stage.worldUrl}/declined\\?o=17"`));
  assert.match(text, new RegExp(`data-leave href="${stage.worldUrl}/declined\\?o=17"`));
});

test('app links are left for from a page, and without any address the page itself says how it ended', async () => {
  for (const exit of ['shopapp://done', 'about:blank']) {
    const url = open({ exit });
    await post(`${url}/cancel`, {});
    const answer = await ask(url);
    assert.equal(answer.status, 200);
    assert.ok((await answer.text()).includes(`data-leave href="${exit}"`));
  }
  for (const exit of [null, 'javascript:alert(1)']) {
    const url = open({ exit });
    await post(`${url}/cancel`, {});
    const text = await (await ask(url)).text();
    assert.match(text, /Payment cancelled/);
    assert.doesNotMatch(text, /data-leave|javascript:/);
  }
});

test('a decline is told in one text, whatever the reason', async () => {
  const texts = new Set<string>();
  for (const reason of ['insufficient_funds', 'invalid_code', 'expired_card', 'blocked_card'] as const) {
    answering('silence');
    const url = open();
    await post(url, good);
    stage.conclude(url.split('/').at(-1)!, { kind: 'declined', reason, responseText: `secret ${reason}` });
    texts.add(await (await ask(url)).text());
  }
  assert.equal(texts.size, 1);
});

test('time runs out', async () => {
  const url = open();
  stage.time.now += 16 * 60_000;
  assert.match(await (await ask(url)).text(), /Payment page expired/);
  assert.equal((await post(url, good)).status, 303);
});

test('the challenge page carries the challenge’s fields and our echo to the issuer alone', async () => {
  answering('challenge');
  const url = open();
  const answer = await post(url, good);
  const cookie = answer.headers.get('set-cookie')!;
  const { pathname } = new URL(url);
  assert.equal(cookie, `challenge-key=${oneTimeKey}; Path=${pathname}; Max-Age=900; HttpOnly; SameSite=Lax`);
  assert.ok(!answer.headers.get('location')!.includes(oneTimeKey));
  const page = await ask(url, { cookie: `other=1; challenge-key=${oneTimeKey}` });
  assert.match(page.headers.get('content-security-policy')!, new RegExp(`form-action 'self' ${stage.worldUrl};`));
  const text = await page.text();
  const [attempt] = stage.viewOf(pathname.split('/').at(-1)!).attempts;
  assert.ok(text.includes(`<form method="post" action="${stage.worldUrl}/issuer"`));
  assert.ok(text.includes(`name="state" value="${attempt!.sentReference}.${oneTimeKey}"`));
  assert.ok(text.includes(`name="back" value="${url}/return"`));
  const without = await (await ask(url)).text();
  assert.ok(without.includes(`name="state" value="${attempt!.sentReference}."`));
});

test('over https the key’s cookie is secure and its name says so', async () => {
  answering('challenge', httpsStage);
  const url = open({}, httpsStage);
  const cookie = (await post(url, good)).headers.get('set-cookie')!;
  assert.match(cookie, /^__Secure-challenge-key=.*; Secure$/);
  const { pathname } = new URL(url);
  assert.deepEqual(
    (httpsStage.calls.at(-1)!.page as { returnUrl: string }).returnUrl,
    `https://pay.example${pathname}/return`,
  );
});

test('the issuer’s answer comes back without a cookie: the echo names the attempt and brings the key', async () => {
  answering('challenge');
  const url = `${open()}?locale=en_US`;
  await post(url, good);
  const back = url.replace('?', '/return?');
  const [attempt] = stage.viewOf(/S\d+/.exec(url)![0]).attempts;
  const before = stage.calls.length;

  for (const fields of [{}, { state: '' }, { state: 'x' }, { cres: 'abc' }] as Record<string, string>[])
    assert.equal((await post(back, fields)).status, 303);
  assert.equal(stage.calls.length, before);

  const headers = { 'sec-fetch-site': 'cross-site' };
  const fields = { state: `${attempt!.sentReference}.${oneTimeKey}`, cres: 'abc' };
  const answer = await post(back, fields, headers);
  assert.equal(answer.status, 303);
  assert.equal(stage.url + answer.headers.get('location'), url);
  assert.match(answer.headers.get('set-cookie')!, /^challenge-key=; .*Max-Age=0;/);
  assert.deepEqual(stage.calls.at(-1)!.challenge, {
    sentReference: attempt!.sentReference,
    oneTimeKey,
    answer: { cres: 'abc' },
  });
  await post(back, fields, headers);
  assert.equal(stage.calls.length, before + 1);
});

test('another site cannot post our forms', async () => {
  answering('approved');
  const url = open();
  const headers = { 'sec-fetch-site': 'cross-site' };
  assert.equal((await post(url, good, headers)).status, 303);
  assert.equal((await post(`${url}/cancel`, {}, headers)).status, 303);
  assert.equal(stage.viewOf(url.split('/').at(-1)!).payment.state, 'open');
});

test('unknown addresses are a page of their own, in the browser’s language', async () => {
  for (const answer of [
    await ask(`${stage.url}/pay/none`, { 'accept-language': 'zh-HK' }),
    await post(`${stage.url}/pay/none`, good, { 'accept-language': 'zh-HK' }),
  ]) {
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /找不到付款頁面/);
  }
  assert.equal((await ask(`${stage.url}/pay/none/status`)).status, 404);
});

test('a session id with a plus sign and percent signs is carried through as it came', async () => {
  stage.open('MPGS1a+INV 1', {});
  for (const path of ['/pay/MPGS1a+INV%201', '/pay/MPGS1a%2BINV%201']) {
    const url = `${stage.url}${path}?x=1`;
    const text = await (await ask(url)).text();
    assert.ok(text.includes(`action="${path}?x=1"`));
    assert.ok(text.includes(`action="${path}/cancel?x=1"`));
  }
});

test('texts of merchants and addresses are escaped', async () => {
  const evil = `"><script>alert('1')</script>&`;
  const url = open({
    content: { merchantName: evil, title: evil, description: evil, reference: evil },
    exit: `https://shop.example/?${evil}`,
  });
  const text = await (await ask(`${url}?${encodeURI(evil)}`)).text();
  assert.doesNotMatch(text, /<script>/);
  assert.ok(text.includes('&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;'));
  await post(`${url}/cancel`, {});
  assert.doesNotMatch(await (await browse(url)).text(), /<script>/);
  // fetch would encode the quotation mark; a raw request need not.
  const raw = await new Promise<string>((resolve) => {
    const { hostname, port, pathname } = new URL(url);
    request({ hostname, port, path: `${pathname}?a="><b>` }, (answer) => {
      answer
        .setEncoding('utf8')
        .reduce((all, part) => all + part, '')
        .then(resolve);
    }).end();
  });
  assert.doesNotMatch(raw, /"><b>/);
});

test('a body that is too large, of another type, or more than once a second too many is refused with a page', async (t) => {
  const large = await post(open(), { ...good, holder: 'x'.repeat(5_000) });
  assert.equal(large.status, 413);
  assert.match(await large.text(), /could not be read/);
  const json = await fetch(open(), { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
  assert.equal(json.status, 415);

  const strict = await startStage({ postsPerMinuteMax: 3 });
  t.after(() => strict.close());
  const url = strict.open('R1', {});
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await post(url, {})).status);
  assert.deepEqual(statuses, [422, 422, 422, 429]);
  assert.match(await (await post(url, {})).text(), /Too many tries/);
  assert.equal((await ask(url)).status, 200);
});

test('a failure of ours shows a page and the way back, and no card gets into the log', async () => {
  answering('crash');
  const url = open();
  const answer = await post(url, good);
  assert.equal(answer.status, 500);
  const text = await answer.text();
  assert.ok(text.includes(`href="${new URL(url).pathname}"`));
  assert.doesNotMatch(text, /boom|4440/);
  assert.equal(stage.logged.length, 1);
  assert.doesNotMatch(JSON.stringify(stage.logged), /boom|4440/);
});
