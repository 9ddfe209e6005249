import { createHash, randomBytes } from 'node:crypto';
import type { NewCredential } from '../../gateway/api.ts';
import { Secret } from '../../kit/secret.ts';
import { hashes, type Signing } from './checksum.ts';
import { isDay } from './settings.ts';

export const credentialOptions: readonly string[] = [
  'member-id',
  'secret-key',
  'username',
  'partner-id',
  'partner-key',
  'partner-username',
  'totype',
  'company-name',
  'notification-url',
  'checksum-hash',
  'md5-until',
  'partner-checksum-hash',
  'partner-md5-until',
];

/** Names in the drawer of secrets. */
export const memberKeyName = (memberId: string): string => `transaction-services/member/${memberId}`;
export const partnerKeyName = (partnerId: string): string => `transaction-services/partner/${partnerId}`;
export const tokenKeyName = 'transaction-services/tokens';

export const newTokenKey = (): Secret => new Secret(randomBytes(32).toString('base64url'));

/** What is kept of a key where a login is looked up. Its bits come from a generator, so it needs no slow hash. */
export const hashOfKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** SHA-256 of the keys of the test vectors, which anybody can read. */
const publishedKeys: readonly string[] = [
  '43bc68e592f910436ecb6a21ad9de9e305b401f64a0c05a96a70ec8e35d25ee0',
  '014849a9f169cc927afe08bbdc287389ee29f688440e52d211aeccc543d9fa52',
];

/** A key that nobody has chosen: 40 letters and digits. */
export const newSecureKey = (): string => randomBytes(20).toString('hex');

const keyShape = /^[A-Za-z0-9]{32,128}$/;
/** A name to log in with. */
export const nameShape = /^[^\s\p{Cc}|]{1,50}$/u;

/** What signs the checksums of a member or its partner, where the operator says so. Throws with a text for the operator. */
const signingIn = (options: Readonly<Record<string, string>>, prefix: '' | 'partner-'): Partial<Signing> => {
  const [checksumHash, md5Until] = ['checksum-hash', 'md5-until'].map((name) => options[`${prefix}${name}`]);
  const hash = hashes.find((one) => one === checksumHash);
  if (checksumHash !== undefined && !hash) throw new Error(`${prefix}checksum-hash must be ${hashes.join(' or ')}`);
  if (md5Until !== undefined && !isDay(md5Until))
    throw new Error(`${prefix}md5-until must be a day such as 2027-12-31`);
  return { ...(hash && { checksumHash: hash }), ...(md5Until !== undefined && { md5Until }) };
};

/**
 * Reads the options of a member (section 3.1): its number and secret key, the name it logs in with (the number, if none is
 * given), and those of the partner that it belongs to. Throws with a text for the operator.
 */
export const readCredential = (options: Readonly<Record<string, string>>, sandbox: boolean): NewCredential => {
  const { 'member-id': memberId, 'secret-key': key, username = memberId, totype } = options;
  const { 'partner-id': partnerId, 'partner-key': partnerKey, 'partner-username': partnerUsername } = options;
  const { 'company-name': companyName, 'notification-url': notificationUrl } = options;
  if (!memberId || !/^[1-9]\d{0,9}$/.test(memberId)) throw new Error('member-id must be 1 to 10 digits');
  if (!key || !keyShape.test(key)) throw new Error('secret-key must be 32 to 128 letters and digits');
  if (!nameShape.test(username!)) throw new Error('username must be 1 to 50 characters without blanks');
  if (partnerId !== undefined && !/^[1-9]\d{0,4}$/.test(partnerId)) throw new Error('partner-id must be 1 to 5 digits');
  if ((partnerKey !== undefined || partnerUsername !== undefined) && partnerId === undefined) {
    throw new Error('partner-id is missing');
  }
  if (partnerKey !== undefined && !keyShape.test(partnerKey)) {
    throw new Error('partner-key must be 32 to 128 letters and digits');
  }
  const isPublished = [key, partnerKey ?? ''].some((one) => publishedKeys.includes(hashOfKey(one)));
  if (!sandbox && isPublished)
    throw new Error('this test key is published, so anybody could sign with it; make your own');
  const partner = partnerKey && {
    key: partnerKey,
    userName: partnerUsername ?? `partner.${partnerId}`,
    ...signingIn(options, 'partner-'),
  };
  return {
    wireName: memberId,
    publicKey: null,
    login: { name: username!, hash: hashOfKey(key) },
    settings: {
      username,
      ...(partnerId !== undefined && { partnerId }),
      ...(totype !== undefined && { totype }),
      ...(companyName !== undefined && { companyName }),
      ...(notificationUrl !== undefined && { notificationUrl }),
      ...signingIn(options, ''),
    },
    secrets: {
      [memberKeyName(memberId)]: new Secret(key),
      ...(partner && { [partnerKeyName(partnerId!)]: new Secret(JSON.stringify(partner)) }),
    },
  };
};
