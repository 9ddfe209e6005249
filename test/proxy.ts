import { connect, createServer, type Socket } from 'node:net';
import { after } from 'node:test';

/** One whole message of a conversation, as it passes. */
export interface Piece {
  /** 1, 2, … over all connections and both directions, in the order of passing. */
  readonly n: number;
  readonly direction: 'out' | 'back';
  readonly bytes: Buffer;
}

/**
 * What happens to a message. `cutAfter`: so many of its bytes get through, then the line breaks in both directions;
 * `hold`: it gets through at `release`; `double`: it gets through twice; `swap`: it and the next one that is to be
 * swapped change places; `swallow`: it is lost, and the line stays open.
 */
export type Fault = 'none' | 'hold' | 'double' | 'swap' | 'swallow' | { readonly cutAfter: number };

/** Cuts a stream of bytes into whole messages; what is left of one is kept for the next call. */
type Framer = (bytes: Buffer) => Buffer[];

/** The messages of a protocol: a framer for each direction of a connection. */
export type Frames = (direction: Piece['direction']) => Framer;

/** `lengthOf` answers how long the first message is, or undefined while that cannot be told yet. */
const framer = (lengthOf: (bytes: Buffer, isFirst: boolean) => number | undefined): Framer => {
  let rest = Buffer.alloc(0);
  let isFirst = true;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const messages: Buffer[] = [];
    for (;;) {
      const length = lengthOf(rest, isFirst);
      if (length === undefined || length > rest.length) return messages;
      messages.push(rest.subarray(0, length));
      rest = rest.subarray(length);
      isFirst = false;
    }
  };
};

/** PostgreSQL's messages: a letter and a length that counts itself; a client's first has no letter. */
export const postgresFrames: Frames = (direction) =>
  framer((bytes, isFirst) => {
    const letterCount = direction === 'out' && isFirst ? 0 : 1;
    return bytes.length < letterCount + 4 ? undefined : letterCount + bytes.readInt32BE(letterCount);
  });

/** HTTP messages that say how long they are. */
export const httpFrames: Frames = () =>
  framer((bytes) => {
    const headLength = bytes.indexOf('\r\n\r\n') + 4;
    if (headLength < 4) return undefined;
    const [, length = '0'] = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, headLength)) ?? [];
    return headLength + Number(length);
  });

/**
 * A TCP line to the server at `target` on which `judge` says what happens to each message. Gone at `close`, and when the
 * test file ends.
 */
export const startProxy = async (target: string, frames: Frames, judge: (piece: Piece) => Fault) => {
  const url = new URL(target);
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  let swapping: { to: Socket; bytes: Buffer } | undefined;
  let n = 0;

  /** Whether the line still stands. */
  const pass = (piece: Piece, from: Socket, to: Socket): boolean => {
    const { bytes } = piece;
    const fault = judge(piece);
    if (typeof fault === 'object') {
      to.end(bytes.subarray(0, fault.cutAfter));
      from.destroy();
      return false;
    }
    if (fault === 'hold') held.push(() => to.write(bytes));
    else if (fault === 'swap' && swapping) {
      swapping.to.write(bytes);
      to.write(swapping.bytes);
      swapping = undefined;
    } else if (fault === 'swap') swapping = { to, bytes };
    else if (fault !== 'swallow') {
      to.write(bytes);
      if (fault === 'double') to.write(bytes);
    }
    return true;
  };

  const server = createServer((near) => {
    const far = connect(Number(url.port), url.hostname);
    // Messages are written one by one: none may wait until the one before it is acknowledged.
    near.setNoDelay(true);
    far.setNoDelay(true);
    let stands = true;
    const carry = (direction: Piece['direction'], from: Socket, to: Socket) => {
      const split = frames(direction);
      from.on('data', (chunk) => {
        for (const bytes of split(chunk)) if (stands) stands = pass({ n: ++n, direction, bytes }, from, to);
      });
      from.on('error', () => {});
      // Whoever broke the line has seen to its ends.
      from.once('close', () => {
        sockets.delete(from);
        if (stands) to.destroy();
      });
      sockets.add(from);
    };
    carry('out', near, far);
    carry('back', far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  after(close);
  const own = new URL(target);
  own.hostname = '127.0.0.1';
  own.port = String((server.address() as { port: number }).port);
  return {
    url: own.href.replace(/\/$/, ''),
    close,
    /** How many messages have passed so far. */
    count: () => n,
    /** Lets go what was held. */
    release: () => {
      for (const go of held.splice(0)) go();
    },
  };
};
