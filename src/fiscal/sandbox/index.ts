import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { OfficeAnswer } from '../../core/commands.ts';
import { textFromMinor } from '../../core/money.ts';
import type { FiscalOffice, ReceiptOrder } from '../../gateway/ports.ts';
import { type Clock, realClock } from '../../kit/clock.ts';

const Answer = Compile(
  Type.Object({
    reference: Type.String(),
    number: Type.Integer({ minimum: 1 }),
    terminal: Type.String({ minLength: 1, maxLength: 32 }),
    sign: Type.String({ pattern: '^[0-9]{12}$' }),
    url: Type.String({ pattern: '^https?://', maxLength: 1_000 }),
    message: Type.String({ maxLength: 200 }),
    registeredAt: Type.Number(),
  }),
);

const answerBytesMax = 64 * 1024;

/** Malformed, too long, or against the office's rules: it will not be otherwise next time. */
const refusals = [400, 413, 422];

const failed = (message: string): OfficeAnswer => ({ kind: 'failed', message });

const messageOf = (order: ReceiptOrder): string => {
  const { reference, kind, merchantName, amountMinor, currency, lines, original } = order;
  const text = (minor: bigint) => textFromMinor(minor, currency);
  return JSON.stringify({
    reference,
    kind,
    original: original === null ? null : Number(original),
    seller: merchantName,
    amount: text(amountMinor),
    currency,
    lines: lines.map(({ title, priceMinor, count, vatPercent, codes }) => ({
      title,
      price: text(priceMinor),
      count,
      vatPercent,
      codes,
    })),
  });
};

/** The body, unless it is longer than any answer is. */
const bodyOf = async (response: Response): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of response.body ?? []) {
    byteCount += chunk.length;
    if (byteCount > answerBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parsed = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
};

export interface SandboxOfficeSettings {
  /** Origin of the office, http. */
  readonly url: string;
  /** Real time: deadlines follow it. */
  readonly clock?: Clock;
}

/** The tax office of sandbox installations: speaks the JSON protocol of the sandbox world's. */
export const sandboxOffice = ({ url, clock = realClock }: SandboxOfficeSettings): FiscalOffice => ({
  name: 'sandbox',
  async register(order, deadlineAt) {
    try {
      const response = await fetch(`${url}/sandbox/tax/receipts`, {
        method: 'POST',
        redirect: 'error',
        headers: { 'content-type': 'application/json' },
        body: messageOf(order),
        signal: AbortSignal.timeout(Math.max(0, deadlineAt - clock.now())),
      });
      const answer = parsed(await bodyOf(response));
      if (refusals.includes(response.status)) return failed('the tax office refused the receipt');
      if (response.status !== 200) return failed('the tax office does not answer');
      if (!Answer.Check(answer) || answer.reference !== order.reference) {
        return failed('the tax office gave no usable answer');
      }
      const { number, terminal, sign, url: receiptUrl, message, registeredAt } = answer;
      return { kind: 'registered', number: String(number), terminal, sign, url: receiptUrl, message, registeredAt };
    } catch {
      return failed('the tax office cannot be reached');
    }
  },
});
