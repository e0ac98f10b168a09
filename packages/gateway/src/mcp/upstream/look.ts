// A server that nobody accepted yet, started once to see what it offers: for a person who adds it or accepts a change.
// INVARIANT: nothing is asked of it but its lists, and nothing of it is left running.
import type { UpstreamHost } from '../host.ts';
import { Numbers } from './numbers.ts';
import { startServer } from './start-server.ts';
import type { Looked, LookRequest } from './types.ts';

interface LookOptions {
  readonly version: string;
  readonly ownPorts: () => readonly number[];
  readonly ca?: string;
}

export async function lookAt(
  host: UpstreamHost,
  { version, ownPorts, ca }: LookOptions,
  { module, start, folder, walls }: LookRequest,
  signal: AbortSignal,
): Promise<Looked> {
  let seen: Extract<Looked, { kind: 'seen' }>['seen'] | null = null;
  const started = await startServer({
    module,
    start,
    folder: () => folder,
    walls,
    version,
    host,
    numbers: new Numbers(),
    ownPorts,
    ca,
    signal,
    mayBe: () => null,
    judge: (said) => {
      seen = said;
      return { kind: 'serve' };
    },
    accepted: () => 'unknown',
    hold: () => undefined,
    idle: () => undefined,
    ended: () => undefined,
  });
  if (started.ok) {
    const stderr = started.connection.stderr();
    await started.server.close();
    if (seen !== null) return { kind: 'seen', seen, stderr };
    return { kind: 'fault', why: 'it said nothing of what it offers', hint: 'look at its log', stderr };
  }
  const { kind, why, hint, stderr } = started;
  return kind === 'needs-sign-in' ? { kind, why, hint } : { kind: 'fault', why, hint, stderr };
}
