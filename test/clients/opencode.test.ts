// OpenCode with its own tools, each asked about by our plug-in: what is decided is what runs, or nothing does.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { withOpenCode } from './support/opencode.ts';
import { openCodeWorld, pluginOf, shell, task } from './support/opencode-world.ts';
import { calls } from './support/script.ts';
import { history } from './support/world.ts';

const allow = { modules: { opencode: { tools: { bash: 'allow' } } } };
const deny = { modules: { opencode: { tools: { bash: 'deny' } } } };
const confirm = { modules: { opencode: { tools: { bash: 'confirm' } } } };

verifies(
  ['K3', 'K8', 'G-S05'],
  'what is allowed runs, is recorded with its outcome, in a sub-agent as its own; the model is reminded',
  async () => {
    await using it = await openCodeWorld(allow);
    writeFileSync(join(it.project, 'a.txt'), 'line one\n');
    const ended = await it.opencode(
      calls(
        shell('touch own'),
        { tool: 'read', input: { filePath: join(it.project, 'a.txt') } },
        task(calls(shell('touch sub'))),
      ),
    );
    expect(ended.stdout, ended.stderr).toContain('model saw');
    expect([it.ran('own'), it.ran('sub')]).toEqual([true, true]);
    const records = await it.records();
    const shells = history(records, 'bash');
    expect(shells.map(({ verdict, outcome }) => [verdict, outcome?.status])).toEqual([
      ['allow', 'succeeded'],
      ['allow', 'succeeded'],
    ]);
    const [own, sub] = shells.map(({ attempt }) => attempt);
    expect(own).toMatchObject({ module: 'opencode', agent: it.connected.agent, workspace: it.project });
    expect(own?.subagent).toBeUndefined();
    expect(sub).toMatchObject({ session: own?.session, task: own?.task, subagent: expect.stringContaining('ses_') });
    expect(it.offered[0]).toContain('Castellan controls every tool call of this session');
    expect(
      records.filter(({ kind }) => kind === 'session').map((record) => ('change' in record ? record.change : '')),
    ).toEqual(expect.arrayContaining(['started', 'ended']));
  },
  { ...withOpenCode, timeout: 300_000 },
);

verifies(
  ['K3', 'K1'],
  'what is denied does not run, in a sub-agent neither, and the model is told why',
  async () => {
    await using it = await openCodeWorld(deny);
    const ended = await it.opencode(calls(shell('touch own'), task(calls(shell('touch sub')))));
    expect([it.ran('own'), it.ran('sub')]).toEqual([false, false]);
    expect(it.asked.join('\n')).toContain('DENIED: this call was refused and did not run');
    // It ends as if all were well: its exit code says nothing of what was refused.
    expect(ended.code).toBe(0);
    await it.daemon.stop();
    rmSync(pluginOf(it));
    await it.opencode(calls(shell('touch own')));
    expect(it.ran('own'), 'the witness works: without the plug-in the same command runs').toBe(true);
  },
  { ...withOpenCode, timeout: 300_000 },
);

verifies(
  ['K3', 'H11'],
  'what needs a person waits for one: a yes runs it, a no does not, and there is no native question',
  async () => {
    await using it = await openCodeWorld(confirm);
    const running = it.opencode(calls(shell('touch yes'), shell('touch no')));
    await it.resolve('approve');
    await it.resolve('deny');
    await running;
    expect([it.ran('yes'), it.ran('no')]).toEqual([true, false]);
  },
  { ...withOpenCode, timeout: 300_000 },
);

verifies(
  ['K3'],
  'a command is judged in the folder it says it works in',
  async () => {
    await using it = await openCodeWorld();
    it.put('elsewhere/kept.txt', 'kept\n');
    const running = it.opencode(calls(shell('rm kept.txt', { workdir: join(it.root, 'elsewhere') })));
    const approval = await it.waiting();
    expect(JSON.stringify(approval)).toContain(join(it.root, 'elsewhere', 'kept.txt'));
    await it.resolve('deny');
    await running;
    expect(existsSync(join(it.root, 'elsewhere', 'kept.txt'))).toBe(true);
  },
  { ...withOpenCode, timeout: 300_000 },
);

verifies(
  ['K3', 'X1'],
  'a secret in what a tool gave, or failed with, reaches neither the model nor the folders of OpenCode by it',
  async () => {
    await using it = await openCodeWorld(allow);
    const value = 'swordfish-7c1d09e2a4';
    const body = { name: 'DOOR', value, uses: [] };
    const added = await it.daemon.request('POST', '/v1/secrets', { body });
    expect(added.status, added.text).toBe(200);
    writeFileSync(join(it.project, 'a.txt'), `${value}\n`);
    await it.opencode(calls(shell('cat a.txt'), { tool: 'read', input: { filePath: join(it.project, 'a.txt') } }));
    expect(it.offered.length).toBeGreaterThan(2);
    expect(it.asked.join('\n')).not.toContain(value);
    // One that fails with it in its text.
    await it.opencode(calls({ tool: 'read', input: { filePath: join(it.project, 'none.txt') } }));
    expect(it.asked.join('\n')).toContain('File not found');
  },
  { ...withOpenCode, timeout: 300_000 },
);

verifies(
  ['K2', 'K3'],
  'the daemon away, then dead while a call waits: nothing runs, and what ran before is not shown',
  async () => {
    await using it = await openCodeWorld(confirm);
    const running = it.opencode(calls(shell('touch waits')));
    await it.waiting();
    await it.daemon.kill();
    await running;
    const ended = await it.opencode(calls(shell('touch away'), task(calls(shell('touch sub')))));
    expect([it.ran('waits'), it.ran('away'), it.ran('sub')]).toEqual([false, false, false]);
    expect(ended.stderr).toContain('castellan up');
  },
  { ...withOpenCode, timeout: 300_000 },
);

verifies(
  ['K6'],
  'connecting changes no byte of the settings, twice is once, and disconnecting takes every file away again',
  async () => {
    await using it = await openCodeWorld();
    const { connectAgent, connectorOf, disconnectAgent, lookOnce } = await import('@castellan/agents');
    const connector = connectorOf('opencode');
    const again = await connectAgent(connector, it.connect);
    expect(again.ok && again.value.changed).toBe(false);
    expect(existsSync(join(it.user, '.config', 'opencode', 'opencode.json'))).toBe(false);
    expect(readFileSync(pluginOf(it), 'utf8')).not.toMatch(/castellan_a_/);
    const agents = await it.connect.client.agents();
    // Of files: other OpenCodes of this machine may run just now.
    const looked = async (workspace: string) =>
      (
        await lookOnce({
          machine: it.machine,
          port: it.daemon.state.port,
          agents: () => (agents.ok ? agents.value.agents : []),
          workspaces: () => [{ agent: it.connected.agent, workspace }],
        })
      ).filter(({ text }) => !text.startsWith('process '));
    expect(await looked(it.project)).toEqual([]);
    it.put('project/.opencode/plugin/evil.js', '');
    it.put('project/opencode.json', '{"mcp": {"x": {"type": "local", "command": ["sh"]}}}');
    expect((await looked(it.project)).map(({ kind }) => kind)).toEqual(['hooks-bypassed']);
    writeFileSync(pluginOf(it), '// gone\n');
    expect((await looked(it.root)).map(({ kind }) => kind)).toEqual(['hooks-missing']);
    // What is not ours is never written over: a person takes it away.
    rmSync(pluginOf(it));
    await connectAgent(connector, it.connect);
    const left = await disconnectAgent({
      home: it.home,
      agent: it.connected.agent,
      client: it.connect.client,
      now: Date.now(),
    });
    expect(left.ok, JSON.stringify(left)).toBe(true);
    expect(existsSync(pluginOf(it))).toBe(false);
  },
  { ...withOpenCode, timeout: 300_000 },
);
