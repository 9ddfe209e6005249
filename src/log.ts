import { Writable } from 'node:stream';
import pino, { type Logger } from 'pino';
import { maskNumbers } from './core/cards.ts';

/** The last wall: whatever a line says, a card number in it leaves masked. */
const masking = (sink: NodeJS.WritableStream): Writable =>
  new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      sink.write(maskNumbers(line));
      done();
    },
  });

/** JSON lines on standard output: one a line, control characters escaped, no card number. */
export const openLog = (level: string, sink: NodeJS.WritableStream = process.stdout): Logger =>
  pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, masking(sink));
