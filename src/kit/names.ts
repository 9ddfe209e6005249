import { lookup, Resolver } from 'node:dns/promises';

/** All addresses of a host name, at least one; throws when there is none or nobody tells. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** As the machine itself resolves: hosts file, search domains and all. */
export const resolveHere: Resolve = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

/**
 * Asks the name servers, and nothing else. The machine's own way occupies a thread of a pool of four for as long as a
 * name server is silent, so one receiver with a dead one would stop signing, reading and resolving for everybody.
 */
export const resolveByNameServers = (servers?: readonly string[]): Resolve => {
  const resolver = new Resolver({ timeout: 1_500, tries: 2 });
  if (servers) resolver.setServers(servers);
  return async (name) => {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length === 0) throw new Error('the name has no address');
    return addresses;
  };
};
