// The remote listener, joined to what it depends on: looked at again whenever the configuration or somebody's account changes.
import { type Fault, RemoteDoor, type Service } from './http/index.ts';
import type { Refusals } from './records/index.ts';
import type { Parts } from './surfaces/index.ts';

export interface RemoteParts {
  readonly parts: Parts;
  readonly refusals: Refusals;
  /** What answers there; made when it is first needed. */
  readonly service: () => Promise<Service>;
}

/** @throws StartError */
export async function openRemote({ parts, refusals, service }: RemoteParts): Promise<RemoteDoor> {
  const { policy, people, setUp, events } = parts;
  const notReady = (): Fault | null => {
    if (setUp.needed) return { text: 'Castellan is not set up yet', hint: 'run `castellan setup`' };
    const somebody = people.users.list().some(({ id }) => people.mayEnter(id));
    return somebody ? null : { text: 'nobody could sign in', hint: 'enable an account, or choose a password' };
  };
  const door = await RemoteDoor.open({
    ...parts,
    notReady,
    service,
    config: () => policy.policy.config.remote,
    turnedAway: (address, why) => refusals.note('nobody', `remote from ${address}`, why),
  });
  events.subscribe(
    (event) => {
      if (event.kind === 'policy' || (event.kind === 'changed' && event.what === 'people')) door.look();
    },
    (kind) => kind === 'policy' || kind === 'changed',
  );
  return door;
}
