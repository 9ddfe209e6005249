import { PassThrough } from 'node:stream';
import { livingParts } from './order-page.ts';
import type { Order, Orders } from './orders.ts';

const streamCountMax = 200;

// Proxies drop silent connections after 30 to 60 s.
const heartbeatMs = 20_000;

/** The Server-Sent Events streams of all who look at an order right now. */
export class EventStreams {
  readonly #orders: Orders;
  readonly #open = new Set<PassThrough>();

  constructor(orders: Orders) {
    this.#orders = orders;
  }

  /** A stream of changes after `seen`, the version that the browser has; undefined when there are too many. */
  open(order: Order, seen: number): PassThrough | undefined {
    if (this.#open.size >= streamCountMax) return undefined;
    const stream = new PassThrough();
    const send = (changed: Order, news: string) => {
      stream.write(`id: ${changed.version}\ndata: ${JSON.stringify({ parts: livingParts(changed), news })}\n\n`);
    };
    const stopListening = this.#orders.listen(order.number, send);
    const heartbeat = setInterval(() => stream.write(': still here\n\n'), heartbeatMs).unref();
    this.#open.add(stream);
    stream.on('close', () => {
      clearInterval(heartbeat);
      stopListening();
      this.#open.delete(stream);
    });
    stream.write('retry: 2000\n\n');
    // Something may have happened between the page and this stream.
    if (order.version > seen) send(order, '');
    return stream;
  }

  /** Ends them all, so that the server can stop; browsers come back when it is up again. */
  close(): void {
    for (const stream of this.#open) stream.end();
  }
}
