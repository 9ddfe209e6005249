import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { ApiParts } from '../../gateway/api.ts';
import type { LoginToken, TokenGrounds } from '../../gateway/ports.ts';

export const api = 'globalpay';

/** Seconds (section 5.1). */
const lives = { access: 3_600, refresh: 86_400 };

const prefixes = { access: 'at.', refresh: 'rt.' } as const;

/** What is kept of a token. Its 256 random bits need no slow hash. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

const newToken = (kind: LoginToken['kind']): string => prefixes[kind] + randomBytes(32).toString('base64url');

/** A pair of tokens for a merchant on the grounds of a log-in or an older token: kept, and as the answer of sections 5.1 and 5.2. A refresh keeps its session. */
export const issueTokens = async (
  { logins, realClock }: Pick<ApiParts, 'logins' | 'realClock'>,
  merchantId: number,
  grounds: TokenGrounds,
  session: string = randomUUID(),
) => {
  const now = realClock.now();
  const pair = { access: newToken('access'), refresh: newToken('refresh') };
  const kept = (['access', 'refresh'] as const).map((kind) => ({
    kind,
    hash: hashOf(pair[kind]),
    merchantId,
    session,
    expiresAt: now + lives[kind] * 1_000,
  }));
  await logins.keepTokens(api, kept, grounds);
  return {
    access_token: pair.access,
    expires_in: lives.access,
    refresh_expires_in: lives.refresh,
    refresh_token: pair.refresh,
    token_type: 'Bearer',
    'not-before-policy': 0,
    session_state: session,
    scope: 'profile email',
  };
};

/** Whose token it is; undefined for one of the other kind, too. */
export const ownerOf = async (
  { logins, realClock }: Pick<ApiParts, 'logins' | 'realClock'>,
  kind: LoginToken['kind'],
  token: string,
): Promise<LoginToken | undefined> => {
  if (!token.startsWith(prefixes[kind]) || token.length > 100) return undefined;
  return logins.token(api, kind, hashOf(token), realClock.now());
};
