import type { LinkView } from '../../gateway/links.ts';
import type { Shop } from '../../gateway/ports.ts';
import { echoOf } from './answers.ts';
import { membersOf } from './body.ts';
import { faults, type Status } from './codes.ts';
import type { WireObject } from './json.ts';
import { readLink } from './link-read.ts';
import { linkRecordOf } from './link-record.ts';
import type { SpiralParts } from './parts.ts';
import type { Path } from './read.ts';
import { settingsOf } from './settings.ts';
import type { Outcome } from './transactions.ts';

/** Statuses of a link (section 15.3). */
const statuses: Readonly<Record<LinkView['state'], Status>> = {
  open: 'Unconfirmed',
  approved: 'Approved',
  expired: 'Timeout',
  cancelled: 'Cancelled',
};

const recordOf = ({ addresses }: SpiralParts, shop: Shop, { link, state, attempt }: LinkView): WireObject =>
  linkRecordOf(shop, link, statuses[state], addresses.urlOf(link.id), state === 'approved' ? attempt : null);

/** E3 (section 15.1): `body` is JSON text whatever its content type says. */
export const createLink = async (
  parts: SpiralParts,
  shop: Shop,
  path: Path,
  body: Buffer | undefined,
): Promise<Outcome> => {
  const members = membersOf(body);
  if (!members) return { fault: faults.invalidJson };
  const read = readLink(members, path, settingsOf(shop), parts.clock.now());
  if ('fault' in read) return { fault: read.fault, echo: echoOf(members) };
  const view = await parts.links.create(shop, read.request, parts.addresses.tokenHashOf);
  return view ? { record: recordOf(parts, shop, view) } : { fault: faults.duplicateReference, echo: echoOf(members) };
};

/** E4 (section 15.2). */
export const queryLink = async (parts: SpiralParts, shop: Shop, { merchantRef }: Path): Promise<Outcome> => {
  const view = await parts.links.find(shop, merchantRef);
  return view ? { record: recordOf(parts, shop, view) } : { fault: faults.unknownLink };
};
