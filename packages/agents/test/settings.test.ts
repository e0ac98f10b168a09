// Our entries in somebody else's file: put in, found again, taken out, and every change to them seen.
import type { JsonObject } from '@castellan/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentOf, hookGroups } from '../src/claude-code/settings/entries.ts';
import { readSettings, switchedOff } from '../src/claude-code/settings/faults.ts';
import { settingsText, withHooks, withoutHooks } from '../src/claude-code/settings/merge.ts';
import { before } from '../src/claude-code/settings/protections.ts';
import { inspectSettings } from '../src/index.ts';
import { CREDENTIAL, EXPECTED, SPEC } from './support.ts';

const theirs = { type: 'command', command: 'notify' };
const user: JsonObject = {
  model: 'opus',
  hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [theirs] }], Notification: [{ hooks: [theirs] }] },
  permissions: { allow: ['Read'], disableBypassPermissionsMode: 'disable' },
};

test('pin: the hook that decides is a command without a shell', () => {
  expect(hookGroups(SPEC).PreToolUse).toEqual({
    matcher: '*',
    hooks: [
      {
        type: 'command',
        command: '/opt/castellan/castellan-hook',
        args: ['/home/me/.config/castellan/agents/agent_abcdef/hook'],
        timeout: 600,
        onFailure: 'block',
      },
    ],
  });
});

test('pin: everything that can block does when we fail; no event is an HTTP hook; no credential', () => {
  const groups = hookGroups(SPEC);
  const text = (name: keyof typeof groups) => JSON.stringify(groups[name]);
  for (const name of [
    'PreToolUse',
    'PermissionRequest',
    'PostToolUse',
    'PostToolUseFailure',
    'UserPromptSubmit',
    'UserPromptExpansion',
    'SubagentStart',
    'ConfigChange',
  ] as const) {
    expect(text(name)).toContain('"onFailure":"block"');
    expect(text(name)).not.toMatch(/--(?:tell|remind)/);
  }
  for (const name of ['SubagentStop', 'SessionEnd'] as const) {
    expect(text(name)).not.toContain('onFailure');
    expect(text(name)).toContain('--tell');
  }
  expect(text('SessionStart')).toContain('--remind');
  expect(JSON.stringify(groups)).not.toMatch(/http|castellan_a_/);
});

test('pin: what protects beside the hooks', () => {
  expect(withHooks({}, SPEC)).toMatchObject({
    permissions: {
      disableBypassPermissionsMode: 'disable',
      deny: ['daemon/**', 'agents/*/hook', 'agents/*/mcp.json'].map(
        (path) => `Read(//home/me/.config/castellan/${path})`,
      ),
    },
    disableSkillShellExecution: true,
  });
  expect(withHooks({}, SPEC)).not.toHaveProperty('allowManagedHooksOnly');
  expect(withHooks({}, { ...SPEC, scope: 'managed' })).toHaveProperty('allowManagedHooksOnly', true);
});

test('a folder whose name means something to the client is not written into its rules', () => {
  const odd = { ...SPEC, hookFile: '/home/me/{a,b}*/agents/agent_abcdef/hook' };
  expect(withHooks({}, odd).permissions).toEqual({ disableBypassPermissionsMode: 'disable' });
});

test('entries of before there was a command are known as ours, replaced and taken out', () => {
  const url = 'http://127.0.0.1:9999/v1/hooks/claude-code';
  const old = { type: 'http', url, headers: { Authorization: `Bearer ${CREDENTIAL}` } };
  const start = { type: 'command', command: 'node', args: ['/opt/claude-session-start.mjs', '/x'] };
  const settings: JsonObject = {
    hooks: { PreToolUse: [{ matcher: '*', hooks: [old] }], SessionStart: [{ hooks: [start] }] },
  };
  expect(agentOf(settings)).toBe('agent_abcdef');
  expect(withHooks(settings, SPEC).hooks).toEqual(hookGroupsAsLists());
  expect(withoutHooks(settings, {})).toEqual({});
});
const hookGroupsAsLists = () =>
  Object.fromEntries(Object.entries(hookGroups(SPEC)).map(([name, group]) => [name, [group]]));

test('whose hooks stand there is read off the file they name', () => {
  expect(agentOf(withHooks(user, SPEC))).toBe('agent_abcdef');
  expect(agentOf(user)).toBeNull();
});

test('what was there stays where it was, twice changes nothing, and out again it is as before', () => {
  const once = withHooks(user, SPEC);
  expect(withHooks(once, SPEC)).toEqual(once);
  expect(JSON.stringify(once).startsWith('{"model":"opus","hooks":{"PreToolUse":[{"matcher":"Bash"')).toBe(true);
  expect(withoutHooks(once, before(user, SPEC))).toEqual(user);
});

test('universally: twice is once, and out again gives it back', () => {
  const key = fc.constantFrom('model', 'apiKeyHelper', 'theme', 'x');
  const hooks = fc.dictionary(
    fc.constantFrom('PreToolUse', 'Stop', 'SessionEnd'),
    fc.array(fc.constant({ hooks: [theirs] }), { minLength: 1 }),
    { minKeys: 1 },
  );
  fc.assert(
    fc.property(fc.dictionary(key, fc.string()), fc.option(hooks), fc.option(fc.boolean()), (rest, has, skills) => {
      const start = {
        ...rest,
        ...(has === null ? {} : { hooks: has }),
        ...(skills === null ? {} : { disableSkillShellExecution: skills }),
      };
      const once = withHooks(start, SPEC);
      expect(settingsText(withHooks(once, SPEC), '')).toBe(settingsText(once, ''));
      expect(withoutHooks(once, before(start, SPEC))).toEqual(start);
      expect(inspectSettings(settingsText(once, ''), EXPECTED)).toEqual({ kind: 'intact' });
    }),
  );
});

test('a hook the user put into our group stays theirs', () => {
  const once = withHooks({}, SPEC);
  const shared = structuredClone(once) as { hooks: { PreToolUse: { hooks: unknown[] }[] } };
  shared.hooks.PreToolUse[0]?.hooks.push(theirs);
  expect(withoutHooks(shared as unknown as JsonObject, before({}, SPEC))).toEqual({
    hooks: { PreToolUse: [{ matcher: '*', hooks: [theirs] }] },
  });
});

test('the file keeps its indentation', () => {
  expect(settingsText({ a: 1 }, '{\n\t"b": 1\n}')).toBe('{\n\t"a": 1\n}\n');
});

describe('files the client would drop', () => {
  const hook = (entry: unknown) => JSON.stringify({ hooks: { Stop: [{ hooks: [entry] }] } });
  test.each([
    ['not JSON', '{'],
    ['a comment', '{} // mine'],
    ['a list', '[]'],
    ['an unknown hook type', hook({ type: 'carrier-pigeon' })],
    ['a timeout as text', hook({ type: 'command', command: 'x', timeout: '5' })],
    ['a misspelled onFailure', hook({ type: 'command', command: 'x', onFailure: 'deny' })],
    ['a hook without its command', hook({ type: 'command' })],
    ['hooks as a list', '{"hooks":[]}'],
    ['a wrong unrelated field', '{"permissions":{"allow":"Bash"}}'],
  ])('%s', (_, text) => {
    expect(readSettings(text).ok).toBe(false);
    expect(inspectSettings(text, EXPECTED).kind).toBe('unreadable');
  });
  test('an empty file is no settings', () => expect(readSettings('')).toEqual({ ok: true, value: {} }));
});

test('what switches hooks off is named', () => {
  expect(switchedOff({ disableAllHooks: true })).toBe('disableAllHooks');
  expect(switchedOff({ disableAllHooks: true }, true)).toBe('disableAllHooks');
  expect(switchedOff({ allowManagedHooksOnly: true })).toBe('allowManagedHooksOnly');
  expect(switchedOff({ allowManagedHooksOnly: true }, true)).toBeNull();
  expect(switchedOff({ disableAllHooks: false })).toBeNull();
});
