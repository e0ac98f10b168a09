// Addresses that count as one where tries are counted: whoever has one of IPv6 has the 2^64 beside it.
import ipaddr from 'ipaddr.js';

/** What cannot be read (the Unix socket, nobody's address) is a group of its own. */
export function addressGroup(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const read = ipaddr.process(address);
  return read.kind() === 'ipv4' ? read.toString() : `${Buffer.from(read.toByteArray().slice(0, 8)).toString('hex')}/64`;
}
