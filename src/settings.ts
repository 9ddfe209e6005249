import { readSender, type Sender } from './mail/address.ts';

/** One setting of the environment: how it is read and what the operator's table says of it. */
interface Setting<T> {
  readonly name: string;
  readonly fallback: string;
  readonly says: string;
  readonly read: (text: string) => T;
}

const setting = <T>(name: string, fallback: string, says: string, read: (text: string) => T): Setting<T> => ({
  name,
  fallback,
  says,
  read,
});

const asText = (text: string): string => text;

const asSwitch = (text: string): boolean => {
  if (/^(on|true|yes|1)$/i.test(text)) return true;
  if (/^(off|false|no|0)$/i.test(text)) return false;
  throw new Error('is neither on nor off');
};

const asNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < min || number > max)
      throw new Error(`is no whole number from ${min} to ${max}`);
    return number;
  };

const asOneOf =
  <T extends string>(...words: readonly T[]) =>
  (text: string): T => {
    const word = words.find((known) => known === text);
    if (!word) throw new Error(`is none of ${words.join(', ')}`);
    return word;
  };

const asOrigin = (text: string): string => {
  if (text === '') return '';
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error('is no http or https address');
  if (url.pathname !== '/' || url.search || url.hash || url.username)
    throw new Error('is more than scheme, host and port');
  return url.origin;
};

const asDatabase = (text: string): string => {
  if (text !== '' && !/^postgres(ql)?:\/\//.test(text)) throw new Error('is no postgres:// address');
  return text;
};

const asMailServer = (text: string): string => {
  if (text === '') return '';
  const url = URL.parse(text);
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '') throw new Error('is no smtp or smtps address');
  return text;
};

const asSender = (text: string): Sender => {
  const sender = readSender(text);
  if (!sender) throw new Error('is no address, with or without a name before it');
  return sender;
};

const asLatency = (text: string): { readonly medianMs: number; readonly p99Ms: number } | null => {
  if (text === '') return null;
  const [medianMs = 0, p99Ms = 0] = (/^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? []).slice(1).map(Number);
  if (medianMs < 1 || p99Ms < medianMs || p99Ms > 60_000)
    throw new Error('is no median/p99 in whole milliseconds up to 60000, the median first');
  return { medianMs, p99Ms };
};

/** Every setting there is, in the order of the operator's table. An empty text counts as not set. */
export const settingList = {
  port: setting('PORT', '8080', 'Port of the HTTP server.', asNumber(0, 65_535)),
  host: setting('HOST', '0.0.0.0', 'Address that the HTTP server listens on.', asText),
  dataDirectory: setting(
    'TOLLGATE_DATA',
    './data',
    'Folder of the embedded database and, in the sandbox, of keys.',
    asText,
  ),
  databaseUrl: setting(
    'DATABASE_URL',
    '',
    'A PostgreSQL (15 or newer) to use in place of the embedded one.',
    asDatabase,
  ),
  publicUrl: setting(
    'TOLLGATE_PUBLIC_URL',
    '',
    'Origin under which payers and merchants reach the gateway. Default: `http://localhost:<PORT>`.',
    asOrigin,
  ),
  sandbox: setting(
    'TOLLGATE_SANDBOX',
    'on',
    'Sandbox mode: test cards, the sandbox world and the demo shop. The first start fixes the mode of a database for ever.',
    asSwitch,
  ),
  kek: setting(
    'TOLLGATE_KEK',
    '',
    'Key-encryption key of the vault, 32 bytes in base64. Must be set outside sandbox mode.',
    asText,
  ),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    'Least weight of a log line: `debug`, `info`, `warn`, `error` or `silent`.',
    asOneOf('debug', 'info', 'warn', 'error', 'silent'),
  ),
  workers: setting(
    'TOLLGATE_WORKERS',
    'on',
    'Whether `serve` also runs the workers. Off where `work` runs them.',
    asSwitch,
  ),
  trustProxy: setting(
    'TOLLGATE_TRUST_PROXY',
    '0',
    'How many reverse proxies stand in front, whose `X-Forwarded-For` is believed.',
    asNumber(0, 10),
  ),
  pagePostsPerMinute: setting(
    'TOLLGATE_PAGE_POSTS_PER_MINUTE',
    '60',
    'How many forms of the hosted page one address may post in a minute.',
    asNumber(1, 1_000_000),
  ),
  requestsMax: setting(
    'TOLLGATE_REQUESTS_MAX',
    '256',
    'How many requests are worked on at once; twice as many may wait for acquirers. More are answered 503.',
    asNumber(1, 100_000),
  ),
  privateReceivers: setting(
    'TOLLGATE_PRIVATE_RECEIVERS',
    'on',
    'Sandbox mode only: whether notices may go to loopback and private addresses, and over plain http.',
    asSwitch,
  ),
  sandboxUrl: setting(
    'TOLLGATE_SANDBOX_URL',
    '',
    'Sandbox mode only: origin of another process of this installation that plays acquirer and tax office. Default: this one.',
    asOrigin,
  ),
  sandboxLatency: setting(
    'TOLLGATE_SANDBOX_LATENCY_MS',
    '',
    'Sandbox mode only: how long the acquirer takes to answer, as median/p99 in milliseconds (`120/380`). Default: no time.',
    asLatency,
  ),
  smtpUrl: setting(
    'TOLLGATE_SMTP_URL',
    '',
    'Mail server, as `smtps://user:password@host:465`, or `smtp://…:587` where TLS begins after the greeting. Without one no mail is sent.',
    asMailServer,
  ),
  mailFrom: setting(
    'TOLLGATE_MAIL_FROM',
    'Tollgate <tollgate@localhost>',
    'As whom mail is sent: `Name <address>`, or an address.',
    asSender,
  ),
  acquirerTimeoutMs: setting(
    'TOLLGATE_ACQUIRER_TIMEOUT_MS',
    '10000',
    'How long an acquirer gets for one message, in milliseconds.',
    asNumber(100, 120_000),
  ),
  drainMs: setting(
    'TOLLGATE_DRAIN_MS',
    '25000',
    'How long a stopping server waits for what is under way, in milliseconds.',
    asNumber(0, 600_000),
  ),
} as const;

type List = typeof settingList;
type Read = { readonly [K in keyof List]: List[K] extends Setting<infer T> ? T : never };

export type Settings = Read;

/** Reads and checks all settings at once. Throws one error that names each wrong one and says why; values are not shown. */
export const readSettings = (environment: Readonly<Record<string, string | undefined>>): Settings => {
  const faults: string[] = [];
  const known = new Set(Object.values(settingList).map(({ name }) => name));
  for (const name of Object.keys(environment)) {
    if (name.startsWith('TOLLGATE_') && !known.has(name) && !name.startsWith('TOLLGATE_TEST_')) {
      faults.push(`${name} is no setting of Tollgate`);
    }
  }
  const read = Object.fromEntries(
    Object.entries(settingList).map(([key, { name, fallback, read }]) => {
      try {
        return [key, read(environment[name] || fallback)];
      } catch (error) {
        faults.push(`${name} ${(error as Error).message}`);
        return [key, undefined];
      }
    }),
  ) as unknown as Read;
  if (read.sandbox && read.smtpUrl)
    faults.push('TOLLGATE_SMTP_URL is not for sandbox mode, whose mail goes to its mailbox');
  for (const name of ['sandboxLatency', 'sandboxUrl'] as const) {
    if (read.sandbox === false && read[name]) faults.push(`${settingList[name].name} is for sandbox mode alone`);
  }
  if (faults.length > 0) throw new Error(`the settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  return { ...read, publicUrl: read.publicUrl || `http://localhost:${read.port}` };
};
