// Settings of the machine: written where this user may and nobody else has anything, taken out again to the last byte. Never the
// machine's own /etc.
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { claudeCode } from '../src/claude-code/connector.ts';
import { inspectAround } from '../src/claude-code/settings/inspect-file.ts';
import { managedFault, openManagedFolders } from '../src/claude-code/settings/location.ts';
import { connectAgent, disconnectAgent, readConnection } from '../src/index.ts';
import { everything, fakeDaemon, freshMachine, installed, optionsOf } from './connection/support.ts';

const folderOf = (etc: string) => join(etc, 'claude-code', 'managed-settings.d');
const modeOf = (path: string) => statSync(path).mode & 0o777;

async function connected(machine = freshMachine()) {
  const daemon = fakeDaemon();
  const made = await connectAgent(installed(claudeCode), optionsOf(machine, daemon));
  if (!made.ok) throw new Error(made.fault.message);
  await openManagedFolders(machine);
  return { machine, daemon, ...made.value };
}

verifies(
  ['K6'],
  'where it may be written the machine’s own settings are the default, ours alone and not for others',
  async () => {
    const { machine, files, warnings, scope, agent } = await connected();
    expect(scope).toBe('managed');
    const path = join(folderOf(machine.etc), 'castellan.json');
    expect(files.map((file) => file.path)).toEqual([path]);
    expect(modeOf(path)).toBe(0o600);
    expect(modeOf(folderOf(machine.etc)), 'what the owner of the machine puts beside it is for everybody').toBe(0o755);
    expect(warnings.join()).toContain('other users');
    const text = readFileSync(path, 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      allowManagedHooksOnly: true,
      disableSkillShellExecution: true,
      permissions: { disableBypassPermissionsMode: 'disable' },
    });
    expect(text).not.toMatch(/castellan_a_/);
    const connection = await readConnection(machine.home, agent);
    expect(connection && (await claudeCode.inspect(connection, machine))).toEqual([{ kind: 'intact' }]);
  },
);

verifies(['K6'], 'out again everything is as it was, what others have beside it too', async () => {
  const machine = freshMachine();
  mkdirSync(folderOf(machine.etc), { recursive: true });
  writeFileSync(join(machine.etc, 'claude-code', 'managed-settings.json'), '{"model":"opus"}', { mode: 0o644 });
  const before = everything(machine);
  const { daemon, agent } = await connected(machine);
  expect(everything(machine)).not.toEqual(before);
  expect(await disconnectAgent({ home: machine.home, agent, client: daemon.client, now: 2000 })).toMatchObject({
    ok: true,
  });
  expect(everything(machine)).toEqual(before);
});

test('nothing is written where others may write too, or have written', async () => {
  const machine = freshMachine();
  mkdirSync(folderOf(machine.etc), { recursive: true });
  expect(await managedFault(machine)).toBeNull();
  chmodSync(folderOf(machine.etc), 0o777);
  expect(await managedFault(machine)).toContain('can be written by others');
  expect(await claudeCode.defaultScope(machine)).toBe('user');
  chmodSync(folderOf(machine.etc), 0o755);
  expect(await claudeCode.defaultScope(machine)).toBe('managed');
});

test.skipIf(process.getuid?.() !== 0)('what belongs to another user keeps us away', async () => {
  const machine = freshMachine();
  mkdirSync(folderOf(machine.etc), { recursive: true });
  const theirs = join(folderOf(machine.etc), '10-company.json');
  writeFileSync(theirs, '{}');
  chownSync(theirs, 1234, 1234);
  expect(await managedFault(machine)).toContain('belongs to another user');
  chownSync(theirs, 0, 0);
  chownSync(join(machine.etc, 'claude-code'), 1234, 1234);
  expect(await managedFault(machine)).toContain('belongs to another user');
});

test('what a project says does not reach hooks of the machine; what its owner says does', async () => {
  const machine = freshMachine();
  mkdirSync(join(machine.cwd, '.claude'));
  writeFileSync(join(machine.cwd, '.claude', 'settings.json'), '{"disableAllHooks":true}');
  expect(await inspectAround(machine.cwd, 'user', machine)).toMatchObject([{ kind: 'switched-off' }]);
  expect(await inspectAround(machine.cwd, 'managed', machine)).toEqual([]);
  mkdirSync(folderOf(machine.etc), { recursive: true });
  writeFileSync(join(folderOf(machine.etc), 'castellan.json'), '{"allowManagedHooksOnly":true}');
  expect(await inspectAround(machine.cwd, 'managed', machine), 'our own file').toEqual([]);
  writeFileSync(join(folderOf(machine.etc), 'other.json'), '{"disableAllHooks":true}');
  expect(await inspectAround(machine.cwd, 'managed', machine)).toMatchObject([{ by: 'disableAllHooks' }]);
});
