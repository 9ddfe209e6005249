import { newId } from '../kit/ids.ts';
import { type Command, Mistake, need, table } from './command.ts';
import { shopNamed } from './shop-named.ts';

const heading = ['terminal', 'account', 'state', 'id'];

/** By number and account: the acquirer may have given the same number at two of them. */
const optionsOf = (options: Readonly<Record<string, string>>) => {
  const number = need(options.number, '--number');
  const account = need(options.account, '--account');
  if (!/^[A-Za-z0-9]{1,8}$/.test(number)) throw new Mistake('--number is 1 to 8 letters and digits');
  if (!/^[\x21-\x7e]{1,64}$/.test(account)) throw new Mistake('--account is the merchant number at the acquirer');
  return { number, account };
};

const usage = '<api> <shop> --number <terminal> --account <merchant number>';

export const terminalAdd: Command = {
  words: 'terminal add',
  usage,
  says: 'Lets a terminal of a shop take cards: its number, and the merchant number it has at the acquirer.',
  options: ['number', 'account'],
  async run({ installation, parameters, options }) {
    const { store, clock } = installation;
    const { number, account } = optionsOf(options);
    const { id: shopId, merchantId } = await shopNamed(installation, parameters);
    const now = clock.now();
    const terminal = { merchantId, id: newId(merchantId, now), shopId, account, number };
    if (!(await store.terminals.add(terminal, now))) throw new Mistake(`terminal ${number} is there already`);
    return { value: terminal, lines: [`terminal ${number} may take cards at account ${account}`] };
  },
};

export const terminalDisable: Command = {
  words: 'terminal disable',
  usage,
  says: 'Lets a terminal take nothing more. What it did stays, and its batches can be settled once it is added again.',
  options: ['number', 'account'],
  async run({ installation, parameters, options }) {
    const { number, account } = optionsOf(options);
    const shop = await shopNamed(installation, parameters);
    const isDone = await installation.store.terminals.disable(shop.id, account, number);
    if (!isDone) throw new Mistake(`there is no active terminal ${number} at account ${account}`);
    return { value: { number, account }, lines: [`terminal ${number} takes nothing more`] };
  },
};

export const terminalList: Command = {
  words: 'terminal list',
  usage: '<api> <shop>',
  says: 'Lists the terminals of a shop.',
  async run({ installation, parameters }) {
    const shop = await shopNamed(installation, parameters);
    const terminals = await installation.store.terminals.list(shop.id);
    const rows = terminals.map(({ number, account, state, id }) => [number, account, state, id]);
    return { value: terminals, lines: table(heading, rows) };
  },
};
