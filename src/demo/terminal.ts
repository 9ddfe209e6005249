import { randomBytes } from 'node:crypto';
import { decimalOf } from './amount.ts';
import type { Order } from './orders.ts';
import type { SpiralClient, SpiralRecord, SpiralResult } from './spiral.ts';

/** A card that can be held to the shop's terminal: what the terminal reads of it. */
export interface HeldCard {
  readonly name: string;
  readonly title: string;
  /** Truncated; the whole number is in track 2, for the acquirer alone. */
  readonly pan: string;
  readonly expDate: string;
  readonly track2: string;
}

const held = (name: string, title: string, number: string, expDate: string): HeldCard => ({
  name,
  title,
  pan: `${number.slice(0, 6)}******${number.slice(-4)}`,
  expDate,
  track2: `${number}=${expDate.slice(2)}${expDate.slice(0, 2)}201`,
});

export const heldCards: readonly HeldCard[] = [
  held('approved', 'A card that pays', '4440000009900010', '0139'),
  held('declined', 'A card that is declined', '4440000009900010', '0539'),
  held('lost', 'A card whose answer gets lost', '4440000009900010', '0828'),
];

export type Saying = 'SALE' | 'REFUND' | 'VOID' | 'REVERSAL';

/** One thing that the terminal said, and what it heard. */
export interface Entry {
  readonly cmd: Saying;
  readonly traceNo: string;
  readonly amountMinor: bigint;
  readonly card: HeldCard;
  /** In the API's own word; null where no answer came that counts. */
  status: string | null;
  resp: string | null;
  /** Undone since by a void or reversal of this terminal. */
  undone: boolean;
}

const batchLength = 6;
const numberText = (number: number): string => String(number % 1_000_000).padStart(batchLength, '0');
const minuteMs = 60_000;
const reversalsMax = 3;
const exchangeCountMax = 40;

/** What a merchant's app does on a phone that takes cards: it counts its messages, and settles at the end of the day. */
export class Terminal {
  readonly #client: SpiralClient;
  readonly #place: { readonly merchantId: string; readonly terminalId: string };
  #batch: number;
  #trace = 0;
  #queue: Promise<unknown> = Promise.resolve();
  /** Of the open batch. */
  entries: Entry[] = [];
  /** What came of the last settlement. */
  news: string | null = null;
  readonly exchanges: Order['exchanges'] = [];

  /** `place`: the number of the terminal, and its merchant number at the acquirer. `now`: ms. */
  constructor(client: SpiralClient, place: { merchantId: string; terminalId: string }, now = Date.now()) {
    this.#client = client;
    this.#place = place;
    // The shop forgets when it restarts, and no number of a batch may come again.
    this.#batch = Math.floor(now / minuteMs);
  }

  get batchId(): string {
    return numberText(this.#batch);
  }

  /** A terminal does one thing at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work, work);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  /** A sale or refund. One without an answer that counts is taken back at once, as the API asks of terminals. */
  take(cmd: 'SALE' | 'REFUND', amountMinor: bigint, card: HeldCard): Promise<void> {
    return this.#inTurn(async () => {
      this.#trace += 1;
      const entry = await this.#say(cmd, numberText(this.#trace), amountMinor, card);
      for (let tries = 1; entry.status === null && tries <= reversalsMax; tries++) await this.#undo('REVERSAL', entry);
    });
  }

  /** Takes back a sale or refund of this batch; of which there is none, nothing happens. */
  undo(cmd: 'VOID' | 'REVERSAL', traceNo: string): Promise<void> {
    return this.#inTurn(async () => {
      const entry = this.entries.find((e) => e.traceNo === traceNo && (e.cmd === 'SALE' || e.cmd === 'REFUND'));
      if (entry && !entry.undone) await this.#undo(cmd, entry);
    });
  }

  async #undo(cmd: 'VOID' | 'REVERSAL', entry: Entry): Promise<void> {
    const { status } = await this.#say(cmd, entry.traceNo, entry.amountMinor, entry.card);
    if (status !== 'Approved') return;
    entry.undone = true;
    if (cmd === 'REVERSAL' && entry.status === null) entry.status = 'Cancelled';
  }

  async #say(cmd: Saying, traceNo: string, amountMinor: bigint, card: HeldCard): Promise<Entry> {
    const entry: Entry = { cmd, traceNo, amountMinor, card, status: null, resp: null, undone: false };
    this.entries.push(entry);
    const { pan, expDate, track2 } = card;
    const result = await this.#tell(titles[cmd], {
      cmd,
      ...this.#head(traceNo),
      amt: Number(decimalOf(amountMinor)),
      currency: 'HKD',
      ...{ pan, expDate, entryMode: 'T' },
      // An undoing reads no card.
      ...(cmd === 'SALE' || cmd === 'REFUND' ? { track2, emvTags: { '9F36': traceNo } } : {}),
    });
    const record = recordOf(result);
    entry.status = typeof record?.status === 'string' ? record.status : null;
    entry.resp = typeof record?.resp === 'string' ? record.resp : null;
    return entry;
  }

  /** What this terminal did in its batch, as it sees it. */
  totals(): Readonly<Record<string, number>> {
    const of = (cmd: Saying, isVoided: boolean) => {
      const counted = this.entries.filter(
        (e) => e.cmd === cmd && e.status === 'Approved' && e.undone === isVoided && !this.#isReversed(e),
      );
      const sum = counted.reduce((total, { amountMinor }) => total + amountMinor, 0n);
      return [Number(decimalOf(sum)), counted.length] as const;
    };
    const [saleTotal, saleCount] = of('SALE', false);
    const [voidedTotal, voidedCount] = of('SALE', true);
    const [refundTotal, refundCount] = of('REFUND', false);
    const [voidedRefundTotal, voidedRefundCount] = of('REFUND', true);
    const sales = { saleTotal, saleCount, voidedTotal, voidedCount };
    return { ...sales, refundTotal, refundCount, voidedRefundTotal, voidedRefundCount };
  }

  #isReversed({ traceNo }: Entry): boolean {
    return this.entries.some((e) => e.cmd === 'REVERSAL' && e.traceNo === traceNo && e.status === 'Approved');
  }

  /** Closes the batch: by its totals, and where they differ as they are. */
  settle(): Promise<void> {
    return this.#inTurn(async () => {
      const said = (cmd: string) =>
        this.#tell(cmd === 'SETTLEMENT' ? 'Settle the batch' : 'Close it all the same', {
          cmd,
          ...this.#head(numberText(this.#trace + 1)),
          ...this.totals(),
        });
      let record = recordOf(await said('SETTLEMENT'));
      const differed = record?.resp === '95';
      if (differed) record = recordOf(await said('SETTLEAFTERUPLOAD'));
      if (record?.status !== 'Approved') {
        this.news = 'The batch is not settled: no answer came that counts. Try again.';
        return;
      }
      this.news = `Batch ${this.batchId} is settled${differed ? ', though the gateway had other totals' : ''}.`;
      this.#batch += 1;
      this.#trace = 0;
      this.entries = [];
    });
  }

  #head(traceNo: string) {
    return { type: 'VM', ...this.#place, batchId: this.batchId, traceNo };
  }

  async #tell(title: string, fields: SpiralRecord): Promise<SpiralResult> {
    const reference = `${this.#place.terminalId}-${randomBytes(5).toString('hex')}-pos`.slice(0, 25);
    const result = await this.#client.terminal(reference, fields);
    // The shop's own page shows what was said: all but what is for the acquirer alone.
    const { requestBody } = result.exchange;
    const shown = requestBody?.replace(/"track2":"[^"]*"/, '"track2":"…"') ?? null;
    this.exchanges.push({ ...result.exchange, requestBody: shown, title });
    if (this.exchanges.length > exchangeCountMax) this.exchanges.shift();
    return result;
  }
}

const titles: Readonly<Record<Saying, string>> = {
  SALE: 'Sale',
  REFUND: 'Refund',
  VOID: 'Void',
  REVERSAL: 'Take it back: no answer came that counts',
};

/** The record of an answer that counts; undefined of anything else. */
const recordOf = (result: SpiralResult): SpiralRecord | undefined =>
  result.kind === 'answered' && result.httpStatus === 200 ? result.record : undefined;
