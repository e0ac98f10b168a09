// Our entries in somebody else's file: put in, found again, taken out, and every change to them seen.
import type { JsonObject } from '@castellan/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hookGroups } from '../src/claude-code/settings/entries.ts';
import { readSettings, switchedOff } from '../src/claude-code/settings/faults.ts';
import { before, settingsText, withHooks, withoutHooks } from '../src/claude-code/settings/merge.ts';
import { inspectSettings } from '../src/index.ts';
import { EXPECTED, SPEC } from './support.ts';

const theirs = { type: 'command', command: 'notify' };
const user: JsonObject = {
  model: 'opus',
  hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [theirs] }], Notification: [{ hooks: [theirs] }] },
  permissions: { allow: ['Read'], disableBypassPermissionsMode: 'disable' },
};

test('pin: the hook that decides', () => {
  expect(hookGroups(SPEC).PreToolUse).toEqual({
    matcher: '*',
    hooks: [
      {
        type: 'http',
        url: 'http://127.0.0.1:9999/v1/hooks/claude-code',
        timeout: 600,
        onFailure: 'block',
        headers: {
          Authorization: `Bearer ${SPEC.credential}`,
          'X-Castellan-Entrypoint': '$CLAUDE_CODE_ENTRYPOINT',
          'X-Castellan-Task': '$CASTELLAN_TASK',
        },
        allowedEnvVars: ['CLAUDE_CODE_ENTRYPOINT', 'CASTELLAN_TASK'],
      },
    ],
  });
});

test('pin: everything that can block does when we fail; no credential on a command line', () => {
  const groups = hookGroups(SPEC);
  const text = (name: keyof typeof groups) => JSON.stringify(groups[name]);
  for (const name of [
    'PreToolUse',
    'PermissionRequest',
    'PostToolUse',
    'PostToolUseFailure',
    'UserPromptSubmit',
    'SubagentStart',
  ] as const) {
    expect(text(name)).toContain('"onFailure":"block"');
  }
  for (const name of ['SubagentStop', 'SessionEnd'] as const) expect(text(name)).not.toContain('onFailure');
  expect(text('SessionStart')).not.toContain(SPEC.credential);
});

test('what was there stays where it was, twice changes nothing, and out again it is as before', () => {
  const once = withHooks(user, SPEC);
  expect(withHooks(once, SPEC)).toEqual(once);
  expect(JSON.stringify(once).startsWith('{"model":"opus","hooks":{"PreToolUse":[{"matcher":"Bash"')).toBe(true);
  expect(withoutHooks(once, before(user))).toEqual(user);
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
      expect(withoutHooks(once, before(start))).toEqual(start);
      expect(inspectSettings(settingsText(once, ''), EXPECTED)).toEqual({ kind: 'intact' });
    }),
  );
});

test('a hook the user put into our group stays theirs', () => {
  const once = withHooks({}, SPEC);
  const shared = structuredClone(once) as { hooks: { PreToolUse: { hooks: unknown[] }[] } };
  shared.hooks.PreToolUse[0]?.hooks.push(theirs);
  expect(withoutHooks(shared as unknown as JsonObject, {})).toEqual({
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
  const url = 'http://127.0.0.1:9999/v1/hooks/claude-code';
  expect(switchedOff({ disableAllHooks: true }, url)).toBe('disableAllHooks');
  expect(switchedOff({ allowManagedHooksOnly: true }, url)).toBe('allowManagedHooksOnly');
  expect(switchedOff({ allowedHttpHookUrls: [] }, url)).toBe('allowedHttpHookUrls');
  expect(switchedOff({ allowedHttpHookUrls: ['http://127.0.0.1:9999/*'] }, url)).toBeNull();
  expect(switchedOff({ disableAllHooks: false }, url)).toBeNull();
});
