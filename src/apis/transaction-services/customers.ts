import { createHash } from 'node:crypto';
import { type Fault, fault, type Handler, isFault } from './call.ts';
import { resultOf } from './codes.ts';
import { ownerOf } from './owners.ts';
import { faultsIn } from './rules.ts';
import type { Answer } from './write.ts';

/** 18 digits that are the same whenever the same owner names the same address: nothing has to be kept of a shopper for that. */
const customerIdFor = (owner: string, email: string): string => {
  const digest = createHash('sha256').update(`${owner}\n${email.toLowerCase()}`, 'utf8').digest();
  return String(10n ** 17n + (digest.readBigUInt64BE() % (9n * 10n ** 17n)));
};

/** Section 6.29: an id for a shopper, by which a member or partner keeps instruments. */
export const customerSignup: Handler = async (call): Promise<Answer | Fault> => {
  const { fields } = call;
  const [givenName, surname, email] = ['givenName', 'surname', 'email'].map((name) => fields.get(`customer.${name}`));
  const owner = await ownerOf(call, { member: 'C20', partner: 'C20p' }, { givenName, surname, email });
  if (isFault(owner)) return owner;
  const wrong = faultsIn(fields, ['customer.givenName', 'customer.surname', 'customer.email']);
  if (wrong.length > 0) return fault(...wrong);
  const customerId = customerIdFor(owner.shop?.id ?? `partner ${owner.number}`, email!);
  return { ...owner.named, customerId, result: resultOf('00008') };
};
