// A lock and the acceptance that it stands on. INVARIANT: a lock counts only while config.yaml names its digest, which nobody
// but an accepting person writes there: whoever writes a lock file accepts nothing by it. Pure.
import { canonicalJson, type Digest, type JsonValue, type ModuleLock } from '@castellan/contract';
import type { Seen } from '@castellan/gateway';
import { sha256 } from '../digest.ts';
import type { Kept } from './lock-files.ts';

const known = new WeakMap<ModuleLock, Digest>();

export function digestOfLock(lock: ModuleLock): Digest {
  const digest = known.get(lock) ?? sha256(canonicalJson(lock as unknown as JsonValue));
  known.set(lock, digest);
  return digest;
}

/** A lock that nobody accepted as it is. */
export interface Foreign {
  readonly lock: ModuleLock;
  /** The one that was accepted, where it is still known: what differs is told against it. */
  readonly before: ModuleLock | null;
}

export interface Bound {
  readonly lock: Kept<ModuleLock>;
  readonly foreign: Foreign | null;
}

export function boundLock(kept: Kept<ModuleLock>, accepted: Digest | undefined, before: ModuleLock | null): Bound {
  if (kept.kind !== 'kept' || digestOfLock(kept.value) === accepted) return { lock: kept, foreign: null };
  const isBefore = before !== null && digestOfLock(before) === accepted;
  return { lock: { kind: 'none' }, foreign: { lock: kept.value, before: isBefore ? before : null } };
}

/** What a lock says of its server, as if it had been seen: so a person is shown it, and takes it on or not. */
export const saidIn = ({ identity, server, instructions, capabilities, definitions }: ModuleLock): Seen => ({
  identity,
  server,
  protocol: '',
  instructions,
  capabilities,
  definitions,
});

/** What there is to differ from where nothing is known to be accepted. */
export const nothingOf = (lock: ModuleLock): ModuleLock => ({ ...lock, instructions: null, definitions: [] });
