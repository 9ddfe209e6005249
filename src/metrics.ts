import { AsyncLocalStorage } from 'node:async_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Acquirer, Outcome } from './gateway/ports.ts';

/** Time that one request spent with acquirers, ms. */
interface Spent {
  acquirerMs: number;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What operators watch, in Prometheus' words. Labels are few and fixed: never an id, a merchant or an address. */
export class Metrics {
  readonly registry = new Registry();
  readonly #spent = new AsyncLocalStorage<Spent>();
  #working = 0;
  #waiting = 0;

  readonly #requests = new Histogram({
    name: 'tollgate_request_seconds',
    help: 'Time from request to answer, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: seconds,
    registers: [this.registry],
  });
  readonly #refused = new Counter({
    name: 'tollgate_requests_refused_total',
    help: 'Requests that were refused because too many were being worked on.',
    registers: [this.registry],
  });
  readonly #operations = new Counter({
    name: 'tollgate_operations_total',
    help: 'Operations that came to their end, by kind and state.',
    labelNames: ['api', 'kind', 'state'],
    registers: [this.registry],
  });
  readonly #lost = new Counter({
    name: 'tollgate_commits_lost_total',
    help: 'Commits that the database had acknowledged and that are gone.',
    registers: [this.registry],
  });
  readonly #acquirer = new Histogram({
    name: 'tollgate_acquirer_seconds',
    help: 'Time of one message to an acquirer, by action and outcome.',
    labelNames: ['acquirer', 'action', 'outcome'],
    buckets: seconds,
    registers: [this.registry],
  });
  readonly #batch = new Histogram({
    name: 'tollgate_batch_steps',
    help: 'Steps written together in one statement.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers: [this.registry],
  });
  readonly #batchTime = new Histogram({
    name: 'tollgate_batch_seconds',
    help: 'Time of one record statement with its commit.',
    buckets: seconds,
    registers: [this.registry],
  });
  readonly #tries = new Counter({
    name: 'tollgate_notice_tries_total',
    help: 'Tries to deliver a notice, by outcome.',
    labelNames: ['api', 'outcome'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'tollgate_' });
  }

  /** Asked whenever the measures are read. */
  watchNotices(lagMs: () => Promise<number>): void {
    new Gauge({
      name: 'tollgate_notice_lag_seconds',
      help: 'How long the oldest due notice has waited.',
      registers: [this.registry],
      async collect() {
        this.set((await lagMs()) / 1_000);
      },
    });
  }

  /** Runs `work` so that time spent with acquirers inside it is counted; `spent` in `requestEnded` reads it. */
  measuring<T>(work: () => T): T {
    this.#working += 1;
    return this.#spent.run({ acquirerMs: 0 }, work);
  }

  /** Requests under way that work on this machine. */
  working(): number {
    return this.#working;
  }

  /** Requests under way that wait for an acquirer. */
  waiting(): number {
    return this.#waiting;
  }

  /** A request begins (1) or ends (-1) to wait for an acquirer. */
  #move(by: 1 | -1): void {
    this.#working -= by;
    this.#waiting += by;
  }

  requestRefused(): void {
    this.#refused.inc();
  }

  /** Milliseconds of the request under way that acquirers took. */
  acquirerMs(): number {
    return this.#spent.getStore()?.acquirerMs ?? 0;
  }

  requestEnded(method: string, route: string, status: number, ms: number): void {
    this.#working -= 1;
    this.#requests.observe({ method, route, status: String(status) }, ms / 1_000);
  }

  commitsLost(count: number): void {
    this.#lost.inc(count);
  }

  operationEnded(end: { api: string; kind: string; state: string }): void {
    this.#operations.inc(end);
  }

  batchWritten(stepCount: number, ms: number): void {
    this.#batch.observe(stepCount);
    this.#batchTime.observe(ms / 1_000);
  }

  noticeTried(api: string, outcome: string): void {
    this.#tries.inc({ api, outcome });
  }

  /** The same acquirer, with every message timed. */
  metered(acquirer: Acquirer): Acquirer {
    const { name, capabilities } = acquirer;
    const time = async (action: string, work: Promise<Outcome>): Promise<Outcome> => {
      const startedAt = performance.now();
      const spent = this.#spent.getStore();
      if (spent) this.#move(1);
      const outcome = await work.finally(() => spent && this.#move(-1));
      const ms = performance.now() - startedAt;
      this.#acquirer.observe({ acquirer: name, action, outcome: outcome.kind }, ms / 1_000);
      if (spent) spent.acquirerMs += ms;
      return outcome;
    };
    return {
      name,
      capabilities,
      perform: (...order) => time('perform', acquirer.perform(...order)),
      resume: (...order) => time('resume', acquirer.resume(...order)),
      resend: (...order) => acquirer.resend(...order),
      inquire: (...order) => time('inquire', acquirer.inquire(...order)),
      close: (...order) => time('close', acquirer.close(...order)),
      describe: (...question) => acquirer.describe(...question),
      undo: (...order) => time('undo', acquirer.undo(...order)),
    };
  }
}
