import { randomInt } from 'node:crypto';
import type { Surroundings } from './gateway/ports.ts';
import { type Clock, realClock } from './kit/clock.ts';
import { isId, merchantOf, newId } from './kit/ids.ts';
import type { Log } from './kit/log.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Real time and real chance. */
export const surroundings = (clock: Clock, log: Log): Surroundings => ({
  clock,
  realClock,
  elapsed: () => performance.now(),
  newId: (merchantId) => newId(merchantId, clock.now()),
  merchantOf: (id) => (isId(id) ? merchantOf(id) : undefined),
  newToken: () => `TK${Array.from({ length: 14 }, () => alphabet[randomInt(alphabet.length)]).join('')}`,
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  log,
});
