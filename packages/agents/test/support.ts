// Hook inputs as the real client sends them, cut to what is read.
import type { Wanted } from '../src/claude-code/settings/merge.ts';

const base = { session_id: 's-1', transcript_path: '/home/me/t.jsonl', cwd: '/home/me/project', prompt_id: 'p' };

export const preToolUse = (more: Readonly<Record<string, unknown>> = {}) => ({
  ...base,
  permission_mode: 'default',
  hook_event_name: 'PreToolUse',
  tool_name: 'Bash',
  tool_input: { command: 'echo hi', description: 'Say hi' },
  tool_use_id: 'toolu_1',
  ...more,
});
export const event = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  ...base,
  hook_event_name: name,
  ...more,
});

export const CREDENTIAL = `castellan_a_abcdef_${'1'.repeat(64)}`;
const hookFile = '/home/me/.config/castellan/agents/agent_abcdef/hook';
export const SPEC: Wanted = {
  scope: 'user',
  timeoutSeconds: 600,
  hook: { file: '/opt/castellan/castellan-hook', args: [hookFile] },
  hookFile,
};
export const EXPECTED = { ...SPEC, agent: 'agent_abcdef' } as const;
