import type { Acquirer } from '../gateway/ports.ts';
import { sandboxAcquirer } from './sandbox/index.ts';

/** What acquirers are made from. */
export interface AcquirerParts {
  /** Origin of the sandbox world's host; null in live installations. */
  readonly sandboxUrl: string | null;
}

/** The acquirers of this installation. A new one is a new folder and a line here. */
export const acquirers = ({ sandboxUrl }: AcquirerParts): readonly Acquirer[] => [
  ...(sandboxUrl === null ? [] : [sandboxAcquirer({ url: sandboxUrl })]),
];
