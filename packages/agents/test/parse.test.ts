// What a hook's body becomes. In doubt it is a fault, because a fault is a refusal and everything else may run.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseClaudeHook } from '../src/index.ts';
import { event, preToolUse } from './support.ts';

const value = (body: unknown, headers = {}) => {
  const parsed = parseClaudeHook(body, headers);
  if (!parsed.ok) throw new Error(parsed.faults.map(({ message }) => message).join());
  return parsed.value;
};
const faults = (body: unknown) => {
  const parsed = parseClaudeHook(body, {});
  return parsed.ok ? [] : parsed.faults.map(({ path }) => path);
};

test('a tool call, with everything it carries', () => {
  expect(value(preToolUse())).toEqual({
    session: 's-1',
    cwd: '/home/me/project',
    kind: 'pre-tool-use',
    module: 'claude-code',
    tool: 'Bash',
    arguments: { command: 'echo hi', description: 'Say hi' },
    externalId: 'toolu_1',
    interactive: false,
  });
});

test('a call of a sub-agent names it; the type of a session alone does not make one', () => {
  expect(value(preToolUse({ agent_id: 'a1', agent_type: 'general-purpose' }))).toMatchObject({
    subagent: { id: 'a1', type: 'general-purpose' },
  });
  expect(value(preToolUse({ agent_type: 'reviewer' }))).not.toHaveProperty('subagent');
  expect(value(event('SubagentStop', { agent_id: 'a1', agent_type: '' }))).toMatchObject({
    subagent: { type: 'unknown' },
  });
  expect(faults(preToolUse({ agent_id: 7 }))).toEqual(['agent_id']);
});

test.each([
  ['cli', true],
  ['sdk-cli', false],
  ['CLI', false],
  ['cli ', false],
  ['', false],
  [undefined, false],
])('entrypoint %j: interactive %j', (entrypoint, interactive) => {
  expect(value(preToolUse(), { 'x-castellan-entrypoint': entrypoint })).toMatchObject({ interactive });
});

test('outcomes: success, failure, interruption', () => {
  const done = {
    ...preToolUse({ hook_event_name: 'PostToolUse', duration_ms: 16 }),
    tool_response: { stdout: 'hi', interrupted: false },
  };
  expect(value(done)).toMatchObject({
    kind: 'post-tool-use',
    ok: true,
    interrupted: false,
    durationMs: 16,
    response: { stdout: 'hi' },
  });
  const failed = preToolUse({ hook_event_name: 'PostToolUseFailure', error: 'Exit code 3', is_interrupt: true });
  expect(value(failed)).toMatchObject({ ok: false, interrupted: true, error: 'Exit code 3', response: null });
});

test('an outcome is never lost to the size of what the tool gave', () => {
  const body = preToolUse({ hook_event_name: 'PostToolUse', tool_response: { stdout: 'x'.repeat(1_100_000) } });
  expect(value(body)).toMatchObject({ ok: true, response: null, oversized: true });
});

test('the other events', () => {
  expect(value(event('UserPromptSubmit', { prompt: 'go' }))).toMatchObject({ kind: 'prompt', text: 'go' });
  expect(value(event('SessionStart', { source: 'compact' }))).toMatchObject({
    kind: 'session-start',
    source: 'compact',
  });
  expect(value(event('SessionEnd', { reason: 'other' }))).toMatchObject({ kind: 'session-end', reason: 'other' });
  const sub = { agent_id: 'a', agent_type: 'b' };
  expect(value(event('SubagentStart', sub))).toMatchObject({
    kind: 'subagent-start',
    subagent: { id: 'a', type: 'b' },
  });
  expect(value(event('SubagentStop', sub))).toMatchObject({ kind: 'subagent-stop' });
  expect(value(event('Stop'))).toMatchObject({ kind: 'other', event: 'Stop' });
  expect(value(preToolUse({ hook_event_name: 'PermissionRequest' }))).not.toHaveProperty('externalId');
});

const deep = (levels: number): unknown => {
  let inner: unknown = 1;
  for (let at = 0; at < levels; at += 1) inner = { a: inner };
  return inner;
};

describe('refused', () => {
  test.each<[string, unknown, string]>([
    ['null', null, ''],
    ['a list', [preToolUse()], ''],
    ['text', 'PreToolUse', ''],
    ['no event', { ...preToolUse(), hook_event_name: undefined }, 'hook_event_name'],
    ['an event of tomorrow', event('PreToolUseV2'), 'hook_event_name'],
    ['an event in other case', event('pretooluse'), 'hook_event_name'],
    ['no session', preToolUse({ session_id: '' }), 'session_id'],
    ['a long session', preToolUse({ session_id: 'x'.repeat(201) }), 'session_id'],
    ['a relative folder', preToolUse({ cwd: 'project' }), 'cwd'],
    ['a folder with NUL', preToolUse({ cwd: '/a\0b' }), 'cwd'],
    ['no tool', preToolUse({ tool_name: undefined }), 'tool_name'],
    ['a tool that names a module', preToolUse({ tool_name: 'filesystem/read_file' }), 'tool_name'],
    ['a tool with a space', preToolUse({ tool_name: 'Ba sh' }), 'tool'],
    ['arguments as text', preToolUse({ tool_input: '{"command":"x"}' }), 'tool_input'],
    ['arguments as a list', preToolUse({ tool_input: [] }), 'tool_input'],
    ['no arguments', preToolUse({ tool_input: undefined }), 'tool_input'],
    ['a lone surrogate', preToolUse({ tool_input: { command: 'a\ud800' } }), 'tool_input'],
    ['a lone surrogate in a name', preToolUse({ tool_input: { '\udc00': 1 } }), 'tool_input'],
    ['a member __proto__', JSON.parse(JSON.stringify(preToolUse()).replace('"command"', '"__proto__"')), 'tool_input'],
    ['deep nesting', preToolUse({ tool_input: deep(100_000) }), 'tool_input'],
    ['more than 1 MiB', preToolUse({ tool_input: { command: 'x'.repeat(1_048_577) } }), 'tool_input'],
    ['a sub-agent event without one', event('SubagentStart'), 'agent_id'],
  ])('%s', (_, body, path) => {
    expect(faults(body)).toEqual([path]);
  });

  test('whatever it is, it never throws', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.constantFrom('PreToolUse', 'PostToolUse', 'SubagentStop', 'SessionStart', 'x'),
        (input, name) => {
          parseClaudeHook(input, {});
          parseClaudeHook(
            { ...preToolUse({ hook_event_name: name }), tool_input: input, tool_response: input, agent_id: input },
            {},
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('whose MCP server', () => {
  const mcp = (tool_name: string, mcp_server: unknown) => {
    const { module, tool } = value(preToolUse({ tool_name, mcp_server })) as { module: string; tool: string };
    return `${module} ${tool}`;
  };
  test.each([
    ['user', 'filesystem read'],
    ['local', 'filesystem read'],
    ['dynamic', 'filesystem read'],
    ['project', 'project:filesystem read'],
    ['plugin', 'project:filesystem read'],
    ['a source of tomorrow', 'project:filesystem read'],
  ])('%s', (source, expected) => {
    expect(mcp('mcp__filesystem__read', { name: 'filesystem', source })).toBe(expected);
  });

  test('nobody said: the worst is assumed', () => {
    expect(mcp('mcp__filesystem__read', undefined)).toBe('project:filesystem read');
    expect(mcp('mcp__filesystem__read', { name: 'other', source: 'user' })).toBe('project:filesystem read');
  });

  test('a server whose name holds the separator is not a tool of another', () => {
    expect(mcp('mcp__github__x__delete', { name: 'github__x', source: 'user' })).toBe('github__x delete');
  });

  test('a name is spelt as the client spells it', () => {
    expect(mcp('mcp__My_Server__Do_It', { name: 'My Server', source: 'user' })).toBe('my_server Do_It');
  });
});
