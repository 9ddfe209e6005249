import type { FastifyReply } from 'fastify';

/** How long a line is held on which no answer will ever come. */
const heldMs = 60_000;

/** Lines on which no answer ever comes: dropped when the caller hangs up, when time is over or when the host stops. */
export const heldLines = (ms = heldMs) => {
  const held = new Set<FastifyReply>();
  return {
    hold: (reply: FastifyReply): FastifyReply => {
      reply.hijack();
      held.add(reply);
      const timer = setTimeout(() => reply.raw.destroy(), ms);
      reply.raw.once('close', () => {
        clearTimeout(timer);
        held.delete(reply);
      });
      return reply;
    },
    dropAll: () => {
      for (const reply of held) reply.raw.destroy();
    },
  };
};

/** The line breaks before a byte of the answer is out. */
export const cut = (reply: FastifyReply): FastifyReply => {
  reply.hijack();
  reply.raw.destroy();
  return reply;
};
