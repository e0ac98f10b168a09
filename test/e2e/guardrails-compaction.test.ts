// What an agent is told when its conversation was compacted: a summary may have dropped every constraint, so they are said
// again, and they hold whether it heard them or not.
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { type TestAgent, world } from './support/world.ts';

const start = async (agent: TestAgent, source: string): Promise<string> => {
  const response = await agent.hook({ session_id: 's1', cwd: '/tmp', hook_event_name: 'SessionStart', source });
  expect(response.status).toBe(200);
  const { hookSpecificOutput: output } = response.json() as {
    hookSpecificOutput?: { hookEventName: string; additionalContext: string };
  };
  expect(output?.hookEventName).toBe('SessionStart');
  return output?.additionalContext ?? '';
};

verifies(
  ['G-S05'],
  'the constraints are told again after every compaction, with what is refused and what waits',
  async () => {
    await using it = await world({ deny: ['mail/send'] });
    const agent = await it.connect();
    const first = await start(agent, 'startup');
    expect(first).toContain('hold for the whole session');
    for (const wanted of ['DENIED means no', 'Never change, disable or work around hooks', 'mail/send'])
      expect(first).toContain(wanted);

    const fetching = agent.pre('WebFetch', { url: 'https://example.org/', prompt: 'x' });
    const [waiting] = await it.waiting();
    for (let round = 0; round < 3; round += 1) {
      const told = await start(agent, 'compact');
      expect(told).toContain('was compacted; these safety constraints still hold');
      for (const line of first.split('\n').slice(1)) expect(told, 'nothing of it is lost').toContain(line);
      expect(told).toContain('Waiting for a person now:');
      expect(told).toContain('example.org');
    }
    expect(await start(agent, 'resume')).toContain('DENIED means no');
    if (waiting !== undefined) await it.deny(waiting);
    await fetching;

    // Told or not: what was refused before is refused after.
    const after = await agent.pre(
      'mcp__mail__send',
      { to: 'a@b.example' },
      { server: { name: 'mail', source: 'user' } },
    );
    expect(after.verdict).toBe('deny');
  },
);
