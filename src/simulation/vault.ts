import { Secret } from '../kit/secret.ts';

interface Sealed {
  readonly owner: number;
  readonly number: string;
  until: number;
  isKept: boolean;
}

/** The vault's tables. Numbers stand here in clear, as they would behind a cipher that the run need not prove. */
export class VaultModel {
  readonly #numbers = new Map<string, Sealed>();
  readonly #codes = new Map<string, { readonly key: string; readonly code: string; readonly until: number }>();

  seal(owner: number, number: Secret, until: number): string {
    const digits = number.reveal();
    for (const [ref, sealed] of this.#numbers) {
      if (sealed.owner !== owner || sealed.number !== digits) continue;
      sealed.until = Math.max(sealed.until, until);
      return ref;
    }
    const ref = `vault-${this.#numbers.size + 1}`;
    this.#numbers.set(ref, { owner, number: digits, until, isKept: false });
    return ref;
  }

  markOf(owner: number, number: Secret): string {
    return `mark ${owner} ${number.reveal()}`;
  }

  keep(owner: number, ref: string, now: number): boolean {
    const sealed = this.#find(owner, ref, now);
    if (!sealed) return false;
    sealed.isKept = true;
    return true;
  }

  /** For what was kept before the run. */
  keepForEver(ref: string): void {
    this.#numbers.get(ref)!.isKept = true;
  }

  release(owner: number, ref: string, until: number, now: number): void {
    const sealed = this.#find(owner, ref, now);
    if (!sealed?.isKept) return;
    sealed.isKept = false;
    sealed.until = until;
  }

  reveal(owner: number, ref: string, now: number): Secret | undefined {
    const sealed = this.#find(owner, ref, now);
    return sealed && new Secret(sealed.number);
  }

  sealCode(slot: string, code: Secret, key: string, until: number): Secret {
    this.#codes.set(slot, { key, code: code.reveal(), until });
    return new Secret(key);
  }

  openCode(slot: string, key: Secret, now: number): Secret | undefined {
    const sealed = this.#codes.get(slot);
    if (!sealed || sealed.key !== key.reveal()) return undefined;
    this.#codes.delete(slot);
    return sealed.until > now ? new Secret(sealed.code) : undefined;
  }

  #find(owner: number, ref: string, now: number): Sealed | undefined {
    const sealed = this.#numbers.get(ref);
    return sealed && sealed.owner === owner && (sealed.isKept || sealed.until > now) ? sealed : undefined;
  }
}
