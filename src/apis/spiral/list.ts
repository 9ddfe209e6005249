import type { ApiParts } from '../../gateway/api.ts';
import type { Place, Shop, Stretch } from '../../gateway/ports.ts';
import { echoOf } from './answers.ts';
import { membersOf } from './body.ts';
import { type Fault, faults, processedStates } from './codes.ts';
import { dateTimeText, instantFromUtc, utcText } from './dates.ts';
import { JsonText, type Member, type Members, readObject, type WireObject, writeObject } from './json.ts';
import type { Path } from './read.ts';
import { anyRecordOf } from './record.ts';
import { isReference } from './references.ts';
import type { Outcome } from './transactions.ts';

const limitDefault = 50;
const limitMax = 100;

/** `nextToken`: where the page that it came with ended, in exactly the documented spelling (section 16.2). */
export const tokenText = (clientId: string, { second, reference }: Place): string => {
  const [ref, client, dateTime] = [reference, clientId, utcText(second * 1_000)].map((text) => JSON.stringify(text));
  return `{"merchantRef": ${ref}, "clientId": ${client}, "dateTime": ${dateTime}}`;
};

/** The place that a token of this client names; undefined for anything else. A client may have spaced it anew. */
export const placeFrom = (clientId: string, token: string): Place | undefined => {
  const members = readObject(token);
  const text = (name: string): string => {
    const value = members?.get(name)?.value;
    return typeof value === 'string' ? value : '';
  };
  const at = instantFromUtc(text('dateTime'));
  const reference = text('merchantRef');
  if (at === undefined || text('clientId') !== clientId || !isReference(reference)) return undefined;
  return { second: Math.floor(at / 1_000), reference };
};

const textOf = (member: Member): string => (typeof member.value === 'string' ? member.value : '');

/** A request for a page, checked field by field in the order of section 16.1. */
export const readList = (members: Members, clientId: string): Stretch | Fault => {
  const ends: number[] = [];
  for (const name of ['dateTimeStart', 'dateTimeEnd']) {
    const member = members.get(name);
    if (!member) return faults.missingField(name);
    const at = instantFromUtc(textOf(member));
    if (at === undefined || at < (ends[0] ?? at)) return faults.invalidField(name);
    ends.push(at);
  }
  const limit = members.get('limit')?.value ?? limitDefault;
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > limitMax)
    return faults.invalidField('limit');
  const token = members.get('nextToken');
  const after = token ? placeFrom(clientId, textOf(token)) : null;
  if (after === undefined) return faults.invalidField('nextToken');
  // Creation times count in whole seconds, so of a second that a range cuts the beginning decides.
  const [fromSecond, toSecond] = [Math.ceil(ends[0]! / 1_000), Math.floor(ends[1]! / 1_000)];
  return { states: processedStates, fromSecond, toSecond, after, limit };
};

/**
 * A page of the list (section 16.2): records as E2 has them, with `gatewayRef`. A record enters the list when it comes to
 * its result, at the place of its creation, and never leaves or moves. So a walk by `nextToken` gives every record that
 * was processed when the page over its place was made, and none twice, however much is paid meanwhile. One that comes to
 * its result later is not in that walk, but in every walk after it.
 */
const page = async ({ gateway, clock }: ApiParts, shop: Shop, stretch: Stretch): Promise<WireObject> => {
  const { entries, hasMore } = await gateway.list(shop, stretch);
  const records = entries.map(({ view, operation }) =>
    writeObject({ ...anyRecordOf(shop, view, operation), gatewayRef: operation.reference! }),
  );
  const last = entries.at(-1)?.operation;
  const place = last && { second: Math.floor(last.requestedAt / 1_000), reference: last.reference! };
  return {
    clientId: shop.wireName,
    nextToken: hasMore && place ? tokenText(shop.wireName, place) : undefined,
    dateTime: dateTimeText(clock.now()),
    txns: new JsonText(`[${records.join(',')}]`),
  };
};

const answer = async (parts: ApiParts, shop: Shop, members: Members | undefined): Promise<Outcome> => {
  if (!members) return { fault: faults.invalidJson };
  const stretch = readList(members, shop.wireName);
  return 'http' in stretch ? { fault: stretch, echo: echoOf(members) } : { record: await page(parts, shop, stretch) };
};

/** E7 by POST or PUT (section 16): `body` is JSON text whatever its content type says. */
export const list = (parts: ApiParts, shop: Shop, _path: Path, body: Buffer | undefined): Promise<Outcome> =>
  answer(parts, shop, membersOf(body));

/** The members of a query string: the limit is a number where it is spelled like one, everything else a text. */
const membersOfQuery = (query: string): Members => {
  const members = new Map<string, Member>();
  for (const [name, text] of new URLSearchParams(query)) {
    const value = name === 'limit' && /^\d+$/.test(text) ? Number(text) : text;
    if (text === '') members.delete(name);
    else members.set(name, { value, source: JSON.stringify(value) });
  }
  return members;
};

/** E7 by GET: the fields are in a body if there is one, otherwise in the query string (section 1.2). */
export const listByQuery = (
  parts: ApiParts,
  shop: Shop,
  _path: Path,
  body: Buffer | undefined,
  query: string,
): Promise<Outcome> => answer(parts, shop, body ? membersOf(body) : membersOfQuery(query));
