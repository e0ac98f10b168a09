// Connects to a place that was decided. INVARIANT: every address of a name is looked at before the first is tried, and what is
// connected to is one of those that were looked at.
import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import { WebFault, webFault } from '../fault.ts';
import { addressesFault, type Guarded } from '../guard.ts';
import { placeOf } from './destination.ts';
import type { Intake } from './intake.ts';
import type { Names } from './names.ts';
import type { Destination } from './types.ts';

export type Dialled =
  | { readonly kind: 'open'; readonly socket: Socket; readonly address: string; readonly intake: Intake | null }
  /** Nobody may go where it leads. */
  | { readonly kind: 'blocked'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

export interface Dialling {
  readonly to: Destination;
  readonly mayBePrivate: boolean;
  readonly ownPorts: readonly number[];
  readonly names: Names;
  readonly signal: AbortSignal;
  readonly clock: { after(ms: number, action: () => void): () => void };
  /** Makes what its bytes are read by; absent: they are read as those of any stream. */
  readonly intake?: () => Intake;
}

const TRIED = 6;
const CONNECTS_WITHIN_MS = 10_000;
const LINK_LOCAL = /^(?:169\.254\.|fe[89ab])|^::ffff:(?:169\.254\.|a9fe:)/i;

/** Never rejects: what goes wrong is one line for whoever asked. */
export async function dial(dialling: Dialling): Promise<Dialled> {
  const { to, mayBePrivate, ownPorts, names, signal } = dialling;
  const place = placeOf(to);
  try {
    const found = to.isAddress ? [to.host] : await names.addresses(to.host);
    signal.throwIfAborted();
    const guarded: Guarded = { host: place, port: to.port, mayBePrivate, listedIn: 'network.privateHosts' };
    const fault = addressesFault(found, guarded, ownPorts) ?? linkFault(found, to);
    if (fault !== null) return { kind: 'blocked', why: fault.message };
    return await firstOf(found.slice(0, TRIED), dialling);
  } catch (error) {
    return { kind: 'failed', why: webFault(place, error, signal) };
  }
}

/** What hangs on this machine's own wires is reached by its address or not at all: no name leads there. */
function linkFault(found: readonly string[], to: Destination): WebFault | null {
  const address = found.find((each) => LINK_LOCAL.test(each));
  return address === undefined || to.isAddress
    ? null
    : new WebFault(`${placeOf(to)} leads to ${address}, which may be reached by its address alone`);
}

async function firstOf(addresses: readonly string[], { to, signal, clock, intake: make }: Dialling): Promise<Dialled> {
  let last: unknown = new WebFault('it has no address');
  for (const address of addresses)
    try {
      const intake = make?.() ?? null;
      const options = {
        host: address,
        port: to.port,
        family: isIP(address),
        ...(intake && { onread: intake.options }),
      };
      return { kind: 'open', socket: await connected(options, signal, clock), address, intake };
    } catch (error) {
      signal.throwIfAborted();
      last = error;
    }
  throw last;
}

function connected(
  to: { readonly host: string; readonly port: number; readonly family: number; readonly onread?: OnReadOpts },
  signal: AbortSignal,
  clock: Dialling['clock'],
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...to, allowHalfOpen: true, noDelay: true });
    const stop = (error: Error): void => {
      socket.destroy();
      end();
      reject(error);
    };
    const gone = (): void => stop(new WebFault('it was cancelled'));
    const cancel = clock.after(CONNECTS_WITHIN_MS, () =>
      stop(new WebFault(`${placeOf(to)} does not answer within ${CONNECTS_WITHIN_MS / 1000} s`)),
    );
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', gone);
      socket.removeListener('error', stop);
      // Whoever takes it listens for errors; in between none may end the process.
      socket.on('error', () => undefined);
    };
    socket.once('error', stop);
    socket.once('connect', () => {
      end();
      resolve(socket);
    });
    signal.addEventListener('abort', gone, { once: true });
    if (signal.aborted) gone();
  });
}
