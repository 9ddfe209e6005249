import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { reachOf } from './addresses.ts';
import { type Resolve, resolveByNameServers, resolveHere } from './names.ts';

export interface OutboundOptions {
  /** Lets messages go to this machine and to private networks. Link-local and reserved addresses stay refused. */
  readonly allowPrivate: boolean;
  /** Lets messages go unencrypted; `allowPrivate` implies it. */
  readonly allowHttp?: boolean;
  /** For name, connection and TLS together, ms. */
  readonly connectTimeoutMs?: number;
  readonly socketsPerHostMax?: number;
  /** Certificates to trust in place of the machine's, PEM. */
  readonly ca?: string;
  readonly resolve?: Resolve;
}

export interface Message {
  /** Names go out in the letter case given here. */
  readonly headers: Readonly<Record<string, string>>;
  /** Goes out byte for byte; a text as UTF-8. */
  readonly body: string | Buffer;
  /** For the whole exchange, ms. */
  readonly timeoutMs: number;
  /** 64 KiB unless given. */
  readonly answerBytesMax?: number;
}

/** Why nothing was tried: the address as it is written, or where its name led, is none that we call. */
type Refusal = 'url' | 'userinfo' | 'scheme' | 'port' | 'address';

/** What went wrong. `garbled`: what came is not HTTP. */
type Failure = 'timeout' | 'connect' | 'tls' | 'reset' | 'garbled' | 'too_large';

export type Answer =
  /** Any status: a redirect is an answer like others and is not followed. */
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'refused'; readonly reason: Refusal }
  /**
   * `sent`: bytes of the message may have left. `status` is known when it had come before things went wrong, as it has
   * for `too_large`: whoever needs only the status may take it as said.
   */
  | { readonly kind: 'failed'; readonly reason: Failure; readonly sent: boolean; readonly status: number | null };

export interface Outbound {
  /** Posts a message to an address that merchants or operators chose. What the world does is a value, never a throw. */
  post(url: string, message: Message): Promise<Answer>;
  /** Cuts every connection. */
  close(): void;
}

class AddressRefused extends Error {}

type Phase = 'waiting' | 'connecting' | 'handshaking' | 'exchanging';

const failures: Record<Phase, Failure> = {
  waiting: 'connect',
  connecting: 'connect',
  handshaking: 'tls',
  exchanging: 'reset',
};

/** Ports below 1024 belong to other protocols, which must not be spoken to in HTTP, save HTTP's own two. */
const isPortAllowed = (port: string): boolean =>
  port === '' || port === '80' || port === '443' || Number(port) >= 1_024;

/** Called for every connection to a name, and what it lets through is what the socket connects to: no second lookup. */
const guard =
  (resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction =>
  (name, options, callback) => {
    const found = (addresses: readonly string[]) => {
      // One bad address among good ones is a mistake or an attack; either way this is no place to send to.
      if (!addresses.every(isAllowed)) return callback(new AddressRefused(), []);
      const all = addresses.map((address) => ({ address, family: isIP(address) }));
      return options.all ? callback(null, all) : callback(null, all[0]!.address, all[0]!.family);
    };
    resolve(name).then(found, (error) => callback(error, []));
  };

/** One exchange, from the socket to the last byte of the answer. */
const exchange = (request: ClientRequest, message: Message, secure: boolean, connectTimeoutMs: number) =>
  new Promise<Answer>((resolve) => {
    let phase: Phase = 'waiting';
    let status: number | null = null;
    let connectLimit: NodeJS.Timeout | undefined;

    const end = (answer: Answer) => {
      clearTimeout(deadline);
      clearTimeout(connectLimit);
      resolve(answer);
    };
    const fail = (reason: Failure) => {
      end({ kind: 'failed', reason, sent: phase === 'exchanging', status });
      request.destroy();
    };
    const deadline = setTimeout(fail, message.timeoutMs, 'timeout');

    const ready = () => {
      clearTimeout(connectLimit);
      phase = 'exchanging';
    };
    request.on('socket', (socket) => {
      if (!socket.connecting) return ready();
      phase = 'connecting';
      connectLimit = setTimeout(fail, connectTimeoutMs, 'timeout');
      if (!secure) return socket.once('connect', ready);
      socket.once('connect', () => {
        phase = 'handshaking';
      });
      socket.once('secureConnect', ready);
    });
    request.on('response', (response: IncomingMessage) => {
      status = response.statusCode!;
      const bytesMax = message.answerBytesMax ?? 65_536;
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > bytesMax) fail('too_large');
        else chunks.push(chunk);
      });
      response.on('end', () => end({ kind: 'answered', status: status!, body: Buffer.concat(chunks).toString() }));
      response.on('error', () => fail('reset'));
    });
    // Nobody asked for another protocol. Without this the socket would stay open.
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      end({ kind: 'answered', status: response.statusCode!, body: '' });
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error instanceof AddressRefused) end({ kind: 'refused', reason: 'address' });
      else fail(error.code?.startsWith('HPE_') ? 'garbled' : failures[phase]);
    });
    request.end(message.body);
  });

/**
 * HTTP to addresses that others chose, guarded: every address a name leads to is judged when the socket connects, so a
 * name that changes its mind after a check gains nothing. Connections are kept for 4 s, less than receivers keep them
 * (5 s is common), because a message written to a connection that the other side is closing is lost.
 */
export const outbound = (options: OutboundOptions): Outbound => {
  const { allowPrivate, allowHttp = allowPrivate, connectTimeoutMs = 5_000, socketsPerHostMax = 16 } = options;
  const isAllowed = (address: string): boolean => {
    const reach = reachOf(address);
    return reach === 'public' || (allowPrivate && reach === 'private');
  };
  const resolve = options.resolve ?? (allowPrivate ? resolveHere : resolveByNameServers());
  const common = {
    keepAlive: true,
    timeout: 4_000,
    maxSockets: socketsPerHostMax,
    maxFreeSockets: socketsPerHostMax,
    lookup: guard(resolve, isAllowed),
  };
  const httpAgent = new http.Agent(common);
  const httpsAgent = new https.Agent(options.ca === undefined ? common : { ...common, ca: options.ca });

  const refusalOf = (url: URL, host: string): Refusal | undefined => {
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowHttp)) return 'scheme';
    if (url.username !== '' || url.password !== '') return 'userinfo';
    if (!allowPrivate && !isPortAllowed(url.port)) return 'port';
    // An address written out is connected to without a lookup. `URL` has turned every spelling into the plain one.
    if (isIP(host) !== 0 && !isAllowed(host)) return 'address';
  };

  return {
    async post(text, message) {
      if (!URL.canParse(text)) return { kind: 'refused', reason: 'url' };
      const url = new URL(text);
      const hostname = url.hostname.replace(/^\[|\]$/g, '');
      const reason = refusalOf(url, hostname);
      if (reason) return { kind: 'refused', reason };
      const secure = url.protocol === 'https:';
      const request = (secure ? https : http).request({
        method: message.body === '' ? 'GET' : 'POST',
        agent: secure ? httpsAgent : httpAgent,
        hostname,
        port: url.port,
        path: `${url.pathname}${url.search}`,
        headers: {
          'User-Agent': 'Tollgate',
          ...message.headers,
          ...(message.body !== '' && { 'Content-Length': Buffer.byteLength(message.body) }),
        },
      });
      return exchange(request, message, secure, connectTimeoutMs);
    },
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
};
