// The checklist of a machine and of what was chosen for it. Pure.
import type { CheckItem } from '@castellan/contract';
import { diskItem } from './disk-item.ts';
import type { HereFacts } from './facts.ts';
import { machineItems } from './machine-items.ts';
import { type IsolationConfig, neededWalls, settingsItems } from './settings-items.ts';
import { twoUsersItems } from './two-users-items.ts';
import { wallItem } from './wall-item.ts';

/**
 * What this machine can do, who else gets at the state folder, what confined programs may reach, whether the disk has room.
 * @param config null: it cannot be read, and nothing is said of it.
 */
export const hereItems = (facts: HereFacts, config: IsolationConfig | null): readonly CheckItem[] => [
  wallItem(facts, config === null ? { agents: false, servers: [] } : neededWalls(config)),
  ...(config === null ? [] : settingsItems(config)),
  ...twoUsersItems(facts, config?.sandbox.runs === 'always'),
  ...machineItems(facts),
  diskItem(facts),
];
