// What a hook tells us, as one union. The daemon switches over `kind` and nothing else.
import type { JsonObject, JsonValue, Profile } from '@castellan/contract';

export interface Subagent {
  readonly id: string;
  readonly type: string;
}

/** What the client itself is about to do for a text, without any tool: it is decided as the tool that would do the same. */
export interface ImpliedUse {
  readonly module: string;
  readonly tool: string;
  readonly arguments: JsonObject;
}

interface ToolUse {
  readonly module: string;
  readonly tool: string;
  readonly arguments: JsonObject;
  /** Where the tool itself says that it works in another folder than the session: absolute, and never a session's workspace. */
  readonly folder?: string;
  /** Present when a sub-agent of the session made the call. */
  readonly subagent?: Subagent;
  /** The client's own mode, where it forbids what we do not: it only ever tightens. */
  readonly mode?: Profile;
  /** What its arguments make the client read besides. Any of them refused: so is the call. */
  readonly uses?: readonly ImpliedUse[];
}

export type HookEvent = {
  /** The client's own id of the session. */
  readonly session: string;
  /** Absolute. The first event's folder is the session's workspace, but for a dialect whose calls choose theirs. */
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
  /** `uses`: files and resources it names, which the client reads into it. Any of them refused: so is the prompt. */
  | { readonly kind: 'prompt'; readonly text: string; readonly uses: readonly ImpliedUse[] }
  /** A command or skill is put in place of what was typed: what its text names is read into the prompt. */
  | { readonly kind: 'expansion'; readonly name: string; readonly args: string; readonly isProjects: boolean }
  /** Settings changed while the session runs; `path` where the client says which. Until it is answered they do not count. */
  | { readonly kind: 'config-change'; readonly source: string; readonly path: string | null }
  | { readonly kind: 'session-start'; readonly source: string; readonly interactive: boolean }
  | { readonly kind: 'session-end'; readonly reason: string }
  | { readonly kind: 'subagent-start' | 'subagent-stop'; readonly subagent: Subagent }
  | { readonly kind: 'other'; readonly event: string }
);

/** Known events that need nothing of us. Any other name is a fault: a new event may carry a call we would not see. */
export const OTHER_EVENTS: ReadonlySet<string> = new Set([
  'PostToolBatch',
  'Notification',
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
  'WorktreeCreate',
  'WorktreeRemove',
  'InstructionsLoaded',
  'CwdChanged',
  'FileChanged',
  'DirectoryAdded',
  'MessageDisplay',
]);
