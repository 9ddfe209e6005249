import { readFileSync } from 'node:fs';
import { apis } from '../apis/index.ts';
import { type Command, Mistake, need, table } from './command.ts';

export const shopList: Command = {
  words: 'shop list',
  usage: '',
  says: 'Lists the shops with their switches.',
  async run({ installation: { store } }) {
    const shops = await store.administration.shops();
    const rows = shops.map((s) => [s.merchantId, s.api, s.wireName, s.state, JSON.stringify(s.settings)]);
    return { value: shops, lines: table(['merchant', 'api', 'shop', 'state', 'switches'], rows) };
  },
};

const readSwitches = (file: string): Record<string, unknown> => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Mistake(`the file ${file} cannot be read as JSON`);
  }
};

export const shopSet: Command = {
  words: 'shop set',
  usage: '<api> <shop> [--switches FILE] [--state active|disabled]',
  says: "Changes a shop's switches (those in the JSON file; the others stay) or its state.",
  options: ['switches', 'state'],
  async run({ installation: { store }, parameters: [apiName, wireName], options: { switches, state } }) {
    const { administration } = store;
    const known = (await administration.shops()).find(
      (shop) => shop.api === need(apiName, 'the API') && shop.wireName === need(wireName, 'the shop'),
    );
    const api = apis.find(({ name }) => name === apiName);
    if (!known || !api) throw new Mistake(`there is no shop ${wireName} on ${apiName}`);
    if (state !== undefined && state !== 'active' && state !== 'disabled')
      throw new Mistake('--state is active or disabled');
    let settings = known.settings;
    try {
      if (switches !== undefined) settings = api.settings({ ...settings, ...readSwitches(switches) });
    } catch (error) {
      throw new Mistake((error as Error).message);
    }
    await administration.changeShop(known.id, { settings, ...(state && { state }) });
    const value = { ...known, settings, ...(state && { state }) };
    return { value, lines: [`${value.api} ${value.wireName}: ${value.state}, ${JSON.stringify(settings)}`] };
  },
};
