import type { SecretDrawer } from '../../gateway/ports.ts';

/** So many failures in so much time, by a login or from an address, and keys can no longer be tried out (section 6.1). */
const failureMax = 10;
const windowMs = 600_000;
/** Logins and addresses that are remembered: more of them are somebody's try to keep us busy. */
const keyMax = 10_000;

/** Counts wrong keys. It is this process's own; a wrong one is refused as it always is, a right one as well while it is slowed. */
class TokenGuard {
  readonly #failures = new Map<string, readonly number[]>();

  #recent(key: string, now: number): readonly number[] {
    return (this.#failures.get(key) ?? []).filter((at) => at > now - windowMs);
  }

  /** Whether one of these has failed too often. `now` in real ms. */
  isSlowed(keys: readonly string[], now: number): boolean {
    return keys.some((key) => this.#recent(key, now).length >= failureMax);
  }

  failed(keys: readonly string[], now: number): void {
    for (const key of keys) {
      const recent = this.#recent(key, now);
      this.#failures.delete(key);
      this.#failures.set(key, [...recent, now]);
    }
    // The first key is the one that failed longest ago.
    while (this.#failures.size > keyMax) this.#failures.delete(this.#failures.keys().next().value!);
  }
}

const guards = new WeakMap<SecretDrawer, TokenGuard>();

/** The guard of an installation. */
export const guardOf = (drawer: SecretDrawer): TokenGuard => {
  const guard = guards.get(drawer) ?? new TokenGuard();
  guards.set(drawer, guard);
  return guard;
};
