import type { FiscalOffice } from '../gateway/ports.ts';
import { sandboxOffice } from './sandbox/index.ts';

/** What tax offices are made from. */
export interface FiscalParts {
  /** Origin of the sandbox world; null in live installations. */
  readonly sandboxUrl: string | null;
}

/** The tax office of this installation; null where none is owed anything. A new one is a new folder and a line here. */
export const fiscalOffice = ({ sandboxUrl }: FiscalParts): FiscalOffice | null =>
  sandboxUrl === null ? null : sandboxOffice({ url: sandboxUrl });
