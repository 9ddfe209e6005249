import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiParts } from '../../gateway/api.ts';
import { keyOf } from './authenticate.ts';
import { fieldsOfForm, readBody } from './body.ts';
import { api } from './call.ts';
import { hashesAt, isRight } from './checksum.ts';
import { Fields } from './fields.ts';
import { page, scriptSource } from './leaving.ts';
import { settingsOf } from './settings.ts';

/** Where mobile kits have browsers come back to (section 7.4). */
export const landingPath = '/transaction/InvoiceAppFrontEndServlet';

/** What the kits' parsers must find, blank if unknown; a missing key fails them. */
const needed = [
  'trackingid',
  'status',
  'firstName',
  'lastName',
  'checksum',
  'desc',
  'currency',
  'amount',
  'tmpl_currency',
  'tmpl_amount',
  'timestamp',
  'resultCode',
  'resultDescription',
  'custEmail',
  'paymentMode',
  'paymentBrand',
  'paymentId',
  'merchantTransactionId',
  'descriptor',
] as const;

/** Hands one text to the app, by whichever of the two bridges is there. */
const script = `const json = document.getElementById('result').textContent.trim();
if (window.android && window.android.paymentResultListener) window.android.paymentResultListener(json);
const handlers = window.webkit && window.webkit.messageHandlers;
if (handlers && handlers.callbackHandler) handlers.callbackHandler.postMessage(json);`;

/** Whether the values are those that were sent to the shop: C12 with the key of the member that they name. */
const isOurs = async (parts: Pick<ApiParts, 'directory' | 'drawer' | 'clock'>, sent: Fields): Promise<boolean> => {
  const memberId = sent.get('memberId') ?? '';
  const shop = /^\d{1,10}$/.test(memberId) ? await parts.directory.shopNamed(api, memberId) : undefined;
  const key = shop && (await keyOf(parts, shop));
  const checksum = sent.get('checksum');
  if (key === undefined || checksum === undefined) return false;
  const said = (name: string) => sent.get(name);
  const about = { order: said('merchantTransactionId'), amount: said('amount'), status: said('status'), K: key };
  const taken = hashesAt(settingsOf(shop!), parts.clock.now());
  return isRight(checksum, ['C12'], { ...about, id: said('paymentId') ?? 'null' }, taken);
};

/** A JSON text inside a page: no sign of it can end the element. */
const inPage = (value: object): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/** The page that hands the result of a payment to a mobile app. It shows nothing that we did not send (section 7.4). */
export const landing = (
  app: FastifyInstance,
  parts: Pick<ApiParts, 'directory' | 'drawer' | 'clock'>,
  types: WeakMap<FastifyRequest, string>,
): void => {
  const show = async (request: FastifyRequest, reply: FastifyReply) => {
    const query = fieldsOfForm(request.url.split(/\?(.*)/s)[1] ?? '');
    const body = Buffer.isBuffer(request.body) ? await readBody(request.body, types.get(request) ?? '') : query;
    const sent = typeof body === 'string' ? new Fields(new Map()) : body;
    if (!(await isOurs(parts, sent))) return page(reply.code(400), '', '<h1>20017</h1>', 'Payment');
    const result: Record<string, string> = Object.fromEntries(needed.map((name) => [name, sent.get(name) ?? '']));
    for (const name of ['cardBin', 'cardLast4Digits']) {
      const value = sent.get(name);
      if (value !== undefined) result[name] = value;
    }
    const data = `<script type="application/json" id="result">${inPage(result)}</script>`;
    return page(reply, `script-src ${scriptSource(script)}`, `${data}\n<script>${script}</script>`, 'Payment');
  };
  app.get(landingPath, show);
  app.post(landingPath, show);
};
