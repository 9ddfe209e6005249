import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { apis } from './apis/index.ts';
import type { demoShop } from './demo/index.ts';
import type { Installation } from './installation.ts';
import { newId } from './kit/ids.ts';
import { hashPassword } from './kit/password.ts';
import { Secret } from './kit/secret.ts';
import { sandboxRoute } from './routes.ts';

const clientId = 'demo';

const newKey = (): Secret => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
};

/** Nobody's: in sandbox mode no bank is asked. */
const demoFpsId = '9990001';

/** At the shop's counter. */
const terminalId = '12345678';

const newSecret = (): Secret => new Secret(randomBytes(24).toString('base64url'));

const shopName = 'Lantern & Leaf';

/** No merchant of this installation is likely to have asked for it. */
const serviceId = 100_001;
const login = 'demo';

const ensureSpiral = async ({ store, vault, clock }: Installation) => {
  const api = apis.find(({ name }) => name === 'spiral')!;
  const key = await vault.drawer.ensure('demo:spiral-key', newKey);
  const privateKey = createPrivateKey(key.reveal());
  const { administration, directory } = store;
  const known = await directory.shop(api.name, clientId);
  const gatewayPublicKey = createPublicKey(await api.publicKey!(vault.drawer));
  const client = { clientId, privateKey, gatewayPublicKey };
  const settings = api.settings({ fpsId: demoFpsId });
  if (known) {
    // An installation may be older than wallets and FPS. What else was switched stays.
    if (typeof known.settings.fpsId !== 'string') {
      const { types, fpsId } = settings;
      await administration.changeShop(known.id, { settings: { ...known.settings, types, fpsId } });
    }
    await ensureTerminal(store.terminals, known, clock.now());
    return { client, merchantId: known.merchantId };
  }
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) as string;
  const now = clock.now();
  const { id: merchantId } = await administration.addMerchant(shopName, now);
  const shop = {
    merchantId,
    api: api.name,
    wireName: clientId,
    settings,
    routes: [sandboxRoute],
    now,
  };
  const { shopId } = await administration.ensureShop(shop);
  await administration.addPublicKey(shopId, publicKey, now);
  await ensureTerminal(store.terminals, { id: shopId, merchantId }, now);
  return { client, merchantId };
};

/** The terminal at the counter; one that an operator disabled stays so. */
const ensureTerminal = async (
  terminals: Installation['store']['terminals'],
  { id: shopId, merchantId }: { readonly id: string; readonly merchantId: number },
  now: number,
): Promise<void> => {
  const known = (await terminals.list(shopId)).some(({ number }) => number === terminalId);
  const { account } = sandboxRoute;
  if (!known) await terminals.add({ merchantId, id: newId(merchantId, now), shopId, account, number: terminalId }, now);
};

/** The callback goes to where the shop is now: the port may be another one than at the last start. */
const ensureGlobalpay = async ({ store, vault, clock }: Installation, merchantId: number, apiUrl: string) => {
  const api = apis.find(({ name }) => name === 'globalpay')!;
  const { administration, logins } = store;
  const password = await vault.drawer.ensure('demo:globalpay-password', newSecret);
  const callbackSecret = await vault.drawer.ensure(`globalpay:callback:${serviceId}`, newSecret);
  const callbackUrl = `${apiUrl}/demo/hooks/globalpay`;
  const settings = api.settings({ name: shopName, callbackUrl, callbackAuth: 'signature' });
  const now = clock.now();
  const shop = { merchantId, api: api.name, wireName: String(serviceId), settings, routes: [sandboxRoute], now };
  const { shopId, made } = await administration.ensureShop(shop);
  if (!made) await administration.changeShop(shopId, { settings });
  if (!(await logins.find(api.name, login))) {
    const hash = await hashPassword(password.reveal());
    await administration.setLogin({ merchantId, api: api.name, name: login, hash, now });
  }
  return { login, serviceId, password: () => password.reveal(), callbackSecret: () => callbackSecret.reveal() };
};

const storeName = 'demo';

/** The store that clients of BIG FISH have built in, with its public key, and what their tests buy there. */
const publicStore = {
  name: 'sdk_test',
  apiKey: '86af3-80e4f-f8228-9498f-910ad',
  settings: {
    providers: {
      Borgun2: { currencies: ['HUF'] },
      OTPSimple: { currencies: ['HUF', 'EUR'] },
      MKBSZEP: {},
      Saferpay: { currencies: ['EUR'] },
      BBAruhitel: {},
      CIB: {},
    },
    legacyEncodedCommonData: true,
  },
};

const ensureBigfish = async ({ store, vault, clock }: Installation, merchantId: number) => {
  const api = apis.find(({ name }) => name === 'bigfish')!;
  const { administration, logins } = store;
  const apiKey = await vault.drawer.ensure('demo:bigfish-key', newSecret);
  const now = clock.now();
  const ensureStore = async (wireName: string, key: string, raw: Readonly<Record<string, unknown>>) => {
    const settings = api.settings(raw);
    await administration.ensureShop({ merchantId, api: api.name, wireName, settings, routes: [sandboxRoute], now });
    const { login } = await api.credential({ 'store-name': wireName, 'api-key': key }, true);
    if ((await logins.find(api.name, wireName))?.hash !== login!.hash) {
      await administration.setLogin({ merchantId, api: api.name, ...login!, now });
    }
  };
  await ensureStore(storeName, apiKey.reveal(), { name: shopName });
  await ensureStore(publicStore.name, publicStore.apiKey, publicStore.settings);
  return { storeName, apiKey: () => apiKey.reveal() };
};

const memberId = '10042';

const ensureTransactionServices = async ({ store, vault, clock }: Installation, merchantId: number) => {
  const api = apis.find(({ name }) => name === 'transaction-services')!;
  const { administration, logins } = store;
  const newKey = () => new Secret(randomBytes(24).toString('hex'));
  const key = await vault.drawer.ensure('demo:transaction-services-key', newKey);
  const now = clock.now();
  const [username, partnerId, totype] = ['demo.shop', '77', 'Demo'];
  const options = { 'member-id': memberId, 'secret-key': key.reveal(), username, 'partner-id': partnerId, totype };
  const { login, settings: own, secrets } = await api.credential(options, true);
  const settings = api.settings({ ...own, companyName: shopName });
  await administration.ensureShop({
    merchantId,
    api: api.name,
    wireName: memberId,
    settings,
    routes: [sandboxRoute],
    now,
  });
  if ((await logins.find(api.name, username))?.hash !== login!.hash) {
    for (const [name, secret] of Object.entries(secrets)) await vault.drawer.put(name, secret);
    await administration.setLogin({ merchantId, api: api.name, ...login!, now });
  }
  return { memberId, username, partnerId, totype, key: () => key.reveal() };
};

/** The demo merchant with its shops, made at the first start, and what the demo shop needs to buy there. */
export const demoParts = async (
  installation: Installation,
  apiUrl: string,
): Promise<Parameters<typeof demoShop>[0]> => {
  const { settings, log } = installation;
  const spiral = await ensureSpiral(installation);
  const globalpay = await ensureGlobalpay(installation, spiral.merchantId, apiUrl);
  const bigfish = await ensureBigfish(installation, spiral.merchantId);
  const transactionServices = await ensureTransactionServices(installation, spiral.merchantId);
  const terminal = { merchantId: sandboxRoute.account, terminalId };
  return {
    apiUrl,
    publicUrl: settings.publicUrl,
    spiral: spiral.client,
    terminal,
    globalpay,
    bigfish,
    transactionServices,
    log,
  };
};
