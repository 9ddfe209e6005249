import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../kit/clock.ts';
import { emptyAccount } from './account-form.ts';
import type { Fault, Kept } from './card-form.ts';
import { bringsKey, echoOf } from './challenge-key.ts';
import { destinationOf } from './destination.ts';
import { contentPolicy } from './headers.ts';
import { type AccountParts, accountPage } from './pages/account.ts';
import { challengePage } from './pages/challenge.ts';
import { checkingPage } from './pages/checking.ts';
import { endedPage } from './pages/ended.ts';
import { formPage } from './pages/form.ts';
import { offerPage } from './pages/offer.ts';
import { otpPage } from './pages/otp.ts';
import { qrPage } from './pages/qr.ts';
import { sitePage } from './pages/site.ts';
import { type AccountScene, type OtpScene, type SiteScene, sceneOf } from './scene.ts';
import type { Visit } from './visit.ts';

interface FormState {
  readonly faults: readonly Fault[];
  readonly kept: Kept;
  readonly alert?: string;
  readonly note?: string;
}

const send = (reply: FastifyReply, text: string) => reply.type('text/html; charset=utf-8').send(text);

/** Answers with the card form, with what is wrong with it if anything is. */
export const presentForm = (visit: Visit, reply: FastifyReply, now: number, form: FormState) => {
  const { faults, kept, alert = null, note = null } = form;
  return send(reply, formPage({ ...visit, now, faults, kept, alert, note, cancels: visit.site.cancels }));
};

/** Answers with the page of the one-time code, with what is wrong if anything is besides a code that was not right. */
export const presentOtp = (
  visit: Visit,
  reply: FastifyReply,
  now: number,
  scene: OtpScene,
  { malformed = false, alert = null }: { malformed?: boolean; alert?: string | null } = {},
) => send(reply, otpPage({ visit, scene, now, malformed, alert }));

/** Answers that there is no code to scan yet. `alert`: why it was not tried once more. */
export const presentOffer = (visit: Visit, reply: FastifyReply, alert: string | null = null) =>
  send(reply, offerPage(visit, alert));

/** Answers with the form for a bank account, with what is wrong with it if anything is. */
export const presentAccount = (
  visit: Visit,
  reply: FastifyReply,
  now: number,
  { scheme, earlier }: AccountScene,
  { faults = [], kept = emptyAccount, alert }: Partial<Pick<AccountParts, 'faults' | 'kept' | 'alert'>> = {},
) => {
  const { words } = visit;
  const told = earlier === null ? null : earlier === 'not_sent' ? words.notSent : words.account.notUsable;
  return send(reply, accountPage({ visit, scheme, now, faults, kept, alert: alert ?? told }));
};

/** Answers with the page that sends the payer to a site; `isBack`: with the one that waits after that. */
export const presentSite = (visit: Visit, reply: FastifyReply, now: number, scene: SiteScene, isBack = false) =>
  send(reply, sitePage(visit, scene, now, isBack));

/** Answers with the page that the payment's state calls for. */
export const presentState = (
  visit: Visit,
  request: FastifyRequest,
  reply: FastifyReply,
  { clock, secure }: { clock: Clock; secure: boolean },
) => {
  const { words, view, content, place } = visit;
  const scene = sceneOf(view);
  switch (scene.kind) {
    case 'form': {
      const { earlier } = scene;
      const alert = { not_sent: words.notSent, declined: words.cardNotUsable };
      const told =
        earlier === 'abandoned' ? { note: words.notConfirmed } : earlier === null ? {} : { alert: alert[earlier] };
      return presentForm(visit, reply, clock.now(), { faults: [], kept: { expiry: '', holder: '' }, ...told });
    }
    case 'account':
      return presentAccount(visit, reply, clock.now(), scene);
    case 'challenge': {
      const { attempt, challenge } = scene;
      const url = new URL(challenge.url);
      if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error('a challenge is no web page');
      const echo = echoOf(attempt.sentReference, bringsKey(request, secure));
      reply.header('content-security-policy', contentPolicy(url.origin));
      return send(reply, challengePage(words, view, content, place, challenge, echo, visit.site.cancels));
    }
    case 'otp':
      return presentOtp(visit, reply, clock.now(), scene);
    case 'qr':
      return send(reply, qrPage(visit, scene, clock.now()));
    case 'site':
      return presentSite(visit, reply, clock.now(), scene);
    case 'offer':
      return presentOffer(visit, reply);
    case 'checking':
      return send(reply, checkingPage(words, view, content, place));
    case 'ended': {
      const exit = destinationOf(visit.site.exit(visit.shop, view, visit.address));
      // A browser may be here on the heels of a form, and Chrome holds that form's policy against every redirect that
      // follows. So browsers leave from a page; whatever else asks is redirected.
      const browses = request.headers.accept?.includes('text/html') === true;
      if (exit?.redirects && !browses) return reply.redirect(exit.url, 303);
      return send(reply, endedPage(words, view, content, scene.outcome, exit));
    }
  }
};
