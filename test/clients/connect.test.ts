// connect, disconnect and the alarms, with the real client and the real daemon.
import { lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAgent, disconnectAgent } from '@castellan/agents';
import type { AgentId } from '@castellan/contract';
import { runProcess, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { CLAUDE, withClaude } from './support/claude.ts';
import { bash, calls } from './support/script.ts';
import { claudeCode, connectOptions, type World, world } from './support/world.ts';

const settingsOf = (it: World) => join(it.user, '.claude', 'settings.json');
const read = (path: string) => readFileSync(path, 'utf8');
const again = (it: World, more = {}) =>
  connectAgent(claudeCode, { ...connectOptions(it.daemon, it.user, it.project), ...more });
const disconnect = (it: World, agent: AgentId = it.connected.agent, client: World['client'] | null = it.client) =>
  disconnectAgent({ home: it.home, agent, client, now: Date.now() });

verifies(
  ['K6'],
  'connect twice changes no byte and makes no second agent',
  async () => {
    await using it = await world();
    const first = read(settingsOf(it));
    const written = (await it.records()).filter((record) => record.kind === 'agent').length;
    expect(await again(it)).toMatchObject({ ok: true, value: { changed: false, agent: it.connected.agent } });
    expect(read(settingsOf(it))).toBe(first);
    expect(statSync(settingsOf(it)).mode & 0o777).toBe(0o600);
    const agents = await it.client.agents();
    expect(agents.ok && agents.value.agents).toHaveLength(1);
    // Nothing changed, so nothing is recorded as changed.
    expect((await it.records()).filter((record) => record.kind === 'agent')).toHaveLength(written);
  },
  withClaude,
);

verifies(
  ['K6'],
  'disconnect gives back the very bytes that were there, and the credential is dead',
  async () => {
    await using it = await world();
    await disconnect(it);
    const original = '{ "model": "opus",\n\n      "permissions": {"allow": ["Read"]} }';
    writeFileSync(settingsOf(it), original, { mode: 0o644 });
    const connected = await again(it);
    if (!connected.ok) throw new Error(connected.fault.message);
    const credential = /castellan_a_[0-9a-z]+_[0-9a-f]{64}/.exec(read(settingsOf(it)))?.[0] ?? '';
    const backup = connected.value.files[0]?.backup ?? '';
    expect(read(backup)).toBe(original);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    const gone = await disconnect(it, connected.value.agent);
    expect(gone).toMatchObject({ ok: true, value: { files: [{ end: 'original' }], revoked: true } });
    expect(read(settingsOf(it))).toBe(original);
    expect(statSync(settingsOf(it)).mode & 0o777).toBe(0o644);
    const answer = await it.daemon.request('POST', '/v1/hooks/claude-code', { token: credential, body: {} });
    expect(answer.status).toBe(401);
  },
  withClaude,
);

verifies(
  ['K6'],
  'what the user changed meanwhile stays',
  async () => {
    await using it = await world();
    const settings = JSON.parse(read(settingsOf(it)));
    settings.model = 'opus';
    settings.hooks.Notification = [{ hooks: [{ type: 'command', command: 'true' }] }];
    writeFileSync(settingsOf(it), JSON.stringify(settings));
    const gone = await disconnect(it);
    expect(gone).toMatchObject({ ok: true, value: { files: [{ end: 'stripped' }] } });
    expect(JSON.parse(read(settingsOf(it)))).toEqual({
      model: 'opus',
      hooks: { Notification: settings.hooks.Notification },
    });
  },
  withClaude,
);

verifies(
  ['K6'],
  'a file the client would drop is refused and not touched',
  async () => {
    await using it = await world();
    await disconnect(it);
    const cases: readonly [string, string][] = [
      ['{ not json', 'settings-rejected'],
      ['{"hooks":{"Stop":[{"hooks":[{"type":"pigeon"}]}]}}', 'settings-rejected'],
      ['{"disableAllHooks":true}', 'hooks-disabled'],
    ];
    for (const [text, code] of cases) {
      writeFileSync(settingsOf(it), text);
      expect(await again(it)).toMatchObject({ ok: false, fault: { code } });
      expect(read(settingsOf(it))).toBe(text);
    }
    const agents = await it.client.agents();
    expect(agents.ok && agents.value.agents.filter((agent) => agent.revokedAt === null)).toEqual([]);
  },
  withClaude,
);

verifies(
  ['K6'],
  'the project scope never edits a file that is committed',
  async () => {
    await using it = await world();
    const git = (...args: readonly string[]) =>
      runProcess('git', ['-C', it.project, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);
    await git('init', '-q');
    const local = join(it.project, '.claude', 'settings.local.json');
    mkdirSync(join(it.project, '.claude'));
    const open = await again(it, { scope: 'project' });
    expect(open).toMatchObject({
      ok: true,
      value: { files: [{ path: local }], warnings: [expect.stringContaining('.gitignore')] },
    });
    if (open.ok) await disconnect(it, open.value.agent);
    writeFileSync(local, '{}');
    await git('add', '-f', local);
    expect(await again(it, { scope: 'project' })).toMatchObject({ ok: false, fault: { code: 'settings-rejected' } });
    expect(read(local)).toBe('{}');
  },
  withClaude,
);

async function alarm(it: World, kind: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const status = await it.client.status();
    const found = status.ok ? status.value.alarms.find((item) => item.kind === kind) : undefined;
    if (found !== undefined) return found.text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return 'no alarm';
}

verifies(
  ['K6'],
  'hooks that disappear raise an alarm',
  async () => {
    await using it = await world();
    writeFileSync(settingsOf(it), '{}');
    expect(await alarm(it, 'hooks-missing')).toContain('settings.json');
  },
  withClaude,
);

verifies(
  ['K6'],
  'hooks switched off by the project during a session raise an alarm',
  async () => {
    await using it = await world({ modules: { 'claude-code': { tools: { Bash: 'allow' } } } });
    mkdirSync(join(it.project, '.claude'));
    const running = it.claude(calls(bash('sleep 4')));
    await expect
      .poll(async () => (await it.client.status().then((s) => (s.ok ? s.value.sessions : []))).length, {
        timeout: 5000,
      })
      .toBeGreaterThan(0);
    writeFileSync(join(it.project, '.claude', 'settings.local.json'), '{"disableAllHooks":true}');
    expect(await alarm(it, 'hooks-disabled')).toContain('settings.local.json');
    await running;
  },
  withClaude,
);

verifies(
  ['K6'],
  'a client started without hooks raises an alarm',
  async () => {
    await using it = await world();
    const running = it.claude(calls(bash('sleep 4')), { args: ['--bare', '--allowedTools', 'Bash'] });
    expect(await alarm(it, 'hooks-bypassed')).toContain('--bare');
    await running;
  },
  withClaude,
);

verifies(
  ['K6'],
  'an old client is refused',
  async () => {
    await using it = await world();
    const old = join(it.user, 'claude');
    writeFileSync(old, '#!/bin/sh\necho "2.1.294 (Claude Code)"\n', { mode: 0o755 });
    expect(await again(it, { clientPath: old })).toMatchObject({ ok: false, fault: { code: 'client-too-old' } });
    expect(CLAUDE).not.toBe(old);
  },
  withClaude,
);

verifies(
  ['K6'],
  'a settings file that is a link stays one; what it leads to is edited and given back',
  async () => {
    await using it = await world();
    await disconnect(it);
    const real = join(it.user, 'dotfiles.json');
    writeFileSync(real, '{"model":"opus"}');
    symlinkSync(real, settingsOf(it));
    const connected = await again(it);
    if (!connected.ok) throw new Error(connected.fault.message);
    expect(connected.value.files.map(({ path }) => path)).toEqual([real]);
    expect(lstatSync(settingsOf(it)).isSymbolicLink()).toBe(true);
    await disconnect(it, connected.value.agent);
    expect(read(real)).toBe('{"model":"opus"}');
  },
  withClaude,
);

verifies(
  ['K6'],
  'disconnect works with the daemon away, says that the credential lives, and finishes later',
  async () => {
    await using it = await world({}, { scope: 'isolated' });
    const gone = await disconnect(it, it.connected.agent, null);
    expect(gone).toMatchObject({ ok: true, value: { files: [{ end: 'removed' }], revoked: false } });
    expect(gone.ok && gone.value.warnings.join()).toContain('still good');
    const later = await disconnect(it);
    expect(later).toMatchObject({ ok: true, value: { files: [{ end: 'absent' }], revoked: true } });
    const third = await disconnect(it);
    expect(third).toMatchObject({ ok: false, fault: { code: 'not-connected' } });
  },
  withClaude,
);

verifies(
  ['K6'],
  'another hook that may change a decided call is named when connecting',
  async () => {
    await using it = await world();
    await disconnect(it);
    const hooks = { PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: 'true' }] }] };
    writeFileSync(settingsOf(it), JSON.stringify({ hooks }));
    expect(await again(it)).toMatchObject({
      ok: true,
      value: { warnings: [expect.stringContaining('1 other PreToolUse')] },
    });
  },
  withClaude,
);
