import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../kit/secret.ts';

const isKey = (text: string): boolean => /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(text);

/** Makes the file whole or not at all, and leaves one that another process made first. */
const makeFile = (path: string): void => {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
};

const openFile = (path: string): number => {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    makeFile(path);
    return openSync(path, 'r');
  }
};

const readFile = (path: string): string => {
  const file = openFile(path);
  try {
    const mode = fstatSync(file).mode & 0o777;
    // Windows knows no such modes.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Error(`others can read the key file ${path} (mode ${mode.toString(8)}): make it mode 600`);
    }
    return readFileSync(file, 'utf8').trim();
  } finally {
    closeSync(file);
  }
};

/**
 * The key-encryption key: 32 bytes in base64. `text` is what the environment says, empty when it says nothing; then
 * sandbox mode has one in the file `kek` of the data directory, made at the first start. Throws with a text for the
 * operator when there is none, when it is no such key, or when others can read the file.
 */
export const loadKek = ({
  text,
  dataDirectory,
  sandbox,
}: {
  text: string;
  dataDirectory: string;
  sandbox: boolean;
}): Secret => {
  if (text !== '') {
    if (!isKey(text)) throw new Error('TOLLGATE_KEK must be 32 bytes in base64 (openssl rand -base64 32)');
    return new Secret(text);
  }
  if (!sandbox) {
    throw new Error(
      'TOLLGATE_KEK is not set: outside sandbox mode the vault opens with a key from the environment only',
    );
  }
  mkdirSync(dataDirectory, { recursive: true });
  const path = join(dataDirectory, 'kek');
  const found = readFile(path);
  if (!isKey(found)) throw new Error(`the key file ${path} does not hold 32 bytes in base64`);
  return new Secret(found);
};
