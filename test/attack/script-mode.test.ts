// The attacker is in plan mode, or a sub-agent, and has a script do what they may not: the mode and the sub-agent of the call that
// begins a run are those of everything that the run does.
import { honestMcp, json, verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { addModule, httpClient } from '../e2e/support/mcp.ts';
import { script, scriptWorld } from '../e2e/support/script-server.ts';
import { ofKind } from '../e2e/support/world.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const CWD = '/srv/project';
const SERVER = { name: 'castellan', source: 'user' } as const;

verifies(
  ['S6', 'P9'],
  'what may not be done in plan mode, no script does there; whose sub-agent began it stands at each of its calls',
  async () => {
    await using at = await scriptWorld(json({ fine: true }));
    const { it } = at;
    await addModule(it, 'notes', honestMcp({ only: ['echo'] }));
    const agent = await it.connect('Claude Code');
    await using connected = await httpClient(it, agent, { headers: { 'x-castellan-workspace': CWD } });
    await at.approved('sends', script({ hosts: at.host }, `return http.post("http://${at.host}/sent").status`));
    await at.approved('reads', script({ hosts: at.host }, `return http.get("http://${at.host}/read").status`));
    await at.approved('uses', script({ tools: 'notes/echo' }, 'return tools.call("notes", "echo", {"text": "x"})'));

    const ran = async (name: string, mode: string, id: string): Promise<string> => {
      const more = { permission_mode: mode, agent_id: 'sub_1', agent_type: 'Explore' };
      const asked = await agent.pre('mcp__castellan__script_run', { name }, { id, cwd: CWD, server: SERVER, more });
      expect(asked.verdict).toBe('allow');
      return JSON.stringify(
        await connected.client.callTool({
          name: 'script_run',
          arguments: { name },
          _meta: { 'claudecode/toolUseId': id },
        }),
      );
    };
    expect(await ran('sends', 'plan', 'toolu_1')).toContain('mode plan');
    expect(await ran('uses', 'plan', 'toolu_2')).toContain('mode plan');
    expect(at.server.seen).toEqual([]);
    // To look is no change, and the same script sends where its client may.
    expect(await ran('reads', 'plan', 'toolu_3')).toContain('succeeded');
    expect(await ran('sends', 'default', 'toolu_4')).toContain('succeeded');
    expect(at.server.seen.map(({ url }) => url)).toEqual(['/read', '/sent']);
    const made = ofKind(await it.records(), 'attempt').filter(({ origin }) => origin === 'script');
    expect(made.map(({ subagent }) => subagent)).toEqual(Array(4).fill('Explore sub_1'));
  },
);
