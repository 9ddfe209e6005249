import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { minorOf } from './amount.ts';
import { heldCards, type Terminal } from './terminal.ts';
import { terminalPage } from './terminal-page.ts';

type OnRequest = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** The addresses of the shop's counter. */
export const terminalRoutes = (app: FastifyInstance, terminal: Terminal, onRequest: OnRequest): void => {
  const page = (reply: FastifyReply, problem: string | null = null) =>
    reply
      .code(problem ? 400 : 200)
      .type('text/html; charset=utf-8')
      .send(terminalPage(terminal, problem));
  const done = (reply: FastifyReply) => reply.redirect('/demo/terminal', 303);
  const formOf = (request: FastifyRequest) => new URLSearchParams(request.body as string);

  app.get('/demo/terminal', (_request, reply) => page(reply));

  app.post('/demo/terminal/take', { onRequest }, async (request, reply) => {
    const form = formOf(request);
    const cmd = form.get('cmd');
    const amountMinor = minorOf(form.get('amount') ?? '');
    const card = heldCards.find(({ name }) => name === form.get('card'));
    if (amountMinor === undefined) return page(reply, 'Give an amount such as 68.50.');
    if (!card || (cmd !== 'SALE' && cmd !== 'REFUND')) return page(reply, 'Pick a card, and sale or refund.');
    await terminal.take(cmd, amountMinor, card);
    return done(reply);
  });

  app.post('/demo/terminal/undo', { onRequest }, async (request, reply) => {
    const form = formOf(request);
    const cmd = form.get('cmd');
    if (cmd !== 'VOID' && cmd !== 'REVERSAL') return page(reply, 'Void it, or take it back.');
    await terminal.undo(cmd, form.get('trace') ?? '');
    return done(reply);
  });

  app.post('/demo/terminal/settle', { onRequest }, async (_request, reply) => {
    await terminal.settle();
    return done(reply);
  });
};
