import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { faceOf } from '../core/cards.ts';
import type { CheckoutSite } from '../gateway/api.ts';
import type { CardDetails } from '../gateway/ports.ts';
import { readAccountForm } from './account-form.ts';
import { readCardForm } from './card-form.ts';
import { readEcho } from './challenge-key.ts';
import { deskOf, isForeign, type RouteParts } from './desk.ts';
import { destinationOf } from './destination.ts';
import { otpRoutes } from './otp-routes.ts';
import { addressOf } from './place.ts';
import { presentAccount, presentForm, presentOffer, presentSite, presentState } from './present.ts';
import { type AccountScene, receivedSoFar, type Scene, sceneOf } from './scene.ts';
import { type Visit, visitOf } from './visit.ts';

/** A card form is some 200 bytes; what an issuer sends back may be some kilobytes. */
const bodyLimits = { form: 4_096, return: 65_536 };

/**
 * Whether the page takes this card now. While a code is awaited, another card may take the place of the first; the same
 * one is a form that was sent twice, and would cost another text.
 */
const takesCard = (scene: Scene, { number, expiry }: CardDetails): boolean => {
  if (scene.kind !== 'otp') return scene.kind === 'form';
  const face = faceOf(number.reveal(), expiry);
  const before = scene.attempt.card;
  return face.first6 !== before?.first6 || face.last4 !== before.last4 || face.expiry !== before.expiry;
};

/** The routes of the checkout under one site's path. The query of the page is kept on all of them. */
export const siteRoutes =
  (site: CheckoutSite, parts: RouteParts): FastifyPluginAsync =>
  async (app) => {
    const desk = deskOf(site, parts);
    const { limited, withVisit, toPage } = desk;
    const { gateway, clock } = parts;

    const takeAccount = async (visit: Visit, request: FastifyRequest, reply: FastifyReply, scene: AccountScene) => {
      const { shop, view, words, content } = visit;
      const form = readAccountForm(request.body, scene.scheme, content.test);
      const again = (status: number, more: Parameters<typeof presentAccount>[4]) =>
        presentAccount(visit, reply.code(status), clock.now(), scene, { kept: form.kept, ...more });
      if (form.kind === 'faulty') return again(422, { faults: form.faults });
      const page = { patienceMs: site.patienceMs, initiator: 'payer' } as const;
      const result = await gateway.debit(shop, view, form.account, page);
      switch (result.refusal?.reason) {
        case 'no_route':
        case 'limit_exceeded':
          return again(422, { alert: words.account.notUsable });
        case 'busy':
          return again(503, { alert: words.busy });
        default:
          return toPage(reply, visit, result);
      }
    };

    app.get(
      site.path,
      withVisit(async (visit, request, reply) => presentState(visit, request, reply, parts)),
    );

    app.post(
      site.path,
      limited(bodyLimits.form),
      withVisit(async (visit, request, reply) => {
        const scene = sceneOf(visit.view);
        if (scene.kind === 'account' && !isForeign(request)) return takeAccount(visit, request, reply, scene);
        if ((scene.kind !== 'form' && scene.kind !== 'otp') || isForeign(request)) return toPage(reply, visit);
        const { storedCard } = visit;
        if (storedCard && scene.kind === 'form') {
          const result = await gateway.perform(
            visit.shop,
            visit.view,
            { stored: storedCard, code: null },
            {
              returnUrl: parts.publicUrl + addressOf(visit.place, '/return'),
              patienceMs: site.patienceMs,
              initiator: 'payer',
            },
          );
          if (!result.refusal) return toPage(reply, visit, result);
          const isBusy = result.refusal.reason === 'busy';
          const alert = isBusy ? visit.words.busy : visit.words.cardNotUsable;
          const nothing = { faults: [], kept: { expiry: '', holder: '' } };
          return presentForm(visit, reply.code(isBusy ? 503 : 422), clock.now(), { ...nothing, alert });
        }
        const form = readCardForm(
          request.body,
          visit.view.checkout!.brands,
          clock.now(),
          parts.takesPastDate,
          parts.takesNumber,
        );
        if (form.kind === 'faulty' && scene.kind === 'otp') return toPage(reply, visit);
        if (form.kind === 'faulty') return presentForm(visit, reply.code(422), clock.now(), form);
        if (!takesCard(scene, form.card)) return toPage(reply, visit);
        const result = await gateway.submit(visit.shop, visit.view.payment.id, form.card, {
          returnUrl: parts.publicUrl + addressOf(visit.place, '/return'),
          patienceMs: site.patienceMs,
          ...(form.kept.keep && { keeps: true }),
        });
        const again = (status: number, alert: string) =>
          presentForm(visit, reply.code(status), clock.now(), { faults: [], kept: form.kept, alert });
        switch (result.refusal?.reason) {
          case 'no_route':
          case 'brand_not_accepted':
          case 'limit_exceeded':
            return again(422, visit.words.cardNotUsable);
          case 'busy':
            return again(503, visit.words.busy);
          default:
            return toPage(reply, visit, result);
        }
      }),
    );

    app.post(
      `${site.path}/cancel`,
      limited(bodyLimits.form),
      withVisit(async (visit, request, reply) => {
        if (!site.cancels || isForeign(request)) return toPage(reply, visit);
        return toPage(reply, visit, await gateway.cancel(visit.shop, visit.view.payment.id));
      }),
    );

    app.post(
      `${site.path}/offer`,
      limited(bodyLimits.form),
      withVisit(async (visit, request, reply) => {
        if (sceneOf(visit.view).kind !== 'offer' || isForeign(request)) return toPage(reply, visit);
        const { shop, view, words } = visit;
        const returnUrl = parts.publicUrl + addressOf(visit.place, '/return');
        const result = await gateway.offer(shop, view.payment.id, { patienceMs: site.patienceMs, returnUrl });
        if (result.refusal?.reason === 'busy') return presentOffer(visit, reply.code(503), words.busy);
        return toPage(reply, visit, result);
      }),
    );

    otpRoutes(app, desk);

    // The issuer's page posts here from another site, so no cookie comes along: the echo says which attempt it is about.
    app.post(
      `${site.path}/return`,
      limited(bodyLimits.return),
      withVisit(async (visit, request, reply) => {
        const scene = sceneOf(visit.view);
        if (scene.kind !== 'challenge') return toPage(reply, visit);
        const { [scene.challenge.echoField]: echo, ...rest } = (request.body ?? {}) as Record<string, unknown>;
        const named = readEcho(echo);
        if (!named) return toPage(reply, visit);
        const answer = Object.fromEntries(
          Object.entries(rest).filter((field): field is [string, string] => typeof field[1] === 'string'),
        );
        const { id } = visit.view.payment;
        return toPage(
          reply,
          visit,
          await gateway.resume(visit.shop, id, { ...named, answer }, { patienceMs: site.patienceMs }),
        );
      }),
    );

    // A site sends the payer's browser back here. What it says counts for nothing: the acquirer is asked.
    app.get(
      `${site.path}/return`,
      limited(bodyLimits.form),
      withVisit(async (visit, request, reply) => {
        const scene = sceneOf(visit.view);
        if (scene.kind !== 'site') return toPage(reply, visit);
        const { acquirer, sentReference } = scene.attempt;
        await gateway.notice(acquirer, sentReference);
        const after = await visitOf(site, request);
        const now = after && sceneOf(after.view);
        return now?.kind === 'site' ? presentSite(after!, reply, clock.now(), now, true) : toPage(reply, visit);
      }),
    );

    app.get(`${site.path}/status`, async (request, reply) => {
      const visit = await visitOf(site, request);
      if (!visit) return reply.code(404).send({ state: 'unknown', next: null });
      const { kind } = sceneOf(visit.view);
      const exit = kind === 'ended' ? destinationOf(site.exit(visit.shop, visit.view, visit.address)) : null;
      // An app link needs the page, which has a link to it as well.
      const next = exit?.redirects ? exit.url : addressOf(visit.place);
      const received = receivedSoFar(visit.view);
      return { state: kind, next, ...(received !== null && { received }) };
    });
  };
