// Codex's dialect: what its hooks send, and the one way it takes a no. Bodies as the real client sent them.
import type { Decision, JsonObject } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { codexDialect as dialect } from '../src/codex/hook/dialect.ts';
import { plainAnswer } from '../src/hook/dialect.ts';

const BASE = {
  session_id: '01a20011-6413-7ac0-84c2-2af03098f529',
  turn_id: '01a20011-6493-7773-bc4f-31d768c10943',
  transcript_path: '/home/u/.codex/sessions/x.jsonl',
  cwd: '/home/u/project',
  model: 'gpt-5.5',
  permission_mode: 'bypassPermissions',
};
const pre = (tool_name: unknown, tool_input: unknown = { command: 'echo hi' }, more: object = {}) => ({
  ...{ ...BASE, hook_event_name: 'PreToolUse', tool_name, tool_input, tool_use_id: 'call_1' },
  ...more,
});
const parse = (body: unknown) => dialect.parse(body, {});
const toolOf = (name: string) => {
  const found = parse(pre(name));
  return found.ok && found.value.kind === 'pre-tool-use' ? `${found.value.module} ${found.value.tool}` : null;
};

test('every tool is one of a module; no name that a project could choose meets a manifest', () => {
  expect(toolOf('Bash')).toBe('codex Bash');
  expect(toolOf('collaborationspawn_agent')).toBe('codex collaborationspawn_agent');
  expect(toolOf('mcp__castellan__workspace__read_file')).toBe('castellan workspace__read_file');
  expect(toolOf('mcp__filesystem__read_file')).toBe('project:filesystem read_file');
  expect(toolOf('mcp__Up__x')).toBe('project:up x');
  for (const name of ['filesystem/read_file', 'mcp__', '', 7, null]) expect(parse(pre(name)).ok).toBe(false);
});

verifies(['K8'], 'a call of a sub-agent is one of its session, and says whose it is', () => {
  const found = parse(pre('Bash', { command: 'ls' }, { agent_id: 'a-1', agent_type: 'default' }));
  expect(found).toMatchObject({
    ok: true,
    value: { session: BASE.session_id, subagent: { id: 'a-1', type: 'default' }, externalId: 'call_1' },
  });
  const prompt = { ...BASE, hook_event_name: 'UserPromptSubmit', prompt: 'do it' };
  expect(parse(prompt)).toMatchObject({ ok: true, value: { kind: 'prompt', uses: [] } });
  expect(parse({ ...prompt, agent_id: 'a-1' })).toMatchObject({ ok: true, value: { kind: 'other' } });
  expect(parse({ ...BASE, hook_event_name: 'SubagentStart' }).ok).toBe(false);
});

test('what cannot be understood is a fault, and the answer to a fault blocks', () => {
  for (const body of [
    ...[null, [], 'x', {}, { ...BASE, hook_event_name: 'NewEvent' }, { ...pre('Bash'), cwd: 'relative' }],
    ...[pre('Bash', 'text'), pre('Bash', { command: '\ud800' }), pre('Bash', { command: 'x'.repeat(2_000_000) })],
  ]) {
    expect(parse(body).ok).toBe(false);
    expect(dialect.refuse(body, '').refusal).not.toBeNull();
  }
  expect(dialect.refuse({ hook_event_name: 'SessionStart' }, 'no').refusal).toBeNull();
  expect(dialect.refuse({ hook_event_name: 'PermissionRequest' }, '').json).toEqual({
    hookSpecificOutput: {
      hookEventName: 'PermissionRequest',
      decision: { behavior: 'deny', message: 'castellan refused' },
    },
  });
});

const decision = (kind: string, more: object = {}): Decision =>
  ({
    kind,
    call: 'call_x',
    message: 'because',
    reasons: [],
    arguments: { command: 'ls' },
    ...more,
  }) as unknown as Decision;

verifies(['K4'], 'a no is exit 2 with a text and nothing printed; an ask is a no; a yes runs what was decided', () => {
  const no = dialect.tool(decision('refused', { refusal: 'denied', by: 'rule' }));
  expect(plainAnswer(no)).toMatch(/^2[ \n]/);
  expect(no.refusal).toContain('DENIED');
  expect(dialect.tool(decision('ask')).refusal).toContain('needs a yes');
  const yes = dialect.tool(decision('run', { by: 'rule' }));
  expect(yes).toEqual({
    refusal: null,
    json: {
      hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'allow', updatedInput: { command: 'ls' } },
    } satisfies JsonObject,
  });
  // An allow with `updatedInput` fails there; no answer leaves the question with the client's own user.
  expect(dialect.permission(decision('run', { by: 'rule' }))).toEqual({ refusal: null, json: {} });
});

test('what a tool gave is replaced by a block, in whatever shape it came', () => {
  const body = { ...pre('Bash'), hook_event_name: 'PostToolUse', tool_response: 'secret' };
  expect(dialect.given(body)).toEqual({ value: 'secret' });
  expect(dialect.given(pre('Bash'))).toBeNull();
  expect(dialect.output(body, 'hidden')?.refusal).toBe('hidden');
  expect(dialect.output(body, { content: [] })?.refusal).toBe('{"content":[]}');
  expect(dialect.output(body, '')?.refusal).not.toBe('');
});
