// The real Codex behind the gate by hooks: what is denied does not run, what is allowed runs as it was decided, what needs a
// person waits for one, in plain mode and in code mode, in its own tools, its sub-agents and our gateway.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { attemptsOf, codexWorld, js, patch, sh, turns, withCodex } from './support/codex.ts';

const tools = (levels: Readonly<Record<string, string>>) => ({ modules: { codex: { tools: levels } } });

verifies(
  ['K4'],
  'user scope: a deny holds, an allow runs and is recorded with its outcome, a confirm waits for a yes',
  async () => {
    await using it = await codexWorld({ scope: 'user' }, tools({ Bash: 'allow', apply_patch: 'deny' }));
    await it.codex(turns(sh('echo hi > allowed; cat allowed')));
    expect([it.saw(), it.ran('allowed')]).toEqual([[expect.stringContaining('hi')], true]);
    const [attempt] = attemptsOf(await it.records(), 'Bash');
    expect(attempt?.verdict.outcome).toBe('allow');
    const outcome = (await it.records()).find((record) => record.kind === 'outcome' && record.call === attempt?.call);
    expect(outcome).toMatchObject({ status: 'succeeded' });
    await it.codex(turns({ tool: 'apply_patch', input: patch('*** Add File: denied', '+x') }), { model: 'gpt-5.5' });
    expect([it.saw(), it.ran('denied')]).toEqual([[expect.stringContaining('DENIED')], false]);
  },
  withCodex,
);

verifies(
  ['K4', 'H11'],
  'code mode: each nested call is decided by itself; a confirm waits, and runs or not as a person says',
  async () => {
    await using it = await codexWorld({ scope: 'user' }, tools({ Bash: 'confirm', apply_patch: 'deny' }));
    const step = (name: string) => `await tools.exec_command({ cmd: 'echo x > ${name}' })`;
    const denied = `await tools.apply_patch(${JSON.stringify(patch('*** Add File: patched', '+x'))})`;
    const running = it.codex(turns(js(step('yes'), step('no'), denied, 'await tools.get_goal({})')), {
      model: 'gpt-6-sol',
    });
    await it.answer(true);
    await it.answer(false);
    await running;
    expect(['yes', 'no', 'patched'].map(it.ran)).toEqual([true, false, false]);
    const [saw = ''] = it.saw();
    expect(saw).toContain('Castellan: DENIED');
    const records = await it.records();
    expect(attemptsOf(records, 'Bash').map(({ verdict }) => verdict.outcome)).toEqual(['confirm', 'confirm']);
    expect(attemptsOf(records, 'apply_patch').map(({ verdict }) => verdict.outcome)).toEqual(['deny']);
    expect(attemptsOf(records, 'get_goal')).toHaveLength(1);
  },
  { ...withCodex, timeout: 120_000 },
);

verifies(
  ['K8', 'G-S05'],
  'a sub-agent’s calls are decided and told apart; session and sub-agent are told what holds',
  async () => {
    await using it = await codexWorld({ scope: 'user' }, tools({ Bash: 'allow' }));
    const script = turns(sh('echo sub > by-sub'));
    await it.codex(
      turns(
        { tool: 'spawn_agent', namespace: 'multi_agent_v1', input: { message: script } },
        {
          tool: 'wait_agent',
          namespace: 'multi_agent_v1',
          input: { targets: [{ $after: '"agent_id":"' }], timeout_ms: 30_000 },
        },
        sh('echo main > by-main'),
      ),
    );
    expect([it.ran('by-sub'), it.ran('by-main')]).toEqual([true, true]);
    const [sub, main] = attemptsOf(await it.records(), 'Bash');
    expect(sub?.subagent).toMatch(/^default /);
    expect(main?.subagent).toBeUndefined();
    expect(main?.session).toBe(sub?.session);
    expect(it.request()).toContain('Castellan controls every tool call of this session');
  },
  { ...withCodex, timeout: 120_000 },
);

verifies(
  ['K4', 'X2'],
  'what a tool gave is told again without its secrets, in plain mode and in code mode',
  async () => {
    await using it = await codexWorld({ scope: 'user' }, tools({ Bash: 'allow' }));
    const secret = 'correct-horse-battery-staple-77';
    const body = { name: 'HORSE', value: secret };
    expect((await it.daemon.request('POST', '/v1/secrets', { body })).status).toBe(200);
    writeFileSync(join(it.project, 'notes.txt'), `token ${secret}\n`);
    await it.codex(turns(sh('cat notes.txt')));
    expect(it.saw().join(' ')).toContain('token');
    expect(it.saw().join(' ')).not.toContain(secret);
    await it.codex(turns(js("await tools.exec_command({ cmd: 'cat notes.txt' })")), { model: 'gpt-6-sol' });
    expect(it.saw().join(' ')).toContain('token');
    expect(it.saw().join(' ')).not.toContain(secret);
  },
  { ...withCodex, timeout: 120_000 },
);
