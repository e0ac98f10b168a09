// Whether an address may be connected to, asked of every address a name leads to. INVARIANT: what is asked here and what is connected
// to are the same bytes, so that a name that changes its mind in between gains nothing.
import { networkInterfaces } from 'node:os';
import { addressKind } from './address.ts';
import { WebFault } from './fault.ts';

export interface Guarded {
  /** As it is told to people: `example.org:8443`. */
  readonly host: string;
  readonly port: number;
  /** A person listed this host as one of the local network that may be reached. */
  readonly mayBePrivate: boolean;
  /** Where a person lists such hosts. */
  readonly listedIn: string;
}

/** An address of this very machine that the open network may know too. */
function isHere(address: string): boolean {
  const plain = address.toLowerCase();
  return Object.values(networkInterfaces()).some((each) => each?.some((own) => own.address === plain) === true);
}

/** @param ownPorts ports this daemon listens on: no program reaches it. */
export function addressFault(
  address: string,
  { host, port, mayBePrivate, listedIn }: Guarded,
  ownPorts: readonly number[],
): WebFault | null {
  const kind = addressKind(address);
  if (kind === 'never') return new WebFault(`${host} leads to ${address}, where no program may go`);
  const isOwn = kind === 'private' || isHere(address);
  if (isOwn && ownPorts.includes(port)) return new WebFault(`${host} is Castellan itself`);
  if (isOwn && !mayBePrivate)
    return new WebFault(
      `${host} leads to ${address}, which is this machine or its network; a person lists such hosts in \`${listedIn}\``,
    );
  return null;
}

/** One bad address among many is enough: whoever answers for the name chooses which of them is tried. */
export function addressesFault(
  addresses: readonly string[],
  guarded: Guarded,
  ownPorts: readonly number[],
): WebFault | null {
  if (addresses.length === 0) return new WebFault(`the host ${guarded.host} cannot be found`);
  return addresses.map((address) => addressFault(address, guarded, ownPorts)).find((fault) => fault !== null) ?? null;
}
