import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * How far an address reaches. `public`: somewhere on the internet. `private`: this machine or the operator's own
 * networks. `never`: nobody receives there, or what answers is the machine's landlord (link-local addresses carry the
 * metadata of cloud machines).
 */
export type Reach = 'public' | 'private' | 'never';

const privateRanges: ReadonlySet<string> = new Set(['private', 'loopback', 'carrierGradeNat', 'uniqueLocal']);

/** A public address by its number, yet the inside of Azure: its platform host answers there on every machine. */
const azurePlatformHost = '168.63.129.16';

const reachOfIpv4 = (address: ipaddr.IPv4): Reach => {
  const range = address.range();
  if (privateRanges.has(range)) return 'private';
  return range === 'unicast' && address.toString() !== azurePlatformHost ? 'public' : 'never';
};

const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/** All that is handed out as global unicast. Outside of it lie also the IPv4-compatible addresses, such as ::7f00:1. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

const reachOfIpv6 = (address: ipaddr.IPv6): Reach => {
  if (address.isIPv4MappedAddress()) return reachOfIpv4(address.toIPv4Address());
  // A translator on the way makes these the IPv4 address in the last four bytes.
  if (address.match(nat64)) return reachOfIpv4(new ipaddr.IPv4(address.toByteArray().slice(12)));
  const range = address.range();
  if (privateRanges.has(range)) return 'private';
  return range === 'unicast' && address.match(globalUnicast) ? 'public' : 'never';
};

/** In hexadecimal groups only: the package reads ::10.0.0.1 as ::ffff:10.0.0.1, which is another address. */
const inGroups = (ipv6: string): string => new URL(`http://[${ipv6.replace(/%.*$/, '')}]`).hostname.slice(1, -1);

/** The reach of an IP address as a resolver gives it. Anything that is no address: `never`. */
export const reachOf = (text: string): Reach => {
  const family = isIP(text);
  if (family === 0) return 'never';
  return family === 6 ? reachOfIpv6(ipaddr.IPv6.parse(inGroups(text))) : reachOfIpv4(ipaddr.IPv4.parse(text));
};
