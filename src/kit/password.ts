import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** scrypt's cost N as a power of two, its block size r and its parallelism p. */
interface Cost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and some 80 ms of one core. Written into each hash, so that it can grow while older hashes still verify. */
const cost: Cost = { ln: 15, r: 8, p: 1 };

const saltBytes = 16;
const keyBytes = 32;

/** What a hash may ask for at most: a text that somebody else wrote must not take all memory. */
const memoryBytesMax = 256 * 1024 ** 2;
const parallelismMax = 16;

const memoryBytesOf = ({ ln, r }: Cost): number => 128 * 2 ** ln * r;

/** In the thread pool: the event loop goes on meanwhile. */
const derive = (password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const maxmem = memoryBytesOf({ ln, r, p }) + 128 * r * p + 1024 ** 2;
    scrypt(password, salt, keyBytes, { N: 2 ** ln, r, p, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });

const shape = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;

const parse = (hash: string): { readonly cost: Cost; readonly salt: Buffer; readonly key: Buffer } | undefined => {
  const found = shape.exec(hash);
  if (!found) return undefined;
  const [ln, r, p] = found.slice(1, 4).map(Number) as [number, number, number];
  const isAffordable = p <= parallelismMax && memoryBytesOf({ ln, r, p }) <= memoryBytesMax;
  if (ln < 1 || r < 1 || p < 1 || !isAffordable) return undefined;
  return { cost: { ln, r, p }, salt: Buffer.from(found[4]!, 'base64url'), key: Buffer.from(found[5]!, 'base64url') };
};

/** The hash of a password under a salt of its own: `$scrypt$ln=15,r=8,p=1$salt$key`, the last two in base64url. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(saltBytes);
  const key = await derive(password, salt, cost);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
};

/** For a name that nobody has: false, at the cost of a wrong password, so that the time it takes tells nothing. */
export const verifyNothing = async (password: string): Promise<false> => {
  await derive(password, randomBytes(saltBytes), cost);
  return false;
};

/** Whether it is the password that was hashed. A hash that `hashPassword` did not write is nobody's. */
export const verifyPassword = async (password: string, hash: string): Promise<boolean> => {
  const known = parse(hash);
  if (!known) return verifyNothing(password);
  return timingSafeEqual(await derive(password, known.salt, known.cost), known.key);
};
