import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { escaped } from '../../kit/escaped.ts';

/** Hidden fields of a form. */
export const hidden = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
    .join('\n');

/** Source of a page's only script, as its policy names it. */
export const scriptSource = (script: string): string =>
  `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

/** A page that is kept nowhere and framed by nobody; `allows` are directives beside that. */
export const page = (reply: FastifyReply, allows: string, body: string, title: string) =>
  reply
    .headers({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': `default-src 'none'; frame-ancestors 'none'; base-uri 'none'${allows && `; ${allows}`}`,
    })
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head><body>\n${body}\n</body></html>`,
    );

/** The shop's address with the parameters behind its own query. */
export const withFields = (url: string, fields: Readonly<Record<string, string>>): string => {
  const [base, fragment] = url.split(/#(.*)/s) as [string, string?];
  const query = new URLSearchParams(fields).toString();
  return `${base}${base.includes('?') ? '&' : '?'}${query}${fragment === undefined ? '' : `#${fragment}`}`;
};

const submits = "document.getElementById('return').submit()";

/** A form to the shop that submits itself, and a button for browsers without scripts (section 7.5). */
export const leave = (reply: FastifyReply, url: string, fields: Readonly<Record<string, string>>) =>
  page(
    reply,
    // Shops redirect what they are posted, and browsers hold the policy against every step of that.
    `script-src ${scriptSource(submits)}; form-action http: https:`,
    `<form id="return" method="post" action="${escaped(url)}">\n${hidden(fields)}\n<button>Back to the shop</button></form>\n<script>${submits}</script>`,
    'Back to the shop',
  );
