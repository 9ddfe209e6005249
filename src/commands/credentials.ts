import { readFileSync } from 'node:fs';
import { apis } from '../apis/index.ts';
import { sandboxRoute } from '../routes.ts';
import { type Command, Mistake, need } from './command.ts';

const apiNamed = (name: string | undefined) => {
  const api = apis.find((known) => known.name === need(name, 'the API'));
  if (!api) throw new Mistake(`there is no API ${name}; there are: ${apis.map((known) => known.name).join(', ')}`);
  return api;
};

const readKey = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Mistake(`the file ${file} cannot be read`);
  }
};

export const credentialAdd: Command = {
  words: 'credential add',
  usage: '<merchantId> <api> --client-id ID --public-key FILE',
  says: 'Lets a merchant in at an API; makes the shop of that name if there is none.',
  options: ['client-id', 'public-key'],
  async run({ installation: { store, settings, clock }, parameters: [merchantText, apiName], options }) {
    const merchantId = Number(need(merchantText, 'the merchant number'));
    const api = apiNamed(apiName);
    const { administration } = store;
    if (!(await administration.merchants()).some((merchant) => merchant.id === merchantId)) {
      throw new Mistake(`there is no merchant ${merchantText}`);
    }
    const file = options['public-key'];
    const credential = asMistake(() =>
      api.credential({ ...options, ...(file !== undefined && { 'public-key': readKey(file) }) }, settings.sandbox),
    );
    const now = clock.now();
    const { shopId, made } = await administration.ensureShop({
      merchantId,
      api: api.name,
      wireName: credential.wireName,
      settings: api.settings({}),
      routes: settings.sandbox ? [sandboxRoute] : [],
      now,
    });
    await administration.addPublicKey(shopId, credential.publicKey, now);
    const value = { merchantId, api: api.name, wireName: credential.wireName, shopId, shopMade: made };
    return {
      value,
      lines: [
        `${made ? 'new ' : ''}shop ${credential.wireName} of merchant ${merchantId} accepts this key on ${api.name}`,
      ],
    };
  },
};

const asMistake = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw new Mistake((error as Error).message);
  }
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
