import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { View } from '../../core/model.ts';
import type { ApiParts } from '../../gateway/api.ts';
import { textOf } from './amount.ts';
import type { FollowKind } from './answers.ts';
import { remarkOf } from './answers.ts';
import { keyOf } from './authenticate.ts';
import { readBody } from './body.ts';
import { api, type Call, isFault } from './call.ts';
import { checksumOf, type Hash, hashesAt, isRight } from './checksum.ts';
import { paymentOf } from './claims.ts';
import { type Code, descriptions } from './codes.ts';
import { Fields } from './fields.ts';
import { followHandler } from './follow.ts';
import { settingsOf } from './settings.ts';
import { type LongStatus, statusOf } from './status.ts';
import { type Answer, ordered } from './write.ts';

/** The older JSON API, which a checksum alone guards (section 6.21). */
const root = '/transactionServices/RESTful/DirectTransaction';

const words: Readonly<Partial<Record<LongStatus, string>>> = {
  authsuccessful: 'Authorised',
  capturesuccess: 'Captured',
  reversed: 'Refunded',
  authcancelled: 'Cancelled',
  authfailed: 'Declined',
};

const kinds: Readonly<Record<string, FollowKind>> = { capture: 'capture', cancel: 'release', refund: 'refund' };

const answerOf = (fields: Fields, status: string, statusDescription: string, view?: View): Answer => ({
  trackingId: fields.get('trackingId') ?? '',
  description: fields.get('description') ?? '',
  status,
  statusDescription,
  authAmount: view ? textOf(view.payment.amountMinor, view.payment.currency) : '',
  capturedAmount: view ? textOf(view.payment.capturedMinor, view.payment.currency) : '',
  remark: view ? remarkOf(view) : '',
});

/** CP, RV or RF of the newer API, in the name of a member whose checksum was right. */
const followed = async (
  parts: ApiParts,
  fields: Fields,
  kind: FollowKind,
  { key, hash }: { readonly key: string; readonly hash: Hash },
  ip: string,
): Promise<Code | undefined> => {
  const [memberId, id, amount] = ['toId', 'trackingId', 'amount'].map((name) => fields.get(name)) as [
    string,
    string,
    string?,
  ];
  const about = { member: memberId, K: key, id, amount };
  const values = new Map([
    ['authentication.memberId', memberId],
    ['authentication.checksum', checksumOf(kind === 'release' ? 'C3' : 'C2', about, hash) ?? ''],
    ...(amount === undefined ? [] : ([['amount', amount]] as const)),
  ]);
  const shop = (await parts.directory.shopNamed(api, memberId))!;
  const bearer = { role: 'partner', login: '', partnerId: settingsOf(shop).partnerId } as const;
  const call: Call = { parts, fields: new Fields(values), bearer, token: undefined, id, ip };
  const came = await followHandler(kind)(call);
  if (isFault(came)) return came.codes[0];
  return came.transactionStatus === 'N' ? ((came.result as Answer).code as Code) : undefined;
};

const run = async (parts: ApiParts, action: string, fields: Fields, ip: string): Promise<Answer> => {
  const refused = (code: Code) => answerOf(fields, 'N', descriptions[code]);
  const [memberId, orderId, id] = ['toId', 'description', 'trackingId'].map((name) => fields.get(name));
  if (memberId === undefined || !/^\d{1,10}$/.test(memberId)) return refused('30001');
  const shop = await parts.directory.shopNamed(api, memberId);
  const key = shop && (await keyOf(parts, shop));
  if (!shop || key === undefined) return refused('20017');
  const taken = hashesAt(settingsOf(shop), parts.clock.now());
  const about = { member: memberId, order: orderId, id, K: key };
  if (!isRight(fields.get('checkSum') ?? '', ['C22'], about, taken)) return refused('20017');
  const view = /^\d{1,20}$/.test(id!) ? await paymentOf(parts, shop, id!) : undefined;
  if (!view || view.operations[0]!.reference !== orderId) return refused('20044');
  if (action === 'status') {
    const status = statusOf(view);
    return answerOf(fields, status, words[status] ?? status, view);
  }
  const kind = kinds[action];
  // Without a token, and with a checksum that is always the same, a message that somebody saw could be sent again.
  if (!kind || !settingsOf(shop).legacyWrites) return refused('20052');
  const refusal = await followed(parts, fields, kind, { key, hash: taken[0] }, ip);
  if (refusal) return refused(refusal);
  return answerOf(fields, 'Y', 'Successful', (await parts.gateway.find(shop, view.payment.id)) ?? view);
};

/** `status`, and where a member's switch allows them, `capture`, `cancel` and `refund`. */
export const legacyRoutes = (app: FastifyInstance, parts: ApiParts): void => {
  for (const action of ['status', ...Object.keys(kinds), 'transaction']) {
    app.post(`${root}/${action}`, async (request: FastifyRequest, reply) => {
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const read = await readBody(bytes, 'application/json');
      const fields = typeof read === 'string' ? new Fields(new Map()) : read;
      const answer = await run(parts, action, fields, request.ip);
      return reply
        .headers({ 'cache-control': 'no-cache', pragma: 'no-cache' })
        .type('application/json;charset=utf-8')
        .send(JSON.stringify(ordered(answer)));
    });
  }
};
