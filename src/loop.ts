import type { Log } from './kit/log.ts';

export interface Loop {
  readonly idleMs: number;
  /** When the work last came to its end, ms since 1970. */
  readonly lastAt: () => number;
  stop(): Promise<void>;
}

/** Does `work` again and again, with `idleMs` between when it answers that there was nothing to do. A failure pauses. */
export const runLoop = (name: string, idleMs: number, log: Log, work: () => Promise<number>): Loop => {
  let stopped = false;
  let lastAt = Date.now();
  let wake = () => {};
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const whole = (async () => {
    while (!stopped) {
      try {
        const count = await work();
        lastAt = Date.now();
        if (count === 0 && !stopped) await pause(idleMs);
      } catch (error) {
        log.error(
          { loop: name, error: (error as Error).name, code: (error as { code?: string }).code },
          'a worker failed',
        );
        if (!stopped) await pause(1_000);
      }
    }
  })();
  return {
    idleMs,
    lastAt: () => lastAt,
    stop: () => {
      stopped = true;
      wake();
      return whole;
    },
  };
};
