import { mutantsOfAround } from './around.ts';
import { mutantsOfCore } from './core.ts';
import { mutantsOfDoors } from './doors.ts';
import { mutantsOfGateway } from './gateway.ts';
import type { Mutant } from './mutant.ts';

/** Bugs that payment systems have had, one of which each mutant has. */
export const mutants: readonly Mutant[] = [
  ...mutantsOfCore,
  ...mutantsOfGateway,
  ...mutantsOfDoors,
  ...mutantsOfAround,
];
