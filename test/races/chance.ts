/** Choices that are the same in every run of the same seed, so that a failure can be looked at again. */
export interface Chance {
  /** A whole number from 0 up to, not including, `count`. */
  below(count: number): number;
  oneOf<T>(list: readonly T[]): T;
}

export const chanceOf = (seed: number): Chance => {
  let state = seed | 0;
  const below = (count: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count);
  };
  return { below, oneOf: (list) => list[below(list.length)]! };
};
