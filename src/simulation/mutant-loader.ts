import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants/mutant.ts';

const root = new URL('../', import.meta.url);
const entry = new URL('./simulate.ts', import.meta.url).href;
const release = new URL('./release.ts', import.meta.url).href;

/** Throws unless the text occurs exactly once: a mutant whose code has moved on must not pass for a caught one. */
const patched = ({ name, file, find, put }: Mutant, source: string): string => {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`mutant ${name}: its text is ${parts.length - 1} times in ${file}`);
  return parts.join(put);
};

/** What the mutant's file would say. Throws where its text is not there, or not once. */
export const sourceOf = (mutant: Mutant): string =>
  patched(mutant, readFileSync(fileURLToPath(new URL(mutant.file, root)), 'utf8'));

const mutants = new Map<string, Mutant>();
let isHooked = false;

/** Modules of a mutant carry its name in their address, so that each has a graph of its own beside the true one. */
const hook = (): void => {
  if (isHooked) return;
  isHooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      const name = context.parentURL && new URL(context.parentURL).searchParams.get('mutant');
      return name && found.url.startsWith(root.href) ? { ...found, url: `${found.url}?mutant=${name}` } : found;
    },
    load(url, context, next) {
      const name = url.startsWith('file:') ? new URL(url).searchParams.get('mutant') : null;
      const mutant = name && mutants.get(name);
      const path = new URL(url.split('?')[0]!);
      if (!mutant || path.href !== new URL(mutant.file, root).href) return next(url, context);
      return { format: 'module-typescript', source: sourceOf(mutant), shortCircuit: true };
    },
  });
};

const load = (mutant: Mutant, url: string): Promise<unknown> => {
  hook();
  mutants.set(mutant.name, mutant);
  return import(`${url}?mutant=${encodeURIComponent(mutant.name)}`);
};

/** The simulation over a core, gateway or store with this one fault in it. */
export const loadMutant = (mutant: Mutant) => load(mutant, entry) as Promise<typeof import('./simulate.ts')>;

/** Gateway, workers and notices with this change in them, to run beside those without. */
export const loadRelease = (change: Mutant) => load(change, release) as Promise<typeof import('./release.ts')>;
