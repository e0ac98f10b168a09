// The hooks we put into Codex's settings, and the hash by which Codex knows a hook that its user trusts. INVARIANT: Codex waits
// longer for every hook than the hook waits for us: a hook that is given up on is no answer, and the tool runs.
import { createHash } from 'node:crypto';
import type { JsonObject } from '@castellan/contract';
import type { Command } from '../../machine.ts';

/** Seconds that Codex waits beyond what the daemon and the hook command take. */
const BEYOND = 300;

export interface CodexHook {
  readonly event: string;
  /** As keys of trust have it. */
  readonly label: string;
  readonly command: string;
  readonly timeout: number;
}

interface Told {
  readonly event: string;
  readonly label: string;
  /** What the hook command does while the daemon is away; null: it refuses. */
  readonly told: { readonly flag: string; readonly seconds: number } | null;
}

/** Codex gives the end of a session three seconds, whatever it is told. PermissionRequest is not among them: every call was decided before, and what Codex asks its own user is a second wall. */
const EVENTS: readonly Told[] = [
  { event: 'PreToolUse', label: 'pre_tool_use', told: null },
  { event: 'PostToolUse', label: 'post_tool_use', told: null },
  { event: 'UserPromptSubmit', label: 'user_prompt_submit', told: null },
  { event: 'SessionStart', label: 'session_start', told: { flag: '--remind', seconds: 60 } },
  { event: 'SubagentStart', label: 'subagent_start', told: { flag: '--tell', seconds: 60 } },
  { event: 'SubagentStop', label: 'subagent_stop', told: { flag: '--tell', seconds: 60 } },
  { event: 'SessionEnd', label: 'session_end', told: { flag: '--tell', seconds: 3 } },
];

export const codexHooks = (hook: Command, timeoutSeconds: number): readonly CodexHook[] =>
  EVENTS.map(({ event, label, told }) => ({
    event,
    label,
    command: commandLine({ ...hook, args: hook.args.toSpliced(-1, 0, ...flagsOf(told)) }),
    timeout: told === null ? timeoutSeconds + BEYOND : told.seconds,
  }));

const flagsOf = (told: Told['told']): readonly string[] =>
  told === null ? [] : [told.flag, '--wait', String(told.seconds - 1)];

/** Codex gives it to the user's own shell: words in single quotes mean the same in all of them. */
function commandLine({ file, args, env }: Command): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const words = variables.length === 0 ? [file, ...args] : ['/usr/bin/env', ...variables, file, ...args];
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}

/** The hook as one group of its event. */
export const groupOf = ({ command, timeout }: CodexHook): JsonObject => ({
  hooks: [{ type: 'command', command, timeout }],
});

/** Of a hook that stands in a group of its own; `group` is its place among those of its event in that file. */
export const trustKey = (named: string, { label }: CodexHook, group: number): string => `${named}:${label}:${group}:0`;

/** What Codex writes down when its user trusts the hook: SHA-256 of what it does, members in order. */
export function trustHash({ label, command, timeout }: CodexHook): string {
  const identity = { event_name: label, hooks: [{ async: false, command, timeout, type: 'command' }] };
  return `sha256:${createHash('sha256').update(JSON.stringify(identity)).digest('hex')}`;
}
