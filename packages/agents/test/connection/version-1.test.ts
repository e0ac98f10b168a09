// Who connected Claude Code with the first version: its record is read and rewritten, its agent stays, its way back is good.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from '../../src/connection/record.ts';
import {
  connectAgent,
  connectorOf,
  disconnectAgent,
  keptCredential,
  listConnections,
  mcpCredential,
} from '../../src/index.ts';
import { fakeDaemon, freshMachine, installed, optionsOf } from './support.ts';

const ORIGINAL = '{ "model": "opus" }';

/** As that version wrote it, cut to one event of each form. */
async function connectedThen() {
  const machine = freshMachine();
  const daemon = fakeDaemon();
  const made = await daemon.client.connect({ body: { kind: 'claude-code', name: 'claude', hookTimeoutSeconds: 600 } });
  if (!made.ok) throw new Error('no agent');
  const { agent, credential } = made.value;
  const path = join(machine.userHome, '.claude', 'settings.json');
  const url = 'http://127.0.0.1:9999/v1/hooks/claude-code';
  const hook = {
    type: 'http',
    url,
    timeout: 600,
    onFailure: 'block',
    headers: { Authorization: `Bearer ${credential}` },
  };
  const script = '/opt/castellan/claude-session-start.mjs';
  const start = { type: 'command', command: '/usr/bin/node', args: [script, path], timeout: 10 };
  const text = `${JSON.stringify({
    model: 'opus',
    hooks: { PreToolUse: [{ matcher: '*', hooks: [hook] }], SessionStart: [{ hooks: [start] }] },
    permissions: { disableBypassPermissionsMode: 'disable' },
    disableSkillShellExecution: true,
  })}\n`;
  mkdirSync(join(machine.userHome, '.claude'));
  writeFileSync(path, text, { mode: 0o600 });
  const folder = join(machine.home, 'agents', agent.id);
  mkdirSync(join(folder, 'backups'), { recursive: true });
  const backup = join(folder, 'backups', 'settings-1.json');
  writeFileSync(backup, ORIGINAL);
  const record = {
    ...{ schema: 'castellan/connection/v1', kind: 'claude-code', agent: agent.id, scope: 'user', settingsPath: path },
    ...{ port: 9999, timeoutSeconds: 600, node: '/usr/bin/node', script, claude: '/opt/claude' },
    ...{ written: digestOf(text), restore: { kind: 'bytes', backup, mode: 0o644 }, before: {} },
  };
  writeFileSync(join(folder, 'connection.json'), JSON.stringify(record));
  return { machine, daemon, agent: agent.id, credential, path, folder };
}

test('its record is read, and rewritten as it is now', async () => {
  const { machine, agent, credential, path, folder } = await connectedThen();
  const expected = {
    ...{ schema: 'castellan/connection/v2', connector: 'claude-code', agent, scope: 'user', mode: 'hooks' },
    files: [{ path, restore: { kind: 'bytes', mode: 0o644 } }],
  };
  expect(await listConnections(machine.home)).toMatchObject([expected]);
  expect(JSON.parse(readFileSync(join(folder, 'connection.json'), 'utf8'))).toMatchObject(expected);
  expect(await listConnections(machine.home)).toMatchObject([expected]);
  expect(await keptCredential(machine.home, agent)).toBe(credential);
  expect(await mcpCredential(machine.home, 'claude-code')).toMatchObject({ ok: true, value: { agent, credential } });
});

test('connected again it is the same agent, and its credential is in no file of the client', async () => {
  const { machine, daemon, agent, credential, path, folder } = await connectedThen();
  const done = await connectAgent(installed(connectorOf('claude-code')), optionsOf(machine, daemon, { scope: 'user' }));
  expect(done).toMatchObject({ ok: true, value: { agent, changed: true } });
  expect(daemon.alive()).toEqual([agent]);
  expect(readFileSync(path, 'utf8')).not.toContain(credential);
  expect(readFileSync(join(folder, 'hook'), 'utf8')).toContain(`credential=${credential}\n`);
  await disconnectAgent({ home: machine.home, agent, client: daemon.client, now: 2000 });
  expect(readFileSync(path, 'utf8')).toBe(ORIGINAL);
  expect(statSync(path).mode & 0o777).toBe(0o644);
});

test('disconnected as it is, its file is as it was', async () => {
  const { machine, daemon, agent, path } = await connectedThen();
  const gone = await disconnectAgent({ home: machine.home, agent, client: daemon.client, now: 2000 });
  expect(gone).toMatchObject({ ok: true, value: { files: [{ path, end: 'original' }], revoked: true } });
  expect(readFileSync(path, 'utf8')).toBe(ORIGINAL);
  expect(daemon.alive()).toEqual([]);
});
