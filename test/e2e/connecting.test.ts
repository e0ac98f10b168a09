// An agent of this machine is found and connected at a person's word, and a test call shows how it is.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from '@castellan/contract';
import { bareEnvironment, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { ofKind, until, world } from './support/world.ts';

/** A program that says it is Claude Code: connecting asks for its version and nothing else. `before`: what it does first. */
function machineWith(version: string, before: (folder: string) => string = () => '') {
  const folder = tempFolder();
  const bin = join(folder, 'bin');
  const home = join(folder, 'home');
  mkdirSync(bin);
  mkdirSync(join(home, '.claude'), { recursive: true });
  writeFileSync(join(bin, 'claude'), `#!/bin/sh\n${before(folder)}\necho '${version} (Claude Code)'\n`);
  chmodSync(join(bin, 'claude'), 0o755);
  const settings = join(home, '.claude', 'settings.json');
  writeFileSync(settings, '{\n  "theme": "dark"\n}\n');
  return { folder, settings, env: { PATH: `${bin}:${bareEnvironment(home).PATH}`, HOME: home } };
}

interface Found {
  readonly found: readonly {
    readonly agent: string | null;
    readonly version: string | null;
    readonly text: string;
    readonly changes: readonly { readonly path: string; readonly text: string }[];
  }[];
}

verifies(
  ['K6', 'W1'],
  'what connecting changes is shown first, then it is changed, with a backup, in the name of who asked',
  async () => {
    const { settings, env } = machineWith('2.1.300');
    await using it = await world({}, { env });
    const look = async () => (await it.daemon.request('GET', '/v1/found-agents')).json() as Found;
    const [found] = (await look()).found;
    expect(found).toMatchObject({ version: '2.1.300', agent: null, text: '' });
    expect(found?.changes[0]?.text).toContain('PreToolUse');
    expect(found?.changes[0]?.text).not.toMatch(/castellan_a_[0-9a-z]{6,}_/);
    expect(readFileSync(settings, 'utf8')).toBe('{\n  "theme": "dark"\n}\n');
    const made = await it.daemon.request('POST', '/v1/found-agents', { body: { connector: 'claude-code' } });
    expect(made.status, made.text).toBe(200);
    expect(made.text).not.toMatch(/castellan_a_/);
    const agent = made.json() as Agent;
    expect(agent.watched).toHaveLength(1);
    expect(readFileSync(settings, 'utf8')).toContain('PreToolUse');
    expect((await look()).found[0]).toMatchObject({ agent: agent.id, changes: [] });
    const [record] = ofKind(await it.records('kind:agent'), 'agent');
    expect(record).toMatchObject({ change: 'connected', by: 'person:mia' });
  },
);

verifies(['K6', 'W1'], 'who looks while it is being connected is told at once afterwards that it is', async () => {
  // Whoever asks it first is held until this test lets go; the others are answered.
  const held = (folder: string) =>
    `if mkdir '${folder}/asked' 2>/dev/null; then while [ ! -e '${folder}/go' ]; do sleep 0.02; done; fi`;
  const { folder, env } = machineWith('2.1.300', held);
  await using it = await world({}, { env });
  const look = async () => ((await it.daemon.request('GET', '/v1/found-agents')).json() as Found).found[0];
  const connecting = it.daemon.request('POST', '/v1/found-agents', { body: { connector: 'claude-code' } });
  await until('the question', () => (existsSync(join(folder, 'asked')) ? true : undefined));
  expect(await look()).toMatchObject({ agent: null });
  writeFileSync(join(folder, 'go'), '');
  const made = await connecting;
  expect(made.status, made.text).toBe(200);
  expect(await look()).toMatchObject({ agent: (made.json() as Agent).id, changes: [] });
});

verifies(
  ['K6'],
  'a client that cannot be held says why and is not connected; the local token connects nothing this way',
  async () => {
    const { env } = machineWith('2.1.100');
    await using it = await world({}, { env });
    const { found } = (await it.daemon.request('GET', '/v1/found-agents')).json() as Found;
    expect(found).toMatchObject([{ agent: null, changes: [], text: expect.stringContaining('2.1.100') }]);
    expect((await it.daemon.request('POST', '/v1/found-agents', { body: { connector: 'claude-code' } })).status).toBe(
      409,
    );
    const { token } = it.daemon.state;
    const refused = await it.daemon.request('POST', '/v1/found-agents', { token, body: { connector: 'claude-code' } });
    expect(refused.status).toBe(403);
  },
);

verifies(
  ['W1', 'H1'],
  'a test call asks under any preset, does nothing when it is approved, and leaves no agent behind',
  async () => {
    for (const preset of ['autonomous', 'full-auto'] as const) {
      await using it = await world({ preset });
      const started = await it.daemon.request('POST', '/v1/test-call', { body: {} });
      expect(started.status, started.text).toBe(200);
      const { agent } = started.json() as { agent: string };
      const [approval] = await it.waiting();
      expect(approval).toMatchObject({
        agent,
        module: 'mail',
        tool: 'send',
        taskTitle: expect.stringContaining('test call'),
      });
      // It stands behind Castellan as no agent does: the checklist goes on saying that nothing is held.
      const { checks } = (await it.daemon.request('GET', '/v1/checks')).json() as {
        checks: readonly { readonly id: string; readonly state: string }[];
      };
      expect(checks.find(({ id }) => id === 'agents')?.state).toBe('warn');
      if (approval !== undefined) expect((await it.approve(approval)).status).toBe(200);
      await until('the end of the test call', async () => ((await it.status()).agents.length === 0 ? true : undefined));
      const [outcome] = ofKind(await it.records('kind:outcome'), 'outcome');
      expect(outcome).toMatchObject({ status: 'succeeded', text: expect.stringContaining('nothing was sent') });
    }
  },
);
