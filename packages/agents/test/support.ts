// Hook inputs as the real client sends them, cut to what is read.
import type { HookSpec } from '../src/claude-code/settings/entries.ts';

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
export const SPEC: HookSpec = {
  port: 9999,
  credential: CREDENTIAL,
  timeoutSeconds: 600,
  node: '/usr/bin/node',
  script: '/opt/castellan/claude-session-start.mjs',
  settingsPath: '/home/me/.claude/settings.json',
};
export const EXPECTED = { ...SPEC, agent: 'agent_abcdef' } as const;
