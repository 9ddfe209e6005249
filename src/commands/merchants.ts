import { type Command, need, table } from './command.ts';

export const merchantAdd: Command = {
  words: 'merchant add',
  usage: '<name>',
  says: 'Registers a merchant and answers its number.',
  async run({ installation: { store, clock }, parameters }) {
    const merchant = await store.administration.addMerchant(need(parameters[0], 'the name'), clock.now());
    return { value: merchant, lines: [`merchant ${merchant.id}: ${merchant.name}`] };
  },
};

export const merchantList: Command = {
  words: 'merchant list',
  usage: '',
  says: 'Lists the merchants.',
  async run({ installation: { store } }) {
    const merchants = await store.administration.merchants();
    return {
      value: merchants,
      lines: table(
        ['number', 'state', 'name'],
        merchants.map((m) => [m.id, m.state, m.name]),
      ),
    };
  },
};
