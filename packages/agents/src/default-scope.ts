// Which scope is chosen where nobody says one. INVARIANT: what counts for the whole machine is written unasked only by its user's
// own Castellan: a state folder or a home set for one run, as for a trial or a test, never reaches beyond itself.
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { ConnectScope } from '@castellan/contract';
import type { Connector } from './connector.ts';
import { ETC, type Machine } from './machine.ts';

/** The connector's own choice, as far as it may be taken unasked. */
export async function defaultScopeOf(connector: Connector, machine: Machine): Promise<ConnectScope> {
  const wanted = await connector.defaultScope(machine);
  if (wanted !== 'managed' || machine.etc !== ETC || isUsersOwn(machine)) return wanted;
  return connector.scopes.find((scope) => scope !== 'managed') ?? wanted;
}

function isUsersOwn({ home, userHome }: Machine): boolean {
  const { homedir } = userInfo();
  return userHome === homedir && home === join(homedir, '.config', 'castellan');
}
