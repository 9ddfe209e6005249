import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../kit/clock.ts';
import type { Fault } from './codes.ts';
import { timeOf } from './values.ts';

/** Which of the two APIs is spoken to: the Gate's error bodies have a `status` as well (section 14.2). */
export type Tree = 'checkout' | 'gate';

/** Path of a request with its prefix, without host and query (section 11). */
export const pathOf = (request: FastifyRequest): string => (request.raw.url ?? '').split('?')[0]!;

const send = (reply: FastifyReply, status: number, body: unknown) =>
  reply
    .code(status)
    .header('content-type', 'application/json')
    .header('cache-control', 'no-store')
    .header('x-trace-id', reply.request.id)
    .send(Buffer.from(JSON.stringify(body)));

/** All that succeeds is 200 (section 3.4). */
export const answer = (reply: FastifyReply, body: unknown) => send(reply, 200, body);

/** The five keys of section 11. The trace is the request's id, by which its log lines are found. */
export const refuse = (
  reply: FastifyReply,
  tree: Tree,
  clock: Clock,
  fault: Fault,
  extra: Readonly<Record<string, unknown>> = {},
) => {
  const { request } = reply;
  // An overload is thousands of lines, and counted elsewhere.
  if (fault.http !== 503) request.log.info({ code: fault.code, status: fault.http }, 'refused');
  return send(reply, fault.http, {
    detail: fault.detail,
    ...(tree === 'gate' && { status: fault.http }),
    code: fault.code,
    ...extra,
    path: pathOf(request),
    timestamp: timeOf(clock.now()),
    trace: request.id,
  });
};
