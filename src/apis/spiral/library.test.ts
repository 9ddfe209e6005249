import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { libraryText, webViewScriptText } from './library.ts';

const sessionId = 'MPGS9ab3c7e4testmart+INV-20260117-01';
const page = 'https://pay.example/pay/MPGS9ab3c7e4testmart%2BINV-20260117-01';

interface Library {
  init(sessionId?: unknown, options?: object): void;
  pay(): void;
  redirectToPay(sessionId: string, options?: object): void;
  configure(): void;
  errorCallback(error: unknown): void;
}

/** The library in a page whose scripts have these addresses; the first of them is the one that runs. */
const browser = (own: string | null, others: string[] = [], search = '') => {
  const went: string[] = [];
  const logged: unknown[] = [];
  const scripts = [...(own ? [own] : []), ...others].map((src) => ({ src }));
  const window: Record<string, unknown> = {
    location: { assign: (url: string) => went.push(url), search },
    document: { currentScript: own === null ? null : { src: own }, getElementsByTagName: () => scripts },
    console: { error: (error: unknown) => logged.push(error) },
  };
  window.window = window;
  window.self = window;
  const context = createContext(window);
  runInContext(libraryText, context);
  return { library: window.SpiralPG as Library, went, logged, context };
};

const fromOwnHost = () => browser('https://pay.example/js/v2/spiralpg.min.js');

test('init and pay leave for the page on the host of the script (section 11)', () => {
  const { library, went } = fromOwnHost();
  library.init(sessionId, { locale: 'zh_HK' });
  assert.deepEqual(went, []);
  library.pay();
  library.init('UP00000000testmart+X');
  library.pay();
  assert.deepEqual(went, [`${page}?locale=zh_HK`, 'https://pay.example/pay/UP00000000testmart%2BX?locale=en_US']);
});

test('redirectToPay is both in one call (section 11)', () => {
  const { library, went } = fromOwnHost();
  library.redirectToPay(sessionId, { locale: 'zh_CN' });
  assert.deepEqual(went, [`${page}?locale=zh_CN`]);
});

test('an unknown or absent locale is en_US (section 11)', () => {
  for (const options of [undefined, {}, { locale: 'fr_FR' }, { locale: 'zh_HK&x=1' }, { locale: null }]) {
    const { library, went } = fromOwnHost();
    library.redirectToPay(sessionId, options);
    assert.deepEqual(went, [`${page}?locale=en_US`]);
  }
});

test('pay before init, or without an id, throws (section 11)', () => {
  const { library, went } = fromOwnHost();
  assert.throws(() => library.pay(), /init/);
  for (const id of ['', undefined, null, 7]) {
    library.init(id);
    assert.throws(() => library.pay(), /init/);
  }
  assert.deepEqual(went, []);
});

test('leftovers of version 1 are there (section 11)', () => {
  const { library, logged } = fromOwnHost();
  library.configure();
  library.errorCallback('oops');
  assert.deepEqual(logged, ['oops']);
});

test('a script that was added later is found by its name (section 11)', () => {
  const others = [
    'https://cdn.example/jquery.js',
    'https://pay.example/js/v2/spiralpg.min.js?v=2',
    'https://cdn.example/x.js',
  ];
  for (const own of [null, 'https://cdn.example/bundle.js']) {
    const { library, went } = browser(own, others);
    library.redirectToPay(sessionId);
    assert.deepEqual(went, [`${page}?locale=en_US`]);
  }
});

test('it is a module under CommonJS and AMD (section 11)', () => {
  const common = createContext({ module: { exports: {} } });
  runInContext(libraryText, common);
  assert.equal(typeof (common.module as { exports: Library }).exports.pay, 'function');
  let defined: Library | undefined;
  const define = Object.assign((_needs: unknown, factory: () => Library) => (defined = factory()), { amd: {} });
  runInContext(libraryText, createContext({ define }));
  assert.equal(typeof defined!.pay, 'function');
});

test('the web view goes straight on, marked as one (section 13)', () => {
  const search = `?sessionID=${encodeURIComponent(sessionId)}&locale=zh_TW`;
  const { went, context } = browser('https://pay.example/js/v2/spiralpg.min.js', [], search);
  runInContext(webViewScriptText, context);
  assert.deepEqual(went, [`${page}?locale=zh_TW&view=app`]);
});
