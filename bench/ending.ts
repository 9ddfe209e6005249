const patienceMs = 5_000;

/** What was started, to be ended in the reverse order, whatever happens in between. */
export class Ending {
  readonly #stack = new AsyncDisposableStack();
  #stopping: Promise<void> | undefined;

  /** Waits for what is being started and notes how it is ended. Ends it at once when all else has been ended meanwhile. */
  async begin<T>(starting: Promise<T>, end: (started: T) => unknown): Promise<T> {
    const started = await starting;
    if (this.#stack.disposed) {
      await end(started);
      throw new Error('interrupted');
    }
    this.#stack.defer(async () => {
      await end(started);
    });
    return started;
  }

  defer(end: () => unknown): void {
    this.#stack.defer(async () => {
      await end();
    });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stack.disposeAsync();
    return this.#stopping;
  }

  /** Does `work` and ends everything; at SIGINT or SIGTERM ends everything and the process. */
  async around(work: () => Promise<void>): Promise<void> {
    let interrupted = false;
    const working = work();
    const interrupt = () => {
      interrupted = true;
      // What was under way when everything was taken away has nothing to say.
      process.on('uncaughtException', () => {});
      const late = new Promise((resolve) => setTimeout(resolve, patienceMs));
      const over = Promise.race([working.catch(() => {}), late]);
      Promise.allSettled([this.stop(), over]).then(() => process.exit(130));
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    try {
      await working;
    } catch (error) {
      if (!interrupted) throw error;
    } finally {
      await this.stop();
    }
  }
}
