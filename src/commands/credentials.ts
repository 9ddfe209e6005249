import { apis } from '../apis/index.ts';
import type { Api, NewCredential } from '../gateway/api.ts';
import type { Installation } from '../installation.ts';
import { sandboxRoute } from '../routes.ts';
import { type Command, Mistake, need } from './command.ts';
import { readText, withFiles, withSecrets } from './secret-file.ts';

const apiNamed = (name: string | undefined): Api => {
  const api = apis.find((known) => known.name === need(name, 'the API'));
  if (!api) throw new Mistake(`there is no API ${name}; there are: ${apis.map((known) => known.name).join(', ')}`);
  return api;
};

const merchantNumbered = async ({ store }: Installation, text: string | undefined): Promise<number> => {
  const merchantId = Number(need(text, 'the merchant number'));
  const merchants = await store.administration.merchants();
  if (!merchants.some(({ id }) => id === merchantId)) throw new Mistake(`there is no merchant ${text}`);
  return merchantId;
};

const asMistake = async <T>(work: () => T | Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw new Mistake((error as Error).message);
  }
};

/** What an API is told of the options: those that it knows, with keys and secrets read from their files. */
const optionsFor = async (api: Api, given: Readonly<Record<string, string>>): Promise<Record<string, string>> => {
  const known = withFiles(api.credentialOptions);
  const foreign = Object.keys(given).find((name) => !known.includes(name));
  if (foreign !== undefined) {
    throw new Mistake(`${api.name} has no --${foreign}; it has: ${known.map((name) => `--${name}`).join(', ')}`);
  }
  const values = await withSecrets(api.credentialOptions, given);
  const key = values['public-key'];
  return key === undefined ? values : { ...values, 'public-key': readText(key) };
};

/** Lets the credential in at its shop. The shop comes first: only its owner may change what goes by its name. */
const letIn = async (installation: Installation, merchantId: number, api: Api, credential: NewCredential) => {
  const { store, vault, settings: installed, clock } = installation;
  const { administration } = store;
  const { wireName, publicKey, login, secrets } = credential;
  const now = clock.now();
  const before = (await administration.shops()).find((shop) => shop.api === api.name && shop.wireName === wireName);
  const settings = await asMistake(() => api.settings({ ...before?.settings, ...credential.settings }));
  const routes = installed.sandbox ? [sandboxRoute] : [];
  const shop = await administration.ensureShop({ merchantId, api: api.name, wireName, settings, routes, now });
  if (login) await administration.setLogin({ merchantId, api: api.name, ...login, now });
  if (publicKey !== null) await administration.addPublicKey(shop.shopId, publicKey, now);
  for (const [name, secret] of Object.entries(secrets)) await vault.drawer.put(name, secret);
  if (!shop.made && Object.keys(credential.settings).length > 0) {
    await administration.changeShop(shop.shopId, { settings });
  }
  return shop;
};

/** What each API takes, a line each, for the help text. */
const optionLines = apis.map(({ name, credentialOptions }) => {
  const options = withFiles(credentialOptions).map((option) => `--${option}`);
  return `      ${name}: ${options.join(' ')}`;
});

export const credentialAdd: Command = {
  words: 'credential add',
  usage: '<merchantId> <api> --OPTION VALUE …',
  says: [
    'Lets a merchant in at an API; makes the shop of that name if there is none. A file - is standard input.',
    ...optionLines,
  ].join('\n'),
  options: [...new Set(apis.flatMap(({ credentialOptions }) => withFiles(credentialOptions)))],
  async run({ installation, parameters: [merchantText, apiName], options }) {
    need(merchantText, 'the merchant number');
    const api = apiNamed(apiName);
    const merchantId = await merchantNumbered(installation, merchantText);
    const values = await optionsFor(api, options);
    const credential = await asMistake(() => api.credential(values, installation.settings.sandbox));
    const { shopId, made } = await letIn(installation, merchantId, api, credential);
    const { wireName, login } = credential;
    const value = { merchantId, api: api.name, wireName, shopId, shopMade: made, ...(login && { login: login.name }) };
    const what = login ? `the login ${login.name}` : 'this key';
    return {
      value,
      lines: [`${made ? 'new ' : ''}shop ${wireName} of merchant ${merchantId} accepts ${what} on ${api.name}`],
    };
  },
};

export const credentialRevoke: Command = {
  words: 'credential revoke',
  usage: '<merchantId> <api>',
  says: 'Ends all tokens of a merchant at an API. Servers that run follow within 5 s.',
  async run({ installation, parameters: [merchantText, apiName] }) {
    need(merchantText, 'the merchant number');
    const api = apiNamed(apiName);
    const merchantId = await merchantNumbered(installation, merchantText);
    const endedCount = await installation.store.administration.revokeTokens(merchantId, api.name);
    return {
      value: { merchantId, api: api.name, endedCount },
      lines: [`merchant ${merchantId} has no tokens on ${api.name} any more: ${endedCount} ended`],
    };
  },
};

export const keyShow: Command = {
  words: 'key show',
  usage: '<api>',
  says: "Prints the gateway's public key for an API, as PEM.",
  async run({ installation: { vault }, parameters }) {
    const api = apiNamed(parameters[0]);
    if (!api.publicKey) throw new Mistake(`${api.name} has no key of the gateway`);
    const publicKey = await api.publicKey(vault.drawer);
    return { value: { api: api.name, publicKey }, lines: [publicKey.trimEnd()] };
  },
};
