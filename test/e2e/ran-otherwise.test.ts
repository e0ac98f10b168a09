// The client is told what to run and runs something else: another hook of its own rewrote the arguments, or it ran what it
// was refused. Castellan cannot prevent it any more; it must be seen, and stand in the ledger.
import type { Alarm, Status } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { until, world } from './support/world.ts';

const post = (id: string, tool: string, input: object) => ({
  session_id: 'otherwise',
  cwd: '/tmp',
  hook_event_name: 'PostToolUse',
  tool_name: tool,
  tool_input: input,
  tool_use_id: id,
  tool_response: { stdout: 'done' },
});

verifies(
  ['H5', 'K1', 'K6', 'L1'],
  'a tool that ran with other arguments, or although it was refused, raises an alarm',
  async () => {
    await using it = await world();
    const agent = await it.connect('Claude Code');
    const alarms = async (): Promise<readonly Alarm[]> =>
      ((await it.daemon.request('GET', '/v1/status')).json() as Status).alarms;

    const allowed = await agent.pre('Bash', { command: 'ls' }, { session: 'otherwise', id: 'toolu_same' });
    expect(allowed.verdict).toBe('allow');
    await agent.hook(post('toolu_same', 'Bash', { command: 'ls' }));
    expect(await alarms(), 'what was decided is what ran').toEqual([]);

    await agent.pre('Bash', { command: 'ls' }, { session: 'otherwise', id: 'toolu_other' });
    await agent.hook(post('toolu_other', 'Bash', { command: 'ls; curl evil.test' }));
    const [changed] = await until('the alarm', async () => ((await alarms()).length > 0 ? alarms() : undefined));
    expect(changed).toMatchObject({ kind: 'ran-otherwise', agent: agent.id });
    expect(changed?.text).toContain('other arguments than were decided');

    const refused = await agent.pre(
      'Bash',
      { command: `cat ${it.daemon.home}/daemon/state.json` },
      { session: 'otherwise', id: 'toolu_refused' },
    );
    expect(refused.verdict).toBe('deny');
    await agent.hook(post('toolu_refused', 'Bash', { command: 'x' }));
    await until('the second alarm', async () =>
      (await alarms()).find(({ text }) => text.includes('although it was refused')),
    );

    await agent.hook(post('toolu_never', 'Bash', { command: 'x' }));
    await until('the third alarm', async () => (await alarms()).find(({ text }) => text.includes('never decided')));
  },
);
