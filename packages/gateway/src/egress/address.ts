// Where an address of the network lies, for programs that nobody may let near the local network by accident. INVARIANT: public
// is what is known to be; everything else is private, and what no request may ever reach is `never`, whoever lists it.
import { BlockList, isIP } from 'node:net';
import { addressPlace } from '../model/place.ts';

/** private: this machine, its network, or a range nobody routes. never: metadata services, many hosts at once, no host. */
type AddressKind = 'public' | 'private' | 'never';

type Subnet = readonly [net: string, bits: number];

const listOf = (family: 'ipv4' | 'ipv6', subnets: readonly Subnet[]): BlockList => {
  const list = new BlockList();
  for (const [net, bits] of subnets) list.addSubnet(net, bits, family);
  return list;
};

/** The registry of special addresses (RFC 6890 and what came after it): not one host on the open network. */
const PRIVATE_4 = listOf('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
]);
/** Not one host: unspecified (which means this machine), multicast, reserved, broadcast. */
const NEVER_4 = listOf('ipv4', [
  ['0.0.0.0', 32],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]);
/** The only part of IPv6 that is handed out for the open network. */
const GLOBAL_6 = listOf('ipv6', [['2000::', 3]]);
/** Of it: protocol assignments and Teredo, documentation, 6to4 (which carries any IPv4 address). */
const PRIVATE_6 = listOf('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
]);
const NEVER_6 = listOf('ipv6', [
  ['::', 128],
  ['ff00::', 8],
]);

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [, before = '', ...bytes] = dotted ?? [];
  const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number);
  const plain = dotted === null ? address : `${before}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  const [head = '', tail] = plain.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

const dottedOf = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');

/** The IPv4 address that is really spoken to: mapped (RFC 4291) or translated (RFC 6052). Null: it is IPv6 all the way. */
function innerAddress(groups: readonly number[]): string | null {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, high = 0, low = 0] = groups;
  const isMapped = (a | b | c | d) === 0 && ((e === 0 && f === 0xffff) || (e === 0xffff && f === 0));
  const isTranslated = a === 0x64 && b === 0xff9b && (c | d | e | f) === 0;
  return isMapped || isTranslated ? dottedOf(high, low) : null;
}

/** An interface name that carries an IPv4 address (ISATAP): a tunnel to wherever it says. */
const isTunnel = ([, , , , e = 0, f = 0]: readonly number[]): boolean => (e & ~0x0300) === 0 && f === 0x5efe;

/** @param address as a resolver or a parsed URL gives it, without brackets. */
export function addressKind(address: string): AddressKind {
  const bare = address.toLowerCase();
  const family = isIP(bare);
  // A zone names an interface of this machine.
  if (family === 0 || bare.includes('%')) return 'never';
  if (addressPlace(bare) === 'metadata') return 'never';
  if (family === 4) {
    if (NEVER_4.check(bare)) return 'never';
    return PRIVATE_4.check(bare) ? 'private' : 'public';
  }
  const groups = groupsOf(bare);
  const inner = innerAddress(groups);
  if (inner !== null) return addressKind(inner);
  if (NEVER_6.check(bare, 'ipv6')) return 'never';
  return GLOBAL_6.check(bare, 'ipv6') && !PRIVATE_6.check(bare, 'ipv6') && !isTunnel(groups) ? 'public' : 'private';
}
