/** The first thing that was found wrong ends a run. Faults are recorded, not thrown: the code under test may catch. */
export class Watch {
  /** What went wrong, with the time it was seen at; null while all is well. */
  fault: string | null = null;
  /** Grows with every line that is told: two runs of one seed end with the same number. */
  digest = 0x811c9dc5;
  /** What was promised holds no more: the world itself is broken. */
  isOver = false;
  readonly #now: () => number;
  readonly #trace: ((line: string) => void) | null;

  /** `trace` gets every line that is told. */
  constructor(now: () => number, trace: ((line: string) => void) | null) {
    this.#now = now;
    this.#trace = trace;
  }

  /** Says what must hold; `what` is only made up when it does not. */
  need(holds: boolean, what: () => string): void {
    if (holds || this.isOver || this.fault !== null) return;
    this.fault = what();
    this.tell(`FAULT ${this.fault}`);
  }

  /** Writes a line of the run's story. */
  tell(line: string): void {
    let digest = this.digest ^ (this.#now() >>> 0);
    for (let i = 0; i < line.length; i++) digest = Math.imul(digest ^ line.charCodeAt(i), 0x01000193);
    this.digest = digest >>> 0;
    this.#trace?.(`${new Date(this.#now()).toISOString()} ${line}`);
  }
}
