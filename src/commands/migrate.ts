import type { Command } from './command.ts';

export const migrate: Command = {
  words: 'migrate',
  usage: '',
  says: 'Brings the database up to date. Every program does so at its start as well.',
  async run({ installation: { migrationCount } }) {
    return { value: { migrationCount }, lines: [`${migrationCount} migrations ran`] };
  },
};
