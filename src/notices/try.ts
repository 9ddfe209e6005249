import { type Letter, letterOfNotice, type MailEnd, type Mailer } from '../gateway/ports/mail.ts';
import type { Directory, LeasedNotice, NoticeEnd, NoticeVoice } from '../gateway/ports.ts';
import type { Clock } from '../kit/clock.ts';
import type { Answer, Outbound } from '../kit/outbound.ts';
import { afterFailure } from './schedule.ts';

export interface TryParts {
  readonly directory: Directory;
  /** By API. */
  readonly voices: ReadonlyMap<string, NoticeVoice>;
  readonly clock: Clock;
  readonly realClock: Clock;
  readonly outbound: Outbound;
  /** Absent or null where no mail can be sent: then it waits. */
  readonly mailer?: Mailer | null;
}

/** `api` is `none` when the shop is gone. `note` says in a few words what went wrong; nothing of the answer's body. */
export interface Tried {
  readonly api: string;
  readonly end: NoticeEnd;
  readonly status: number | null;
  readonly note: string | null;
}

/** No receiver gets longer, whatever its API says: half of a lease. */
export const timeoutMsMax = 15_000;
/** Pauses between tries of a mail, ms; after the last it is given up. */
const mailPausesMs = [1, 5, 30, 120, 360, 1_440].map((minutes) => minutes * 60_000);
/** Time to write down what came of it before the lease ends. */
const settleMs = 1_000;

const statusOf = (answer: Answer): number | null => (answer.kind === 'refused' ? null : answer.status);

/** The status has been said, however long the rest of the answer is. */
const isWhole = (answer: Answer): boolean =>
  answer.kind === 'answered' || (answer.kind === 'failed' && answer.reason === 'too_large');

const noteOf = (answer: Answer): string => {
  if (answer.kind === 'answered') return 'not acknowledged';
  if (answer.kind === 'refused') return `address refused: ${answer.reason}`;
  return answer.sent ? answer.reason : `${answer.reason}, nothing sent`;
};

/** One try of a mail; the server that takes it answers for it from then on. */
const tryMail = async (
  { clock, realClock, mailer }: TryParts,
  api: string,
  notice: LeasedNotice,
  letter: Letter,
  leaseUntil: number,
): Promise<Tried | undefined> => {
  if (realClock.now() + timeoutMsMax + settleMs > leaseUntil) return undefined;
  const name = `${notice.paymentId}.${notice.seq}`;
  const came: MailEnd = mailer
    ? await mailer.send(name, letter, timeoutMsMax)
    : { kind: 'failed', status: null, note: 'no mail server' };
  const { status } = came;
  if (came.kind === 'accepted') return { api, end: { state: 'delivered' }, status, note: null };
  const end: NoticeEnd =
    came.kind === 'refused' ? { state: 'abandoned' } : afterFailure(notice, mailPausesMs, clock.now());
  return { api, end, status, note: came.note };
};

/**
 * One try to deliver a notice under a lease that ends at `leaseUntil` (real ms): signed and dated now, the body byte for
 * byte as stored. Undefined, and nothing sent, when the lease would end first. Throws when no API speaks for the shop.
 */
export const tryOnce = async (
  parts: TryParts,
  notice: LeasedNotice,
  leaseUntil: number,
): Promise<Tried | undefined> => {
  const { directory, voices, clock, realClock, outbound } = parts;
  const shop = await directory.shopById(notice.shopId);
  if (!shop) return { api: 'none', end: { state: 'abandoned' }, status: null, note: 'the shop is gone' };
  const letter = letterOfNotice(notice);
  if (letter) return tryMail(parts, shop.api, notice, letter, leaseUntil);
  const voice = voices.get(shop.api);
  if (!voice) throw new Error(`no API ${shop.api}`);

  const headers = await voice.headers(shop, notice.body, realClock.now(), notice);
  const timeoutMs = Math.min(voice.timeoutMs, timeoutMsMax);
  if (realClock.now() + timeoutMs + settleMs > leaseUntil) return undefined;
  const answer = await outbound.post(notice.url, { headers, body: notice.body, timeoutMs });

  const status = statusOf(answer);
  if (isWhole(answer) && voice.acknowledged(status!)) {
    return { api: shop.api, end: { state: 'delivered' }, status, note: null };
  }
  const end = afterFailure(notice, voice.pausesMs, clock.now());
  return { api: shop.api, end, status, note: noteOf(answer) };
};
