import { charge, forestall, open } from './begin.ts';
import type { Decision } from './change.ts';
import type { Command } from './commands.ts';
import { conclude } from './conclude.ts';
import { dispute } from './dispute.ts';
import { fiscalize } from './fiscal.ts';
import { follow } from './follow.ts';
import type { Instant, View } from './model.ts';
import { again, cancel, resend, resume, submit, withdraw } from './pay.ts';
import { due } from './timers.ts';
import { undo } from './undo.ts';

/**
 * The one place where it is decided what becomes of a payment: from what is known (`null` for a new payment), what is
 * asked and the time (business clock, ms), to what is to be written. No I/O, no clock, no randomness: the same input,
 * the same decision. A command whose operation is there already is settled, so a caller that does not know whether its
 * write arrived may decide again.
 */
export const decide = (view: View | null, command: Command, now: Instant): Decision => {
  if (command.type === 'open') return open(command, now);
  if (command.type === 'charge') return charge(command, now);
  if (command.type === 'forestall') return forestall(command, now);
  if (!view) throw new Error(`${command.type} needs a payment`);
  if (view.operations.some(({ id }) => id === command.id)) return { kind: 'settled' };
  switch (command.type) {
    case 'submit':
      return submit(view, command, now);
    case 'resume':
      return resume(view, command, now);
    case 'resend':
      return resend(view, command, now);
    case 'again':
      return again(view, command, now);
    case 'withdraw':
      return withdraw(view, command, now);
    case 'cancel':
      return cancel(view, command, now);
    case 'follow':
      return follow(view, command, now);
    case 'dispute':
      return dispute(view, command, now);
    case 'undo':
      return undo(view, command, now);
    case 'conclude':
      return conclude(view, command, now);
    case 'fiscalize':
      return fiscalize(view, command, now);
    case 'due':
      return due(view, command, now);
  }
};
