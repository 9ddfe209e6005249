import { readFileSync } from 'node:fs';
import { apis } from '../apis/index.ts';
import { textFromMinor } from '../core/money.ts';
import { readShopRules } from '../gateway/shop-rules.ts';
import { type Command, Mistake, need, table } from './command.ts';
import { shopNamed } from './shop-named.ts';

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

const readJson = (file: string): Record<string, unknown> => {
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
      if (switches !== undefined) settings = api.settings({ ...settings, ...readJson(switches) });
    } catch (error) {
      throw new Mistake((error as Error).message);
    }
    await administration.changeShop(known.id, { settings, ...(state && { state }) });
    const value = { ...known, settings, ...(state && { state }) };
    return { value, lines: [`${value.api} ${value.wireName}: ${value.state}, ${JSON.stringify(settings)}`] };
  },
};

export const shopRules: Command = {
  words: 'shop rules',
  usage: '<api> <shop> [--rules FILE]',
  says: 'Shows the limits of a shop and whom it does not serve, or puts those of a JSON file in their place ({} ends them).',
  options: ['rules'],
  async run({ installation, parameters, options: { rules: file } }) {
    const { store, clock } = installation;
    const shop = await shopNamed(installation, parameters);
    if (file !== undefined) {
      const raw = readJson(file);
      try {
        await store.administration.setShopRules(shop, readShopRules(raw), clock.now());
      } catch (error) {
        throw new Mistake((error as Error).message);
      }
    }
    const { limits = [], blocked = null } = (await store.administration.shopRules(shop.id)) ?? {};
    const rows = limits.map(({ of, window, amountMinor, currency, count }) => [
      of,
      window,
      amountMinor === null ? count : `${textFromMinor(amountMinor, currency!)} ${currency}`,
    ]);
    const lists = Object.entries(blocked ?? {}).map(([name, entries]) => [name, entries.join(' ') || null]);
    const lines = [...table(['of', 'a', 'at most'], rows), '', ...table(['blocked', ''], lists)];
    const told = limits.map(({ amountMinor, ...limit }) => ({
      ...limit,
      amountMinor: amountMinor?.toString() ?? null,
    }));
    return { value: { limits: told, blocked }, lines };
  },
};
