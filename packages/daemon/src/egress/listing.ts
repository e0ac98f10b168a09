// What a place is to an agent before anybody decides: listed by a person, needed by its client, or new; and whether it lies where only
// what is listed for that may be reached. Pure: texts in, words out.

import { hostsOf } from '@castellan/agents';
import type { Agent, Config } from '@castellan/contract';
import { type Asked, hostPlace, isListed, placeOf, type Refusal } from '@castellan/gateway';

export type Tool = 'connect' | 'connect-listed' | 'connect-client';
type Place = Pick<Asked, 'host' | 'port' | 'isAddress'>;
type Network = Pick<Config, 'network'>;

/** What the client needs comes first: less is said about it, and less is asked. */
export function listingOf({ network }: Network, { kind, name }: Pick<Agent, 'kind' | 'name'>, place: Place): Tool {
  if (isListed(place, hostsOf(kind))) return 'connect-client';
  const own = Object.hasOwn(network.agents, name) ? (network.agents[name] ?? []) : [];
  return isListed(place, network.allow) || isListed(place, own) ? 'connect-listed' : 'connect';
}

export const mayBePrivate = ({ network }: Network, place: Place): boolean => isListed(place, network.privateHosts);

/** Nobody is asked about what no answer could open. Names of the network are looked at again where they lead. */
export function privateFault(place: Place): Refusal | null {
  switch (hostPlace(place.host)) {
    case 'cloud':
      return null;
    case 'metadata':
      return {
        kind: 'refused',
        why: `${placeOf(place)} is where a machine keeps its own keys: no program may go there`,
        hint: '',
      };
    case 'local':
      return {
        kind: 'refused',
        why: `${placeOf(place)} is this machine or its network`,
        hint: 'a person lists such hosts in `network.privateHosts` of config.yaml',
      };
  }
}
