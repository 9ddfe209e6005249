import { randomInt } from 'node:crypto';
import { type Partner, partnerOf } from './authenticate.ts';
import { api, type Call, type Fault, fault, type Handler, isFault } from './call.ts';
import { hashesAt, isRight } from './checksum.ts';
import { type Code, resultOf } from './codes.ts';
import { nameShape, newSecureKey, readCredential } from './credential.ts';
import type { Fields } from './fields.ts';
import { isWebUrl } from './rules.ts';
import { completeSettings } from './settings.ts';
import type { Answer } from './write.ts';

const text = (max: number) => (value: string) => value.length <= max && /^[^\p{Cc}]+$/u.test(value);

/** Fields of a signup in the order of the dictionary, with their codes; `isNeeded` as the calls that are seen have it. */
const rules: readonly {
  readonly name: string;
  readonly code: Code;
  readonly isNeeded?: true;
  readonly holds: (value: string, fields: Fields) => boolean;
}[] = [
  { name: 'username', code: '30071', isNeeded: true, holds: (value) => nameShape.test(value) },
  { name: 'password', code: '30042', isNeeded: true, holds: (value) => value.length >= 8 && value.length <= 50 },
  {
    name: 'conPassword',
    code: '30070',
    isNeeded: true,
    holds: (value, fields) => value === fields.get('merchant.password'),
  },
  {
    name: 'email',
    code: '30010',
    isNeeded: true,
    holds: (value) => /^[^\s@\p{Cc}]{1,40}@[^\s@\p{Cc}]{1,60}$/u.test(value),
  },
  { name: 'contactName', code: '30086', isNeeded: true, holds: text(50) },
  { name: 'companyName', code: '30072', holds: text(50) },
  { name: 'website', code: '30073', holds: (value) => value.length <= 255 && isWebUrl(value) },
  { name: 'country', code: '30092', isNeeded: true, holds: (value) => /^[A-Za-z]{2,3}$/.test(value) },
  { name: 'phone', code: '30015', holds: (value) => /^[0-9 +\-().]{1,24}$/.test(value) },
  { name: 'telcc', code: '30016', holds: (value) => /^\+?\d{1,4}$/.test(value) },
];

const faultsIn = (fields: Fields): readonly Code[] =>
  rules.flatMap(({ name, code, isNeeded, holds }) => {
    const value = fields.get(`merchant.${name}`);
    const isWrong = value === undefined ? isNeeded === true : !holds(value, fields);
    return isWrong ? [code] : [];
  });

/** The partner that signs somebody up: 30055, 401 (a partner's own token alone will do), 30030, 20017. */
const partnerIn = async ({ parts, fields, bearer }: Call): Promise<{ partnerId: string; partner: Partner } | Fault> => {
  const partnerId = fields.get('authentication.partnerId');
  const partner =
    partnerId !== undefined && /^\d{1,5}$/.test(partnerId) ? await partnerOf(parts, partnerId) : undefined;
  if (!partner || partnerId === undefined) return fault('30055');
  if (bearer?.role !== 'partner' || Number(bearer.partnerId) !== Number(partnerId)) return fault('401');
  const given = fields.get('authentication.checksum');
  if (given === undefined) return fault('30030');
  const [login, password] = ['username', 'password'].map((name) => fields.get(`merchant.${name}`));
  const about = { partner: partnerId, PK: partner.key, login, password };
  const isSigned = isRight(given, ['C19'], about, hashesAt(partner, parts.clock.now()));
  return isSigned ? { partnerId, partner } : fault('20017');
};

/** So often is a new number tried that somebody else has taken meanwhile. */
const triesMax = 5;

/**
 * Section 6.28: a member under a partner, which an operator lets in (`shop set … --state active`); until then its payments are 20023.
 * The password is for a page of merchants that is none here, and is not kept.
 */
export const merchantSignup: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const signer = await partnerIn(call);
  if (isFault(signer)) return signer;
  const { partnerId, partner } = signer;
  const wrong = faultsIn(fields);
  if (wrong.length > 0) return fault(...wrong);
  const said = (name: string) => fields.get(`merchant.${name}`) ?? '';
  const username = said('username');
  if (await parts.logins.find(api, username)) return fault('20102');
  const secureKey = newSecureKey();
  for (let tries = 0; tries < triesMax; tries++) {
    const memberId = String(randomInt(10 ** 8, 10 ** 9));
    const credential = readCredential(
      { 'member-id': memberId, 'secret-key': secureKey, username, 'partner-id': String(Number(partnerId)) },
      parts.sandbox,
    );
    const settings = completeSettings({
      ...credential.settings,
      // A member speaks as its partner does.
      checksumHash: partner.checksumHash,
      md5Until: partner.md5Until,
      contact: said('contactName'),
      companyName: said('companyName') === '' ? null : said('companyName'),
    });
    const name = said('companyName') === '' ? said('contactName') : said('companyName');
    const came = await parts.enrol({ api, name, credential: { ...credential, settings } });
    if (came === 'login_taken') return fault('20102');
    if (came === 'enrolled') return { partnerId, memberId, result: resultOf('00009'), secureKey };
  }
  return fault('10016');
};
