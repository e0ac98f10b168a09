// Networks and addresses (A9). RULE: an address is compared as what it is and not as it is written: `::ffff:192.0.2.7` is
// 192.0.2.7, and what cannot be read is in no network.
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [Address, number];

/** Four decimals or IPv6, without a zone. Shorter, octal and hexadecimal forms are read differently by others. */
function addressOf(text: string): Address | null {
  const bare = text.replace(/%[\w.-]+$/, '');
  // `::10.0.0.1` is an address of its own; the library takes it for the mapped one.
  if (bare.includes(':') && bare.includes('.') && !/^::ffff:/i.test(bare)) return null;
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return null;
  return ipaddr.process(bare);
}

/** `192.0.2.7`, `10.0.0.0/8`, `fd00::/8`; null where it is none. */
function networkOf(text: string): Network | null {
  const [base = '', bits] = text.split('/', 2);
  const whole = ipaddr.IPv6.isValid(base) || ipaddr.IPv4.isValidFourPartDecimal(base) ? ipaddr.parse(base) : null;
  if (whole === null) return null;
  const longest = whole.kind() === 'ipv4' ? 32 : 128;
  const length = bits === undefined ? longest : Number(bits);
  if (!Number.isInteger(length) || length < 0 || length > longest || bits === '') return null;
  // A network of mapped addresses is one of IPv4.
  if (whole instanceof ipaddr.IPv6 && whole.isIPv4MappedAddress() && length >= 96)
    return [whole.toIPv4Address(), length - 96];
  return [whole, length];
}

const isIn = (address: Address, [base, bits]: Network): boolean =>
  address instanceof ipaddr.IPv4
    ? base instanceof ipaddr.IPv4 && address.match(base, bits)
    : base instanceof ipaddr.IPv6 && address.match(base, bits);

export interface AddressList {
  has(address: string): boolean;
}

/** What is no network holds nobody; `networkFault` says so beforehand. */
export function addressList(networks: readonly string[]): AddressList {
  const read = networks.map(networkOf).filter((network) => network !== null);
  return {
    has(text) {
      const address = addressOf(text);
      return address !== null && read.some((network) => isIn(address, network));
    },
  };
}

export const networkFault = (text: string): string | null =>
  networkOf(text) === null ? `\`${text}\` is no address and no network` : null;

/** As everybody writes it; `unknown` where it cannot be read. */
export const addressText = (text: string): string => addressOf(text)?.toString() ?? 'unknown';

export type Reach = 'loopback' | 'private' | 'any' | 'public';

/** Who can reach what is bound to this address. `any`: every address of the machine. */
export function reachOf(text: string): Reach {
  const range = addressOf(text)?.range();
  if (range === 'loopback') return 'loopback';
  if (range === 'unspecified') return 'any';
  return range === 'private' || range === 'uniqueLocal' || range === 'carrierGradeNat' || range === 'linkLocal'
    ? 'private'
    : 'public';
}

/**
 * Who asks, where trusted proxies stand before us. Each proxy adds the address it was reached from at the end, so the list is
 * read from there: the first that is none of ours is who came; what stands before it was written by that somebody.
 */
export function clientAddress(peer: string, forwarded: string | undefined, proxies: AddressList): string {
  const said = forwarded === undefined ? [] : forwarded.split(',').map((each) => each.trim());
  const way = [...said, peer];
  return addressText(way.findLast((each) => !proxies.has(each)) ?? way[0] ?? peer);
}
