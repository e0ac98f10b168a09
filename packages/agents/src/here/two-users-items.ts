// Whether agents are another user than Castellan, and whether that installation stands as it was made. Pure.
import type { CheckItem } from '@castellan/contract';
import type { HereFacts } from './facts.ts';
import { good, warn } from './item.ts';
import { holdAgents } from './wall-item.ts';

/** @param alwaysWalled whether `castellan run` starts nothing without walls. */
export function twoUsersItems(facts: HereFacts, alwaysWalled: boolean): readonly CheckItem[] {
  const { twoUsers, platform, state } = facts;
  if (twoUsers.length > 0) {
    const right = twoUsers.filter(({ state }) => state === 'good').length;
    return [
      good(
        'two-users',
        `an installation for two users; ${right} of ${twoUsers.length} facts of it are as they were made`,
      ),
      ...twoUsers
        .filter(({ state }) => state !== 'good')
        .map((fact, at) => ({ ...fact, id: `two-users-${at + 1}`, group: 'isolation' as const })),
    ];
  }
  if (state.shared)
    return [good('two-users', 'they come from another container or another user, each by sockets of its own')];
  if (alwaysWalled && holdAgents(facts))
    return [good('two-users', 'the same one; walls keep them apart at each start')];
  return [
    warn(
      'two-users',
      'the same one: an agent without walls may do to Castellan all that you may',
      platform === 'linux'
        ? 'config.yaml: `sandbox.runs: always`; on a server `sudo castellan system install`'
        : 'config.yaml: `sandbox.runs: always`',
    ),
  ];
}
