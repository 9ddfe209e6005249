/** A clock in milliseconds since 1970 UTC. */
export interface Clock {
  now(): number;
}

/** Leases, deadlines and signature windows follow this one. */
export const realClock: Clock = { now: () => Date.now() };

/** Expiry, due times and decisions follow this one; sandbox mode can move it forward. */
export class BusinessClock implements Clock {
  #offsetMs = 0;

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Takes the offset that the installation agreed on (stored in the database). Whole milliseconds: ids contain them. */
  setOffset(offsetMs: number): void {
    if (!Number.isSafeInteger(offsetMs)) throw new RangeError(`a clock cannot be moved by ${offsetMs} ms`);
    this.#offsetMs = offsetMs;
  }
}
