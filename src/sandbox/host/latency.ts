import { createHash } from 'node:crypto';

/** How long the host takes to answer: log-normal, by two of its percentiles. */
export interface Latency {
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** The normal distribution's 99th percentile, in standard deviations. */
const p99Deviations = 2.3263;

/** Two numbers above 0 and up to 1, as good as chance, that are the same for the same text. */
const uniformsOf = (text: string): [number, number] => {
  const hash = createHash('sha256').update(text).digest();
  return [(hash.readUInt32BE(0) + 1) / 2 ** 32, (hash.readUInt32BE(4) + 1) / 2 ** 32];
};

/** Box–Muller. */
const normalOf = (text: string): number => {
  const [first, second] = uniformsOf(text);
  return Math.sqrt(-2 * Math.log(first)) * Math.cos(2 * Math.PI * second);
};

/**
 * How long the host waits before it answers a message, in whole ms. It follows from the message's name and reference alone,
 * so that whoever knows those can tell afterwards what of a payment's time was the acquirer's.
 */
export const delayMsOf = ({ medianMs, p99Ms }: Latency, name: string, reference: string): number => {
  const deviation = Math.log(p99Ms / medianMs) / p99Deviations;
  return Math.ceil(medianMs * Math.exp(deviation * normalOf(`${name} ${reference}`)));
};
