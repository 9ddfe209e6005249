import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { ApiParts } from '../../gateway/api.ts';
import { keyOf } from './authenticate.ts';
import { memoOf } from './memo.ts';
import { returnFields } from './notice.ts';
import { paymentAt } from './pages.ts';
import { paths } from './redirect.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => escapes[sign]!);

/** The one script of the page, and its hash: nothing else may run there. */
const script = "document.getElementById('return').submit()";
const scriptHash = createHash('sha256').update(script).digest('base64');

/** A form that submits itself, and a button for browsers without scripts (section 7.5). */
const formPage = (url: string, fields: Readonly<Record<string, string>>): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Back to the shop</title></head><body>
<form id="return" method="post" action="${escaped(url)}">
${Object.entries(fields)
  .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
  .join('\n')}
<button>Back to the shop</button></form>
<script>${script}</script>
</body></html>`;

/** The shop's address with the parameters behind its own query. */
export const withFields = (url: string, fields: Readonly<Record<string, string>>): string => {
  const [base, fragment] = url.split(/#(.*)/s) as [string, string?];
  const query = new URLSearchParams(fields).toString();
  return `${base}${base.includes('?') ? '&' : '?'}${query}${fragment === undefined ? '' : `#${fragment}`}`;
};

/** Shops redirect what they are posted, and browsers hold the policy against every step of that. */
const policy = `default-src 'none'; script-src 'sha256-${scriptHash}'; form-action http: https:; frame-ancestors 'none'; base-uri 'none'`;

/** The page from which browsers leave for the shop. Nothing of it is kept anywhere: it names the payment and its payer. */
export const returnPage = (app: FastifyInstance, parts: Pick<ApiParts, 'gateway' | 'drawer' | 'clock'>): void => {
  app.get(`${paths.back}/:payment`, async (request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    });
    reply.type('text/html; charset=utf-8');
    const found = await paymentAt(parts, (request.params as { payment: string }).payment);
    const url = found ? memoOf(found.view).redirectUrl : '';
    const key = found && (await keyOf(parts, found.shop));
    if (!found || url === '' || key === undefined)
      return reply.code(404).send('<!doctype html><title>Not found</title>');
    const fields = returnFields(found.shop, found.view, key, parts.clock.now());
    if (memoOf(found.view).redirectMethod === 'GET') return reply.redirect(withFields(url, fields), 303);
    return reply.header('content-security-policy', policy).send(formPage(url, fields));
  });
};
