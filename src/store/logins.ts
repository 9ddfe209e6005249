import type { Logins, LoginToken } from '../gateway/ports.ts';
import type { Sql } from '../kit/postgres.ts';
import { findLogin } from './statements/find-login.ts';
import { findToken } from './statements/find-token.ts';
import { keepTokens } from './statements/keep-tokens.ts';
import { purgeTokens } from './statements/purge-tokens.ts';

/** How long a token is answered from memory, ms: so long one that another process revoked may still pass. */
const memoryMs = 5_000;

const tokenCountMax = 10_000;

/** Rows a statement: it stays short, however much has gathered while no worker ran. */
const purgeCountMax = 1_000;

export interface OpenLogins {
  readonly logins: Logins;
  /** To be called once tokens were revoked: none is answered from memory any more. */
  readonly forgetAll: () => void;
}

/**
 * Only hits are remembered, and of access tokens only: a refresh token that passed after its end would be given new
 * ones.
 */
export const openLogins = (sql: Sql): OpenLogins => {
  const memory = new Map<string, { readonly token: LoginToken; readonly until: number }>();
  /** Counts what was revoked: a token that was looked up before must not be remembered after. */
  let age = 0;

  const lookUp = async (
    key: string,
    ...[api, kind, hash, realNow]: Parameters<Logins['token']>
  ): Promise<LoginToken | undefined> => {
    const asked = age;
    const token = await findToken(sql, api, kind, hash, realNow);
    if (!token || kind === 'refresh' || asked !== age) return token;
    if (memory.size >= tokenCountMax) memory.clear();
    memory.set(key, { token, until: Math.min(realNow + memoryMs, token.expiresAt) });
    return token;
  };

  return {
    logins: {
      find: (api, name) => findLogin(sql, api, name),
      keepTokens: (api, tokens, grounds) => keepTokens(sql, api, tokens, grounds),
      async token(api, kind, hash, realNow) {
        const key = `${api} ${kind} ${hash}`;
        const known = memory.get(key);
        if (known && realNow < known.until) return known.token;
        memory.delete(key);
        return lookUp(key, api, kind, hash, realNow);
      },
      async purge(realNow) {
        let count = 0;
        let gone: number;
        do {
          gone = await purgeTokens(sql, realNow, purgeCountMax);
          count += gone;
        } while (gone === purgeCountMax);
        return count;
      },
    },
    forgetAll() {
      age += 1;
      memory.clear();
    },
  };
};
