import { createServer } from 'node:http';
import { after } from 'node:test';

/** How a merchant's page takes the payer to the hosted page. */
export type Way =
  /** `init` when the page is there, `pay` at the click of a button. */
  | 'pay'
  /** `redirectToPay` as soon as the library is there. */
  | 'redirectToPay'
  /** The library is loaded by a script, and `pay` is called a moment after `init`. */
  | 'loaded later';

/** Names and ids of the shop's own making: nothing in them needs escaping. */
const scripts = (libraryUrl: string, session: string, options: string): Readonly<Record<Way, string>> => ({
  pay: `<button id="go">To the till</button>
<script src="${libraryUrl}"></script>
<script>
  SpiralPG.init('${session}', ${options});
  document.querySelector('#go').onclick = function () { SpiralPG.pay(); };
</script>`,
  redirectToPay: `<script src="${libraryUrl}" onload="SpiralPG.redirectToPay('${session}', ${options.replaceAll('"', "'")})"></script>`,
  'loaded later': `<script>
  var script = document.createElement('script');
  script.crossOrigin = 'anonymous';
  script.src = '${libraryUrl}';
  script.onload = function () {
    window.SpiralPG.configure();
    window.SpiralPG.init('${session}', ${options});
    setTimeout(function () { window.SpiralPG.pay(); }, 100);
  };
  document.head.appendChild(script);
</script>`,
});

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}</html>`;

/**
 * A merchant's shop on a site of its own, with a basket that leads to the gateway, and with pages for payers who come
 * back. Isolated from other origins, as a shop may be: the library must be allowed in.
 */
export const startShop = async (libraryUrl: string) => {
  /** Addresses of this server that a browser asked for, as they came over the wire. */
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    const { pathname, searchParams } = new URL(request.url!, 'http://shop');
    const { way = 'pay', session = '', locale } = Object.fromEntries(searchParams) as Record<string, string>;
    const pages: Readonly<Record<string, string>> = {
      '/basket': page('Your basket', scripts(libraryUrl, session, JSON.stringify({ locale }))[way as Way]),
      '/done': page('Thank you', '<p>We ask the gateway whether you paid.</p>'),
      '/retry': page('Not paid', '<p>Try again?</p>'),
    };
    response.writeHead(pages[pathname] ? 200 : 404, {
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(pages[pathname]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  // Another site than 127.0.0.1 to browsers, not only another origin.
  const url = `http://localhost:${(server.address() as { port: number }).port}`;
  return {
    url,
    asked,
    basket: (session: string, { way = 'pay', locale }: { way?: Way; locale?: string } = {}) =>
      `${url}/basket?${new URLSearchParams({ way, session, ...(locale && { locale }) })}`,
  };
};
