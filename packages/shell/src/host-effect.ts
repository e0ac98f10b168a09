// Effects on hosts, from text to target and place. A host that cannot be read is `unresolved` and not certain.
import type { Effect } from '@castellan/contract';
import { type Host, hostTarget, readHost } from './host.ts';

type HostKind = Extract<Effect['kind'], 'connect' | 'send'>;
export type HostEffect = Pick<Effect, 'kind' | 'target' | 'targetKind' | 'place' | 'certainty'> & {
  readonly note?: string;
};

/** An effect on a host that was read. A name only this network resolves is `unresolved`, and still certain to be asked for. */
export function effectOnHost(kind: HostKind, host: Host): HostEffect {
  const note = host.note === undefined ? {} : { note: host.note };
  return { kind, target: hostTarget(host), targetKind: 'host', place: host.place, certainty: 'certain', ...note };
}

/** An effect on a host as it was written. */
export function hostEffect(kind: HostKind, text: string): HostEffect {
  const host = readHost(text);
  if (host !== undefined) return effectOnHost(kind, host);
  const note = 'a host that could not be read';
  return { kind, target: text.slice(0, 200), targetKind: 'host', place: 'unresolved', certainty: 'unknown', note };
}
