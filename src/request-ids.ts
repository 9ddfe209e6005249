import { randomBytes } from 'node:crypto';

/** A random start without long runs of decimal digits, which would look like a part of a card number and be masked. */
const newLife = (): string => {
  for (;;) {
    const life = randomBytes(8).toString('hex');
    if (!/\d{6}/.test(life)) return life;
  }
};

/**
 * Ids of requests: 32 hex digits, unique over all processes and their lives. Nobody gains from guessing one, so each is the next
 * after the last; for every digit of its number a letter stands before it, so that none of them looks like a card number.
 */
export const requestIds = (): (() => string) => {
  const life = newLife();
  let count = 0;
  return () => {
    count = (count + 1) % 2 ** 32;
    return life + count.toString(16).padStart(8, '0').replace(/./g, 'a$&');
  };
};
