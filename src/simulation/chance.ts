const mixed = (word: number): number => {
  let next = (word + 0x6d2b79f5) | 0;
  next = Math.imul(next ^ (next >>> 16), 0x85ebca6b);
  next = Math.imul(next ^ (next >>> 13), 0xc2b2ae35);
  return (next ^ (next >>> 16)) >>> 0;
};

/** The one source of chance of a run: the same seed draws the same numbers on every machine (sfc32). */
export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;

  constructor(seed: number) {
    // Neighbouring seeds must not begin alike.
    this.#a = mixed(seed >>> 0);
    this.#b = mixed((seed / 2 ** 32) ^ this.#a);
    this.#c = mixed(this.#b ^ 0x9e3779b9);
    for (let i = 0; i < 20; i++) this.next();
  }

  /** From 0 to below 1. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** A whole number from `low` to below `high`. */
  between(low: number, high: number): number {
    return low + this.below(high - low);
  }

  /** True with this probability; draws nothing for one that cannot be. */
  happens(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}
