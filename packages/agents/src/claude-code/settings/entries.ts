// The hook entries we put into a Claude Code settings file, and how we know them again. INVARIANT: every entry is a command,
// started without a shell: what a project sets for the client (a proxy, code to load) reaches HTTP hooks and scripts, managed
// ones too. And every entry that can block has `onFailure: block`.
import { type AgentId, agentIdSchema, credentialPattern, type JsonObject, type JsonValue } from '@castellan/contract';
import { isObject } from '../../hook/plain-json.ts';
import type { Command } from '../../machine.ts';

export interface HookSpec {
  /** Its last argument is the file that says where the daemon is. */
  readonly hook: Pick<Command, 'file' | 'args'>;
  /** How long the client waits for a decision; approvals end before it. */
  readonly timeoutSeconds: number;
}

/** Events that decide something wait for a person: a prompt is decided by the files it names. */
const DECIDING = ['PreToolUse', 'PermissionRequest', 'UserPromptSubmit', 'UserPromptExpansion'] as const;
/** Answered at once. Blocked where nobody answers: no settings taken up, no output unseen, no sub-agent untold. */
const TOLD = ['PostToolUse', 'PostToolUseFailure', 'ConfigChange', 'SubagentStart'] as const;
/** Nothing is held back here: a sub-agent or session that may not end would only loop. */
const ENDINGS = ['SubagentStop', 'SessionEnd'] as const;
export const HOOKED_EVENTS = [...DECIDING, ...TOLD, ...ENDINGS, 'SessionStart'] as const;
export type HookedEvent = (typeof HOOKED_EVENTS)[number];

const OF_TOOLS: ReadonlySet<HookedEvent> = new Set([
  'PreToolUse',
  'PermissionRequest',
  'PostToolUse',
  'PostToolUseFailure',
]);
/** What the client waits, and what our command does: it ends first, and says why. */
const TOLD_SECONDS = { host: 60, own: 57 };
const START_SECONDS = { host: 10, own: 8 };

export function hookGroups({ hook, timeoutSeconds }: HookSpec): Record<HookedEvent, JsonObject> {
  const command = (timeout: number, flags: readonly string[], block: boolean): JsonObject => ({
    type: 'command',
    command: hook.file,
    args: hook.args.toSpliced(-1, 0, ...flags),
    timeout,
    ...(block ? { onFailure: 'block' } : {}),
  });
  const group = (event: HookedEvent): JsonObject => {
    const own = ['--wait', String(TOLD_SECONDS.own)];
    const entry = isOneOf(DECIDING, event)
      ? command(timeoutSeconds, [], true)
      : isOneOf(TOLD, event)
        ? command(TOLD_SECONDS.host, own, true)
        : isOneOf(ENDINGS, event)
          ? command(TOLD_SECONDS.host, ['--tell', ...own], false)
          : command(START_SECONDS.host, ['--remind', '--wait', String(START_SECONDS.own)], false);
    return { ...(OF_TOOLS.has(event) ? { matcher: '*' } : {}), hooks: [entry] };
  };
  return Object.fromEntries(HOOKED_EVENTS.map((event) => [event, group(event)])) as Record<HookedEvent, JsonObject>;
}

const isOneOf = (events: readonly HookedEvent[], event: HookedEvent): boolean => events.includes(event);

/** The file of our hook command; of connections of before there was one, the script that answered SessionStart. */
const HOOK_FILE = /\/agents\/(agent_[0-9a-z]+)\/hook$/;
const OLD_SCRIPT = /\/claude-session-start\.mjs$/;
const OLD_URL = /\/v1\/hooks\/claude-code$/;

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((part) => typeof part === 'string') : [];
const headersOf = (hook: { readonly [key: string]: unknown }): readonly string[] =>
  isObject(hook.headers) ? textsOf(Object.values(hook.headers)) : [];

/** Whether a single hook is one of ours, in any version and however it was changed since. */
export function isOurHook(hook: unknown): boolean {
  if (!isObject(hook)) return false;
  if (typeof hook.url === 'string' && OLD_URL.test(hook.url)) return true;
  if (agentIn(hook) !== null) return true;
  return textsOf(hook.args).some((part) => OLD_SCRIPT.test(part));
}

/** Whose hook it is: by the file it reads, or the credential it once carried. */
function agentIn(hook: { readonly [key: string]: unknown }): AgentId | null {
  const named = textsOf(hook.args).flatMap((part) => HOOK_FILE.exec(part)?.[1] ?? []);
  const carried = headersOf(hook).flatMap((header) => {
    const id = header.startsWith('Bearer ') ? credentialPattern.exec(header.slice('Bearer '.length))?.[1] : undefined;
    return id === undefined ? [] : [`agent_${id}`];
  });
  const [agent] = [...named, ...carried].flatMap((id) => agentIdSchema.safeParse(id).data ?? []);
  return agent ?? null;
}

const isOurGroup = (group: unknown): boolean =>
  isObject(group) && Array.isArray(group.hooks) && group.hooks.some(isOurHook);

/** The groups of one event that have a hook of ours in them. */
export const ourGroups = (groups: unknown): readonly JsonValue[] =>
  Array.isArray(groups) ? (groups as readonly JsonValue[]).filter(isOurGroup) : [];

/** The agent whose hook decides in a settings object. */
export function agentOf(settings: unknown): AgentId | null {
  if (!isObject(settings) || !isObject(settings.hooks)) return null;
  const hooks = ourGroups(settings.hooks.PreToolUse).flatMap((group) =>
    isObject(group) && Array.isArray(group.hooks) ? group.hooks.filter(isObject) : [],
  );
  return hooks.map(agentIn).find((agent) => agent !== null) ?? null;
}
