// How much waits for a person: calls that are asked about, and versions of scripts that nobody has reviewed.
import type { ScriptVersion } from '@castellan/contract';
import { useMemo } from 'react';
import { waitingVersions } from '../scripts/model.ts';
import { useAsk, useMay } from './use-ask.ts';
import { useLive } from './use-live.ts';

const NONE: readonly ScriptVersion[] = [];

/** Oldest first. */
export function useWaitingScripts(): readonly ScriptVersion[] {
  const scripts = useAsk('scripts', undefined, { enabled: useMay('scripts:read') }).data?.scripts;
  return useMemo(() => (scripts === undefined ? NONE : waitingVersions(scripts)), [scripts]);
}

export function useWaitingCount(): number {
  const calls = useLive(({ waiting }) => waiting.size);
  return calls + useWaitingScripts().length;
}
