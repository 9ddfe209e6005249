import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { makeToken, readToken } from './tokens.ts';

const { secret, expiresAt, tokens } = JSON.parse(
  readFileSync(new URL('vectors/tokens.json', import.meta.url), 'utf8'),
) as {
  readonly secret: string;
  readonly expiresAt: number;
  readonly tokens: readonly { readonly role: string; readonly login: string; readonly token: string }[];
};
const key = Buffer.from(secret);
const endMs = expiresAt * 1_000;

test('14: the vectors are tokens of this API', async () => {
  for (const { role, login, token } of tokens) {
    assert.deepEqual(await readToken(key, token, endMs - 1_000), { role, login });
  }
});

test('3.3: a token ends 30 s after its time, and only with its own key and untouched', async () => {
  const { token } = tokens[0]!;
  assert.ok(await readToken(key, token, endMs + 29_000));
  assert.equal(await readToken(key, token, endMs + 31_000), undefined);
  assert.equal(await readToken(Buffer.from('another secret'), token, 0), undefined);
  const [head, claims, signature] = token.split('.') as [string, string, string];
  const other = Buffer.from(JSON.stringify({ sub: 'x', role: 'merchant', iss: 'PZ', exp: 9_999_999_999 })).toString(
    'base64url',
  );
  const unsigned = Buffer.from('{"typ":"JWT","alg":"none"}').toString('base64url');
  for (const bad of [
    `${head}.${other}.${signature}`,
    `${unsigned}.${claims}.`,
    `${head}.${claims}`,
    '',
    '..',
    'a.b.c',
    `${token}.x`,
  ]) {
    assert.equal(await readToken(key, bad, 0), undefined, bad);
  }
});

test('3.2: a token of ours says who it is for, lives an hour, and is unlike any other of the same second', async () => {
  const now = 1_800_000_000_000;
  const bearer = { role: 'merchant', login: 'acme.shop', memberId: '10042', partnerId: '77' } as const;
  const [one, two] = [await makeToken(key, bearer, now), await makeToken(key, bearer, now)];
  assert.notEqual(one, two);
  const claims = JSON.parse(Buffer.from(one.split('.')[1]!, 'base64url').toString());
  assert.deepEqual(
    { ...claims, jti: '' },
    {
      role: 'merchant',
      merchantid: '10042',
      partnerid: '77',
      sub: 'acme.shop',
      iss: 'PZ',
      iat: 1_800_000_000,
      exp: 1_800_003_600,
      jti: '',
    },
  );
  assert.deepEqual(await readToken(key, one, now), bearer);
  assert.equal(await readToken(key, one, now + 3_631_000), undefined);
  const long = JSON.parse(
    Buffer.from((await makeToken(key, bearer, now, 99_999)).split('.')[1]!, 'base64url').toString(),
  );
  assert.equal(long.exp, 1_800_003_600);
});
