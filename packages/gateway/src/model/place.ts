// Where a host is, by its name or address alone: on this machine or the local network, at a machine's metadata service, or
// anywhere else, which counts as the cloud. INVARIANT: what is not known to be local is cloud.
import { BlockList, isIP } from 'node:net';

export type Place = 'local' | 'cloud' | 'metadata';

const subnets = (list: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]): BlockList => {
  const block = new BlockList();
  for (const [net, bits, family] of list) block.addSubnet(net, bits, family);
  return block;
};

/** Loopback, private and link-local ranges: RFC 1122, 1918, 3927, 4193, 4291. Shared ranges (RFC 6598) are not ours alone. */
const LOCAL = subnets([
  ['0.0.0.0', 32, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
]);

/** Where clouds give a machine its own credentials: AWS, GCP, Azure, OCI (one address), ECS, EKS, EC2 over IPv6, Alibaba,
 * Azure's wire server. */
const METADATA = subnets([
  ['169.254.169.254', 32, 'ipv4'],
  ['169.254.170.2', 32, 'ipv4'],
  ['169.254.170.23', 32, 'ipv4'],
  ['168.63.129.16', 32, 'ipv4'],
  ['100.100.100.200', 32, 'ipv4'],
  ['fd00:ec2::254', 128, 'ipv6'],
  ['fd00:ec2::23', 128, 'ipv6'],
  ['fd20:ce::254', 128, 'ipv6'],
]);
const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
]);

/** The IPv4 address that an IPv6 one stands for: mapped, compatible, or behind NAT64. */
const EMBEDDED = /^(?:::ffff:|::|64:ff9b::)(?:ffff:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

export function plainAddress(address: string): string {
  const [, high, low] = EMBEDDED.exec(address) ?? [];
  if (high === undefined || low === undefined) {
    const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
    return dotted ?? address;
  }
  const number = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.');
}

/** Where an address is: nothing is looked up. @param address without brackets and zone. */
export function addressPlace(address: string): Place {
  const plain = plainAddress(address.toLowerCase().replace(/%.*$/, ''));
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  if (METADATA.check(plain, family)) return 'metadata';
  return LOCAL.check(plain, family) ? 'local' : 'cloud';
}

/** Where a host is by its name alone: nothing is looked up. @param hostname as a parsed URL gives it: lower case, IPv6 in brackets. */
export function hostPlace(hostname: string): Place {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return addressPlace(bare);
  const name = bare.replace(/\.$/, '');
  if (METADATA_NAMES.has(name)) return 'metadata';
  const local = name === 'localhost' || name.endsWith('.localhost') || name.endsWith('.local') || !name.includes('.');
  return local ? 'local' : 'cloud';
}

/** A host of `cloud.services`: itself, or with `*.` all below it. */
export const inHosts = (hostname: string, hosts: readonly string[]): boolean =>
  hosts.some((entry) => {
    const wanted = entry.toLowerCase().replace(/\.$/, '');
    const name = hostname.replace(/\.$/, '');
    return wanted.startsWith('*.') ? name.endsWith(wanted.slice(1)) : name === wanted;
  });
