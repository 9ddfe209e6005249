import { type Command, instant, Mistake, need } from './command.ts';

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `90s`, `15m`, `2h`, `7d` or a row of them such as `1h30m`. */
export const durationMs = (text: string): number => {
  if (!/^(\d{1,6}[smhd])+$/.test(text)) throw new Mistake('the duration is something like 90s, 15m, 2h, 7d or 1h30m');
  return [...text.matchAll(/(\d+)([smhd])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit!]!, 0);
};

export const clockAdvance: Command = {
  words: 'sandbox clock advance',
  usage: '<duration>',
  says: 'Moves the business clock forward, so that expiry, retries and periods fall due. Sandbox mode only.',
  async run({ installation: { store, settings, clock }, parameters }) {
    if (!settings.sandbox) throw new Mistake('the clock moves in sandbox mode only');
    const offsetMs = await store.administration.advanceClock(durationMs(need(parameters[0], 'the duration')));
    clock.setOffset(offsetMs);
    const value = { offsetMs, now: instant(clock.now()) };
    return { value, lines: [`the business clock stands at ${value.now}`] };
  },
};
