// The hook entries we put into a Claude Code settings file, and how we know them again. INVARIANT: every entry that can
// block has `onFailure: block`; without it a dead daemon, a timeout or a wrong token would let the tool run.
import { type AgentId, credentialPattern, type JsonObject, type JsonValue } from '@castellan/contract';
import { isObject } from '../hook/plain-json.ts';

export interface HookSpec {
  readonly port: number;
  readonly credential: string;
  /** How long the client waits for a decision; approvals end before it. */
  readonly timeoutSeconds: number;
  /** Absolute: the Node that runs our SessionStart script, and the script. */
  readonly node: string;
  readonly script: string;
  /** Absolute: the file these entries stand in, where the script finds url and credential. */
  readonly settingsPath: string;
}

/** Events that decide something wait for a person; the others are told and answered at once. */
const DECIDING = ['PreToolUse', 'PermissionRequest'] as const;
const TOLD_OF_TOOLS = ['PostToolUse', 'PostToolUseFailure'] as const;
const TOLD = ['UserPromptSubmit', 'SubagentStart'] as const;
/** No `onFailure` here: a sub-agent or session that may not end would only loop. */
const ENDINGS = ['SubagentStop', 'SessionEnd'] as const;
export const HOOKED_EVENTS = [...DECIDING, ...TOLD_OF_TOOLS, ...TOLD, ...ENDINGS, 'SessionStart'] as const;
export type HookedEvent = (typeof HOOKED_EVENTS)[number];

const TOLD_TIMEOUT = 60;
const SESSION_START_TIMEOUT = 10;
const PATH = '/v1/hooks/claude-code';
/** Holds the name of the task, percent-encoded because it travels in a header. Empty: the session gets its own task. */
export const TASK_VARIABLE = 'CASTELLAN_TASK';
export const SCRIPT_NAME = 'claude-session-start.mjs';

export const hookUrl = (port: number): string => `http://127.0.0.1:${port}${PATH}`;

export function hookGroups(spec: HookSpec): Record<HookedEvent, JsonObject> {
  const http = (timeout: number, block: boolean): JsonObject => ({
    type: 'http',
    url: hookUrl(spec.port),
    timeout,
    ...(block ? { onFailure: 'block' } : {}),
    headers: {
      Authorization: `Bearer ${spec.credential}`,
      'X-Castellan-Entrypoint': '$CLAUDE_CODE_ENTRYPOINT',
      'X-Castellan-Task': `$${TASK_VARIABLE}`,
    },
    allowedEnvVars: ['CLAUDE_CODE_ENTRYPOINT', TASK_VARIABLE],
  });
  const everyTool = (timeout: number): JsonObject => ({ matcher: '*', hooks: [http(timeout, true)] });
  const start = {
    type: 'command',
    command: spec.node,
    args: [spec.script, spec.settingsPath],
    timeout: SESSION_START_TIMEOUT,
  };
  return {
    PreToolUse: everyTool(spec.timeoutSeconds),
    PermissionRequest: everyTool(spec.timeoutSeconds),
    PostToolUse: everyTool(TOLD_TIMEOUT),
    PostToolUseFailure: everyTool(TOLD_TIMEOUT),
    UserPromptSubmit: { hooks: [http(TOLD_TIMEOUT, true)] },
    SubagentStart: { hooks: [http(TOLD_TIMEOUT, true)] },
    SubagentStop: { hooks: [http(TOLD_TIMEOUT, false)] },
    SessionEnd: { hooks: [http(TOLD_TIMEOUT, false)] },
    SessionStart: { hooks: [start] },
  };
}

/** Whether a single hook is one of ours, in any version and however it was changed since. */
export function isOurHook(hook: unknown): boolean {
  if (!isObject(hook)) return false;
  if (typeof hook.url === 'string' && hook.url.endsWith(PATH)) return true;
  if (isObject(hook.headers) && Object.values(hook.headers).some((value) => credentialIn(value) !== null)) return true;
  return Array.isArray(hook.args) && hook.args.some((part) => typeof part === 'string' && part.endsWith(SCRIPT_NAME));
}

const isOurGroup = (group: unknown): boolean =>
  isObject(group) && Array.isArray(group.hooks) && group.hooks.some(isOurHook);

/** The groups of one event that have a hook of ours in them. */
export const ourGroups = (groups: unknown): readonly JsonValue[] =>
  Array.isArray(groups) ? (groups as readonly JsonValue[]).filter(isOurGroup) : [];

export interface FoundCredential {
  readonly credential: string;
  readonly agent: AgentId;
}

export function credentialIn(header: unknown): FoundCredential | null {
  if (typeof header !== 'string' || !header.startsWith('Bearer ')) return null;
  const credential = header.slice('Bearer '.length);
  const match = credentialPattern.exec(credential);
  return match?.[1] === undefined ? null : { credential, agent: `agent_${match[1]}` };
}

/** The credential a settings object carries in its PreToolUse entry. */
export function credentialOf(settings: unknown): FoundCredential | null {
  if (!isObject(settings) || !isObject(settings.hooks)) return null;
  for (const group of ourGroups(settings.hooks.PreToolUse)) {
    const hooks = isObject(group) && Array.isArray(group.hooks) ? group.hooks.filter(isObject) : [];
    for (const hook of hooks) {
      const found = isObject(hook.headers) ? credentialIn(hook.headers.Authorization) : null;
      if (found !== null) return found;
    }
  }
  return null;
}
