import { type Html, html } from '../html.ts';
import type { Words } from '../words/words.ts';

/** Beyond this a running clock tells a payer nothing. */
const countdownMaxMs = 24 * 3_600_000;

export interface CountdownParts {
  readonly label: string;
  readonly leftMs: number;
  /** The time in whole minutes, for browsers that run no clock. */
  readonly text: (minutes: number) => string;
  /** So long before the end it is said aloud, once. */
  readonly warnMs: number;
  readonly warning: string;
}

/** The time that is left. With script it runs, and at its end the page asks how things stand. */
export const countdown = ({ label, leftMs, text, warnMs, warning }: CountdownParts): Html =>
  html`<p class="countdown">${label}<span data-left-ms="${Math.max(0, leftMs)}" data-warn-ms="${warnMs}" role="timer">${text(
    Math.max(1, Math.ceil(leftMs / 60_000)),
  )}</span></p>
<p class="unseen" role="status" data-warning="${warning}"></p>`;

/** The time that is left to pay, unless that is very long. */
export const timeToPay = (words: Words, leftMs: number): Html | false =>
  leftMs <= countdownMaxMs &&
  countdown({ label: words.timeLeft, leftMs, text: words.minutes, warnMs: 120_000, warning: words.twoMinutesLeft });
