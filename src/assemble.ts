import { acquirerNotices } from './acquirer-notices.ts';
import { acquirers } from './acquirers/index.ts';
import { apis } from './apis/index.ts';
import { checkout } from './checkout/index.ts';
import { demoShop } from './demo/index.ts';
import { demoParts } from './demonstration.ts';
import { enrolment } from './enrolment.ts';
import { fiscalOffice } from './fiscal/index.ts';
import { createAccounts } from './gateway/accounts.ts';
import { withAgreedTime } from './gateway/agreed-time.ts';
import type { RunningApi } from './gateway/api.ts';
import { createCards } from './gateway/cards.ts';
import { createGateway, type OpenGateway } from './gateway/create.ts';
import { createLinks } from './gateway/links.ts';
import { createMandates } from './gateway/mandates.ts';
import { createPayouts } from './gateway/payouts.ts';
import type { Acquirer, NoticeVoice } from './gateway/ports.ts';
import { createTerminals } from './gateway/terminals.ts';
import { withWitness } from './gateway/witness.ts';
import { createWorkers } from './gateway/workers.ts';
import type { Installation } from './installation.ts';
import { realClock } from './kit/clock.ts';
import { outbound } from './kit/outbound.ts';
import { type Listening, listen } from './listening.ts';
import { type Loop, runLoop } from './loop.ts';
import { mailerOf } from './mail/index.ts';
import type { Metrics } from './metrics.ts';
import { deliverNotices } from './notices/index.ts';
import { isTestNumber, isTriggerDate, sandboxWorld } from './sandbox/index.ts';
import { createServer } from './server.ts';
import { surroundings } from './surroundings.ts';

/** The rooms, wired to each other. */
export interface Assembly {
  readonly gateway: OpenGateway;
  readonly acquirers: readonly Acquirer[];
  readonly apis: readonly RunningApi[];
  readonly sandbox: ReturnType<typeof sandboxWorld> | null;
  /** Starts the workers; they stop with `stop`. */
  work(): void;
  /** Whether the workers, if they were started, still go round. */
  works(): boolean;
  /** Lets what is under way come to its end. */
  stop(): Promise<void>;
}

const idleMs = 250;
const purgeMs = 60_000;
/** What is told of payers for their authentication serves nobody after so long. */
const payerInfoMs = 48 * 3_600_000;
const witnessMs = 1_000;
const stalledMs = 30_000;

/** Origin under which this machine's own programs reach the server. */
const ownOrigin = ({ host, port }: Installation['settings']): string => {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
};

/** Knows every room and wires them; the one place that does. */
export const assemble = async (installation: Installation, metrics: Metrics): Promise<Assembly> => {
  const { settings, log, store, vault, clock, sql } = installation;
  const origin = ownOrigin(settings);
  const voices = new Map<string, NoticeVoice>();
  const allowPrivate = settings.sandbox && settings.privateReceivers;
  const sender = outbound({ allowPrivate, allowHttp: true });

  const { publicUrl, sandboxLatency: latency } = settings;
  const tell = (reference: string) => {
    const body = JSON.stringify({ reference });
    fetch(`${origin}/acquirers/sandbox/notice`, { method: 'POST', body }).catch((error: Error) =>
      log.warn({ error: error.name }, "the sandbox's acquirer could not send word"),
    );
  };
  const sandbox = settings.sandbox ? sandboxWorld({ sql, clock, publicUrl, log, latency, tell }) : null;
  await sandbox?.migrate();

  const around = surroundings(clock, log);
  const { agenda, outbox } = withAgreedTime(store, around);
  const mailer = mailerOf(settings, settings.sandbox ? settings.sandboxUrl || origin : null);
  const notices = deliverNotices({
    outbox,
    directory: store.directory,
    voices,
    clock,
    realClock,
    outbound: sender,
    mailer,
    log,
    onTry: (api, outcome) => metrics.noticeTried(api, outcome),
  });
  const sandboxUrl = settings.sandbox ? settings.sandboxUrl || origin : null;
  const known = acquirers({ sandboxUrl });
  const office = fiscalOffice({ sandboxUrl });
  const witness = withWitness(store.payments, around, (count) => metrics.commitsLost(count));
  const gateway = createGateway({
    surroundings: around,
    payments: witness.payments,
    directory: store.directory,
    vault: vault.cards,
    uses: store.uses,
    acquirers: new Map(known.map((a) => [a.name, metrics.metered(a)])),
    office,
    voices,
    acquirerTimeoutMs: settings.acquirerTimeoutMs,
    onNotice: () => notices.wake(),
    onEnd: (end) => metrics.operationEnded(end),
  });
  const links = createLinks(gateway, store.links, agenda);
  const terminals = createTerminals(gateway, store.terminals);
  const payouts = createPayouts(gateway, store.purses);
  const cards = createCards(gateway, store.cards);
  const accounts = createAccounts(gateway, store.accounts, store.cards);
  const { administration } = store;
  const running: RunningApi[] = [];
  for (const api of apis) {
    const { directory, logins } = store;
    const parts = {
      gateway: gateway.gateway,
      links: links.gateway,
      terminals,
      payouts,
      cards,
      accounts,
      partners: store.partners,
      statements: store.statements,
      directory,
      drawer: vault.drawer,
      logins,
      noteAsked: (merchantId: number, paymentId: string) =>
        store.payments.noteAsked(merchantId, paymentId, clock.now()),
      history: (merchantId: number, paymentId: string) => administration.dossier(merchantId, paymentId),
      changeSettings: async (shop: { id: string }, name: string, patch: Readonly<Record<string, unknown>>) => {
        await administration.patchSettings(shop.id, name, patch);
        directory.forget();
      },
      enrol: enrolment(installation),
      mails: mailer !== null,
      fiscal: office !== null,
      clock,
      realClock,
    };
    const started = await api.start({ ...parts, publicUrl, sandbox: settings.sandbox });
    voices.set(api.name, started.voice);
    running.push(started);
  }
  metrics.watchNotices(() => store.outbox.noticeLag(clock.now()));

  const standing = new Map(
    apis.flatMap(({ name }, at) => {
      const voice = running[at]!.mandates;
      return voice ? [[name, voice] as const] : [];
    }),
  );
  const mandates = createMandates(gateway, store.mandates, agenda, standing);
  const workers = createWorkers(gateway, agenda);
  const loops: Loop[] = [];
  const abort = new AbortController();
  loops.push(runLoop('witness', witnessMs, log, () => witness.tick()));
  if (settings.sandbox) {
    const follow = async () => {
      clock.setOffset(await administration.clockOffset());
      return 0;
    };
    loops.push(runLoop('clock', idleMs, log, follow));
  }

  return {
    gateway,
    acquirers: known,
    apis: running,
    sandbox,
    work() {
      loops.push(runLoop('workers', idleMs, log, async () => (await workers.tick()) + (await links.tick())));
      loops.push(runLoop('mandates', idleMs, log, () => mandates.tick()));
      const purge = async () => {
        await vault.cards.purge(clock.now());
        await store.payments.forgetPayerInfo(clock.now() - payerInfoMs);
        await store.logins.purge(realClock.now());
        return 0;
      };
      loops.push(runLoop('purge', purgeMs, log, purge));
      notices.run(abort.signal);
    },
    works: () => loops.every((loop) => loop.idleMs > stalledMs || Date.now() - loop.lastAt() < stalledMs),
    async stop() {
      abort.abort();
      await Promise.all(loops.map((loop) => loop.stop()));
      await gateway.acts.drain();
      await notices.drain();
      sender.close();
      mailer?.close();
    },
  };
};

/** The HTTP server with every room's routes on it. Listens when it answers. */
export const serve = async (installation: Installation, metrics: Metrics, assembly: Assembly): Promise<Listening> => {
  const { settings, log, store, clock } = installation;
  const server = createServer(settings, log, metrics, {
    database: () => store.ready(),
    workers: () => assembly.works(),
  });
  for (const { routes } of assembly.apis) await server.register(routes);
  await server.register(acquirerNotices({ acquirers: assembly.acquirers, gateway: assembly.gateway.gateway, log }));
  await server.register(
    checkout({
      sites: assembly.apis.flatMap(({ sites }) => sites),
      linkSites: assembly.apis.flatMap(({ linkSites }) => linkSites),
      gateway: assembly.gateway.gateway,
      clock,
      publicUrl: settings.publicUrl,
      log,
      postsPerMinuteMax: settings.pagePostsPerMinute,
      ...(settings.sandbox && { takesPastDate: isTriggerDate, takesNumber: isTestNumber }),
    }),
  );
  if (assembly.sandbox) {
    await server.register(assembly.sandbox.plugin);
    await server.register(demoShop(await demoParts(installation, ownOrigin(settings))));
  }
  return listen(server, settings.host, settings.port);
};
