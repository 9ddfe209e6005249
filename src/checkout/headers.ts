import type { FastifyReply } from 'fastify';

/**
 * The content policy of a page. Chrome holds `form-action` against every redirect that follows a form, so whatever
 * answers a form of ours must stay on our origin; `formTarget` (an origin) is for the form that goes to the issuer.
 */
export const contentPolicy = (formTarget?: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    `form-action 'self'${formTarget ? ` ${formTarget}` : ''}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

const denied = ['camera', 'display-capture', 'geolocation', 'microphone', 'payment', 'usb'];

/** Headers that every answer carries. Pages are never kept anywhere, never framed, and name themselves to nobody. */
export const harden = (reply: FastifyReply, secure: boolean): void => {
  reply.headers({
    'content-security-policy': contentPolicy(),
    'x-frame-options': 'DENY',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': denied.map((feature) => `${feature}=()`).join(', '),
  });
  if (secure) reply.header('strict-transport-security', 'max-age=31536000');
};
