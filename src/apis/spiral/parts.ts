import type { ApiParts } from '../../gateway/api.ts';
import type { LinkAddresses } from './link-address.ts';

/** What this API works with. */
export interface SpiralParts extends ApiParts {
  readonly addresses: LinkAddresses;
}
