import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiParts, overloadCode } from '../../gateway/api.ts';
import { escaped } from '../../kit/escaped.ts';
import { traceOf } from '../../kit/trace.ts';
import { bodyTypeOf, fieldsOfForm, readBody, takeBytes } from './body.ts';
import { isFault } from './call.ts';
import { checksumsFor } from './checksum.ts';
import { type Code, resultOf } from './codes.ts';
import { Fields } from './fields.ts';
import { enter, isEntryFault, type Signed, signedBy, type Way } from './hosted.ts';
import { landing, landingPath } from './landing.ts';
import { hidden, leave, page } from './leaving.ts';
import { amountOf } from './page-fields.ts';
import { pageOf } from './redirect.ts';
import { descriptorOf, settingsOf } from './settings.ts';
import { timeText } from './write.ts';

/** The hosted page, and the name that it had before (section 1.5). */
const paths = ['/transaction/Checkout', '/transaction/PayProcessController'] as const;

/** Why no payment was begun, for whoever is there: the shop's developer or its customer. */
const problem = (reply: FastifyReply, codes: readonly Code[], status = 400) => {
  const { code, description } = resultOf(...codes);
  return page(
    reply.code(status),
    "form-action 'none'",
    `<h1>${escaped(code)}</h1><p>${escaped(description)}</p>`,
    code,
  );
};

/** Back to a shop that signed what could not be begun: no paymentId, and `null` in its place in the checksum (section 4.3). */
const refuse = (reply: FastifyReply, signed: Signed, codes: readonly Code[], now: number) => {
  const { shop, key, fields, url, orderId, amount } = signed;
  const { code, description } = resultOf(...codes);
  const said = (name: string) => fields.get(name) ?? '';
  const about = { id: 'null', order: orderId, amount, status: 'N', K: key };
  return leave(reply, url, {
    paymentId: '',
    trackingid: '',
    merchantTransactionId: orderId,
    desc: orderId,
    status: 'N',
    ...checksumsFor('C12', about, settingsOf(shop), now),
    amount,
    currency: said('currency'),
    tmpl_amount: amountOf(said('tmpl_amount')) ?? amount,
    tmpl_currency: said('tmpl_currency'),
    descriptor: descriptorOf(shop),
    firstName: said('customer.givenName'),
    lastName: said('customer.surname'),
    firstname: said('customer.givenName'),
    lastname: said('customer.surname'),
    timestamp: timeText(now),
    resultCode: code,
    resultDescription: description,
    bankCode: '',
    bankDescription: '',
    remark: '',
    paymentMode: said('paymentMode'),
    paymentBrand: said('paymentBrand'),
    cardBin: '',
    cardLast4Digits: '',
    custEmail: said('customer.email'),
    custAccountId: said('customer.customerId'),
    custMerchantId: '',
    custBankId: said('customer.bankId'),
    eci: '',
    token: '',
    registrationId: '',
    mandateId: '',
    commissionPaidToUser: '',
    // Our own page for mobile apps must know whose key the checksum is made with.
    ...(url.includes(landingPath) && { memberId: shop.wireName }),
    ...(fields.get('reservedField1') !== undefined && { reservedField1: said('reservedField1') }),
  });
};

/** Names that a choice sends again: all that the shop signed or said, but for its secret. */
const kept = (sent: Fields): Record<string, string> =>
  Object.fromEntries(
    [...sent.entries()].filter(
      ([name]) => !['mkey', 'paymentMode', 'paymentBrand', 'terminalid', 'terminalId'].includes(name),
    ),
  );

/** Which way the shopper takes: the same request again, with the mode (and brand) that was chosen. */
const choice = (reply: FastifyReply, path: string, sent: Fields, ways: readonly Way[]) => {
  const fields = hidden(kept(sent));
  const forms = ways.map(({ name, terminals: [first, ...others] }) => {
    const chosen = { paymentMode: first.mode, ...(others.length === 0 && { paymentBrand: first.brand }) };
    return `<form method="post" action="${path}">\n${fields}\n${hidden(chosen)}\n<button>${escaped(name)}</button></form>`;
  });
  return page(reply, "form-action 'self'", `<h1>How do you want to pay?</h1>\n${forms.join('\n')}`, 'Payment');
};

/** What a request says, by form or in its address. */
const sentIn = async (request: FastifyRequest, type: string): Promise<Fields | undefined> => {
  if (request.method === 'GET') return fieldsOfForm(request.url.split(/\?(.*)/s)[1] ?? '');
  if (!bodyTypeOf(type)) return undefined;
  const read = await readBody(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0), type);
  return typeof read === 'string' ? new Fields(new Map()) : read;
};

/** Section 7.4: shops send browsers here, and apps' web views. */
export const hostedRoutes =
  (parts: ApiParts): FastifyPluginAsync =>
  async (app) => {
    const types = new WeakMap<FastifyRequest, string>();
    takeBytes(app);
    landing(app, parts, types);
    app.addHook('onRequest', async (request) => {
      // Fastify takes no body without a type, so one that has none gets ours before it looks.
      types.set(request, request.headers['content-type'] ?? '');
      if (request.method === 'POST') request.headers['content-type'] = 'application/octet-stream';
    });
    app.setErrorHandler(async (error: { statusCode?: number; code?: string }, request, reply) => {
      if (error.code === overloadCode) return problem(reply, ['503'], 503);
      if (error.statusCode === 413) return problem(reply, ['413'], 413);
      if (error.statusCode === 429) return problem(reply, ['429'], 429);
      if ((error.statusCode ?? 500) < 500) return problem(reply, ['30035']);
      request.log.error(traceOf(error), 'a page failed');
      return problem(reply, ['500'], 500);
    });

    const show = async (request: FastifyRequest, reply: FastifyReply) => {
      const sent = await sentIn(request, types.get(request) ?? '');
      if (!sent) return problem(reply, ['415'], 415);
      const signed = await signedBy(parts, sent);
      if (isFault(signed)) return problem(reply, signed.codes);
      const entry = await enter(parts, signed);
      if (isEntryFault(entry)) {
        request.log.info({ codes: entry.codes.join(' ') }, 'no page');
        return refuse(reply, signed, entry.codes, parts.clock.now());
      }
      if (entry.kind === 'choice') return choice(reply, request.url.split('?', 1)[0]!, sent, entry.ways);
      return reply.header('cache-control', 'no-store').redirect(pageOf(parts, entry.view), 303);
    };

    app.get(paths[0], show);
    for (const path of paths) app.post(path, show);
  };
