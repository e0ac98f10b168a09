// What a Claude Code hook tells us, as one union. The daemon switches over `kind` and nothing else.
import type { JsonObject, JsonValue, Profile } from '@castellan/contract';

export interface Subagent {
  readonly id: string;
  readonly type: string;
}

interface ToolUse {
  readonly module: string;
  readonly tool: string;
  readonly arguments: JsonObject;
  /** Present when a sub-agent of the session made the call. */
  readonly subagent?: Subagent;
  /** The client's own mode, where it forbids what we do not: it only ever tightens. */
  readonly mode?: Profile;
}

export type ClaudeHookEvent = {
  /** Claude Code's own id of the session. */
  readonly session: string;
  /** Absolute. The first event's folder is the session's workspace. */
  readonly cwd: string;
} & (
  | ({ readonly kind: 'pre-tool-use'; readonly externalId?: string; readonly interactive: boolean } & ToolUse)
  | ({ readonly kind: 'permission-request'; readonly interactive: boolean } & ToolUse)
  | ({
      readonly kind: 'post-tool-use';
      readonly externalId?: string;
      readonly ok: boolean;
      readonly interrupted: boolean;
      /** What the tool gave; null when it failed, and null with `oversized` when it was too long to look at. */
      readonly response: JsonValue;
      readonly oversized: boolean;
      readonly error?: string;
      readonly durationMs?: number;
    } & ToolUse)
  | { readonly kind: 'prompt'; readonly text: string }
  | { readonly kind: 'session-start'; readonly source: string; readonly interactive: boolean }
  | { readonly kind: 'session-end'; readonly reason: string }
  | { readonly kind: 'subagent-start' | 'subagent-stop'; readonly subagent: Subagent }
  | { readonly kind: 'other'; readonly event: string }
);

/** Known events that need nothing of us. Any other name is a fault: a new event may carry a call we would not see. */
export const OTHER_EVENTS: ReadonlySet<string> = new Set([
  'PostToolBatch',
  'Notification',
  'UserPromptExpansion',
  'Stop',
  'StopFailure',
  'PreCompact',
  'PostCompact',
  'PreModelSwitch',
  'PostModelSwitch',
  'PermissionDenied',
  'Setup',
  'TeammateIdle',
  'TaskCreated',
  'TaskCompleted',
  'Elicitation',
  'ElicitationResult',
  'ConfigChange',
  'WorktreeCreate',
  'WorktreeRemove',
  'InstructionsLoaded',
  'CwdChanged',
  'FileChanged',
  'DirectoryAdded',
  'MessageDisplay',
]);
