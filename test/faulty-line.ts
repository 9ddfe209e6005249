import { connect, createServer, type Socket } from 'node:net';
import { after } from 'node:test';

/**
 * What a line does to what passes over it. An answer is taken to come in one piece, as short ones do.
 * `cut_request`: takes the request and breaks off; `cut_answer`: delivers the request, breaks off instead of answering;
 * `half_answer`; `hold_answer`: keeps the answer until `release`; `double_answer`; `swap_answers`: the answers of two
 * requests change places; `drip_answer`: a byte every 10 ms; a function rewrites the answer.
 */
export type Fault =
  | 'none'
  | 'cut_request'
  | 'cut_answer'
  | 'half_answer'
  | 'hold_answer'
  | 'double_answer'
  | 'swap_answers'
  | 'drip_answer'
  | ((answer: string) => string);

export interface FaultyLine {
  readonly url: string;
  fault: Fault;
  /** Bytes that came from the near end. */
  byteCount: number;
  /** Lets held answers go. */
  release(): void;
}

/** A TCP line to the server at `target` with faults on demand. Closed when the test file ends. */
export const faultyLine = async (target: string): Promise<FaultyLine> => {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  let swapping: { near: Socket; answer: Buffer } | undefined;

  const deliver = (near: Socket, answer: Buffer): void => {
    const { fault } = line;
    if (typeof fault === 'function') near.write(fault(answer.toString('utf8')));
    else if (fault === 'cut_answer') near.destroy();
    else if (fault === 'half_answer') near.write(answer.subarray(0, answer.length - 10), () => near.destroy());
    else if (fault === 'hold_answer') held.push(() => near.write(answer));
    else if (fault === 'double_answer') {
      // The worst moment: when the next request is already waiting for its own answer.
      near.once('data', () => near.write(answer));
      near.write(answer);
    } else if (fault === 'drip_answer') {
      let at = 0;
      const timer = setInterval(() => near.write(answer.subarray(at, ++at)), 10);
      near.once('close', () => clearInterval(timer));
    } else if (fault === 'swap_answers') {
      if (!swapping) swapping = { near, answer };
      else {
        swapping.near.write(answer);
        near.write(swapping.answer);
        swapping = undefined;
      }
    } else near.write(answer);
  };

  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    }
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
    near.on('data', (chunk) => {
      line.byteCount += chunk.length;
      if (line.fault === 'cut_request') near.destroy();
      else far.write(chunk);
    });
    far.on('data', (answer) => deliver(near, answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });

  const line: FaultyLine = {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    fault: 'none',
    byteCount: 0,
    release: () => {
      for (const go of held.splice(0)) go();
    },
  };
  return line;
};
