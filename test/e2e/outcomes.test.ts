// What an agent reports of a call is cut to a length for the record, and a secret that lies across the cut leaves nothing.
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { ofKind, until, world } from './support/world.ts';

verifies(['L1', 'G-S02'], 'a credential at the very place where a reported error is cut', async () => {
  await using it = await world();
  const agent = await it.connect();
  await agent.pre('Bash', { command: 'ls' }, { id: 'toolu_cut' });
  await agent.hook({
    session_id: 's1',
    cwd: '/tmp',
    hook_event_name: 'PostToolUseFailure',
    tool_name: 'Bash',
    tool_input: { command: 'ls' },
    tool_use_id: 'toolu_cut',
    error: `${'x'.repeat(1970)}${agent.credential}`,
  });
  const outcome = await until('the outcome', async () => ofKind(await it.records(), 'outcome')[0]);
  expect(outcome).toMatchObject({ status: 'failed' });
  expect(outcome.text).toHaveLength(2000);
  expect(outcome.text).not.toContain('castellan_a_');
});
