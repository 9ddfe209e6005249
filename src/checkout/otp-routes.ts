import type { FastifyInstance, FastifyReply } from 'fastify';
import type { PageResult } from '../gateway/gateway.ts';
import { type Desk, isForeign } from './desk.ts';
import { choicesOf, isOutOfTurn, readCode, turnOf } from './otp-form.ts';
import { presentOtp } from './present.ts';
import { type OtpScene, sceneOf } from './scene.ts';
import type { Visit } from './visit.ts';

/** A code is a few digits. */
const bodyLimit = 1_024;

/** The code that is awaited after a command, if one still is. */
const sceneAfter = ({ view }: PageResult): OtpScene | undefined => {
  const scene = sceneOf(view);
  return scene.kind === 'otp' ? scene : undefined;
};

/** The routes of the one-time code: to send it, to have another one texted, and to take another card instead. */
export const otpRoutes = (app: FastifyInstance, { site, parts, limited, withVisit, toPage }: Desk): void => {
  const { gateway, clock } = parts;

  /** The page as it stands after a command that did nothing, and why it did not. */
  const tell = (visit: Visit, reply: FastifyReply, { view }: PageResult, scene: OtpScene, alert: string) =>
    presentOtp({ ...visit, view }, reply, clock.now(), scene, { alert });

  app.post(
    `${site.path}/otp`,
    limited(bodyLimit),
    withVisit(async (visit, request, reply) => {
      const scene = sceneOf(visit.view);
      if (scene.kind !== 'otp' || isForeign(request) || isOutOfTurn(request.body, scene)) return toPage(reply, visit);
      const code = readCode(request.body, scene.otp.digitCount);
      if (code === undefined) return presentOtp(visit, reply.code(422), clock.now(), scene, { malformed: true });
      const { sentReference } = scene.attempt;
      const result = await gateway.resume(
        visit.shop,
        visit.view.payment.id,
        { sentReference, answer: { code }, oneTimeKey: null },
        { patienceMs: site.patienceMs },
      );
      const after = sceneAfter(result);
      // Neither a try nor an end came of it: the code did not get through.
      const isLost = after !== undefined && turnOf(after) === turnOf(scene);
      if (!isLost) return toPage(reply, visit, result);
      return tell(visit, reply.code(503), result, after, visit.words.otp.notSent);
    }),
  );

  app.post(
    `${site.path}/otp/resend`,
    limited(bodyLimit),
    withVisit(async (visit, request, reply) => {
      const scene = sceneOf(visit.view);
      if (scene.kind !== 'otp' || isForeign(request) || isOutOfTurn(request.body, scene)) return toPage(reply, visit);
      const result = await gateway.resend(visit.shop, visit.view.payment.id);
      const after = sceneAfter(result);
      if (!result.refusal || !after) return toPage(reply, visit, result);
      if (result.refusal.reason === 'busy') return tell(visit, reply.code(503), result, after, visit.words.busy);
      const { resendLeftMs } = choicesOf(result.view, after, clock.now());
      const { tooSoon, noMore } = visit.words.otp;
      const why = resendLeftMs === null ? noMore : tooSoon(Math.max(1, Math.ceil(resendLeftMs / 1_000)));
      return tell(visit, reply.code(422), result, after, why);
    }),
  );

  app.post(
    `${site.path}/again`,
    limited(bodyLimit),
    withVisit(async (visit, request, reply) => {
      if (sceneOf(visit.view).kind !== 'otp' || isForeign(request)) return toPage(reply, visit);
      return toPage(reply, visit, await gateway.again(visit.shop, visit.view.payment.id));
    }),
  );
};
