// What the MCP gateway is given by whoever composes it: the gate, what people accepted, secrets, time. INVARIANT: it decides
// nothing itself. A tool is offered because `offers` says so, and run because `decide` said `run`, with the arguments of that.
import type {
  AgentId,
  CallId,
  CallScript,
  ChildEnvironment,
  Decision,
  Definition,
  Difference,
  JsonObject,
  JsonValue,
  McpHttp,
  McpStart,
  ModuleLock,
  OutcomeStatus,
  Profile,
  ServerIdentity,
  Session,
} from '@castellan/contract';
import type { SignInChallenge } from './sign-in/types.ts';

export interface McpClock {
  now(): number;
  /** Milliseconds that only ever pass: how long something takes is no matter of what the clock on the wall is set to. */
  monotonic(): number;
  /** @returns what takes it back. */
  after(ms: number, run: () => void): () => void;
  every(ms: number, run: () => void): () => void;
  random(bytes: number): Buffer;
}

/** A module whose server a person accepted. */
export interface ServedModule {
  readonly name: string;
  readonly title: string;
  readonly start: McpStart;
  readonly lock: ModuleLock;
  /** Of the lock, without what is held back: quarantined, removed, badly named. */
  readonly offered: readonly Definition[];
}

/** What a running server said of itself and offers: compared with what was accepted at each start and each change. */
export interface Seen {
  readonly identity: ServerIdentity;
  readonly server: { readonly name: string; readonly version: string };
  readonly protocol: string;
  readonly instructions: string | null;
  readonly capabilities: JsonObject;
  readonly definitions: readonly Definition[];
  /** What it offers that is never used, whatever anybody accepts: a name no tool may have, two of one name. */
  readonly unusable?: readonly Difference[];
}

/** serve: everything in `offered` of the module (read it again) may be used. hold: nothing of this server may. */
export type Judged = { readonly kind: 'serve' } | { readonly kind: 'hold'; readonly why: string };

export interface McpModules {
  all(): readonly ServedModule[];
  get(name: string): ServedModule | null;
  /** Told what a server offers before any of it is used; quarantines what differs. Synchronous: no call slips between. */
  judge(module: string, seen: Seen): Judged;
  /** Told whenever what a module offers may have changed, by a person, a file or a server. */
  subscribe(listener: (module: string) => void): () => void;
}

/** What a client's call was made under, where its hook said so: what may not be done so, nothing does on behalf of it. */
export interface AskedUnder {
  /** The mode the client wants on top of the profile's. */
  readonly mode?: Profile | undefined;
  readonly subagent?: { readonly id: string; readonly type: string } | undefined;
}

/** The id of a call as a client gives it to its hook and to us; whoever asks for it must be that client. */
export interface HookCall {
  readonly client: 'claude-code' | 'codex';
  readonly id: string;
}

export interface McpAttempt {
  readonly session: Session;
  readonly module: string;
  /** A tool of the server, or one of `MCP_TOOLS`. */
  readonly tool: string;
  readonly arguments: JsonObject;
  /** The client's own id of the call, where it says one in `_meta`: a hook that was asked about this very call before. */
  readonly hookCall?: HookCall | undefined;
  /** A script uses it, for the agent of the session. */
  readonly script?: CallScript | undefined;
  /** Of a script: how it was begun. */
  readonly under?: AskedUnder | undefined;
}

/** A script that uses a tool on behalf of an agent, instead of a client. */
export interface ScriptUse {
  readonly script: CallScript;
  readonly under: AskedUnder;
  readonly signal: AbortSignal;
  /** Its clock stands still while the gate is waited for. */
  waiting<T>(answer: Promise<T>): Promise<T>;
  decided(decision: Decision): void;
  /** What is sent instead of what was decided: secrets in the place of their names. A text: why it is not sent at all. */
  fillIn(args: JsonObject): Promise<JsonObject | string>;
}

export interface McpOutcome {
  readonly status: OutcomeStatus;
  readonly text?: string;
  readonly durationMs: number;
  /** What the server gave, as it came. */
  readonly result?: JsonValue;
}

export interface McpGate {
  /** Whether an agent may ever use it: what it may not is absent (M1). */
  offers(session: Session, module: string, tool: string): boolean;
  /** Waits for a person where it must. Aborted by `signal`: the approval is withdrawn. */
  decide(attempt: McpAttempt, signal: AbortSignal): Promise<Decision>;
  /** Records what came of a call that was let through. @returns the result with every secret taken out: what may leave. */
  finish(agent: AgentId, call: CallId, outcome: McpOutcome): Promise<JsonValue | undefined>;
  /** Takes known secrets out of anything else that leaves to an agent: lists, notifications, errors. */
  hide<T extends JsonValue>(value: T): T;
  /** Grows whenever `hide` may take out something that it did not before. */
  readonly version: number;
  /** A request that no call could be made of. Recorded; bounded by whoever records. */
  refused(agent: AgentId, what: string, why: string): void;
}

/** Values to start a server with; the address it is for limits which secrets may go there. */
export type FilledIn =
  | { readonly ok: true; readonly values: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly why: string };

/**
 * What a connection knows of a sign-in: the token of the moment, for requests to that server alone. INVARIANT: it is no
 * provider of the SDK's own flow, so that no use by an agent registers anything, asks for more, or sends a person anywhere.
 */
export interface ServerSignIn {
  /** Undefined: there is none. */
  token(): Promise<string | undefined>;
  /** The server did not take the token. @returns whether there is another one now. */
  refused(challenge: SignInChallenge): Promise<boolean>;
  /** One line: why it has no token that the server takes. */
  why(): string;
  /** The server wants scopes that the token does not have. */
  wants(scope: string | null): void;
}

export interface ServerNote {
  readonly module: string;
  readonly change: 'started' | 'stopped' | 'crashed' | 'refused';
  readonly text: string;
}

/** A server as it is started without walls. */
export interface ServerProgram {
  /** Absolute. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: ChildEnvironment;
  /** What it is made of, beside its own file: where its package was installed, its script, what that is given to load. */
  readonly made: readonly string[];
}

/** The same within walls. Whoever asked for it says when it has ended, also where it never began. */
export interface WalledServer {
  readonly ok: true;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: ChildEnvironment;
  /** @param over told once: it takes more than it may have, or fills a disk. */
  started(pid: number, over: (why: string) => void): void;
  /** What is left of it ends too. @param others what else of it is being ended: its folders go after that. */
  ended(others: Promise<unknown>): Promise<void>;
}

/** Walls around the process of a server (M4). INVARIANT: where they cannot stand there is no program to start. */
export interface ServerWalls {
  /** What it may reach from within, as a text: with another one it is another start. */
  readonly key: string;
  confine(
    program: ServerProgram,
  ): Promise<WalledServer | { readonly ok: false; readonly why: string; readonly hint: string }>;
}

export interface UpstreamHost {
  readonly clock: McpClock;
  readonly modules: McpModules;
  /** The environment of the daemon, from which the allowlist and `pass` are taken. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a module's process stands that has no folder in its manifest: empty and its own. @throws Error in words. */
  folder(module: string): string;
  /** Around its process; null: it runs without. */
  walls(module: string): ServerWalls | null;
  /** Puts secrets in place of `${secret:NAME}` in the values of an environment or of headers. Counts the use. */
  fillIn(module: string, values: Readonly<Record<string, string>>, host: string | null): Promise<FilledIn>;
  /** The text of a server's standard error, a log message, an error of its own: without known secrets. */
  hideText(text: string): string;
  note(note: ServerNote): void;
  /** It wants a person to sign in, which it did not before. */
  wantsSignIn(module: string): void;
  /** The tokens of a server that may be signed in to; undefined: nobody signs in here (M6). */
  signIn(module: string, start: McpHttp): ServerSignIn | undefined;
}

export interface OwnUse {
  readonly session: Session;
  readonly call: CallId;
  /** As they were decided. */
  readonly arguments: JsonObject;
  /** Ends when the client gives up. */
  readonly signal: AbortSignal;
  /** Tells the client that it goes on, where it asked to be told. No word of the result: that is looked through first. */
  progress(message: string): void;
}

/** A tool of whoever mounts the endpoint: decided and recorded like any other, and run by them. */
export interface OwnTool {
  /** What the gate knows it by, with `tool`. */
  readonly module: string;
  /** Absent: the name of the definition. */
  readonly tool?: string;
  /** As clients are shown it, its name too. */
  readonly definition: Definition;
  /** @returns a result as a tool of a server gives it. */
  run(use: OwnUse): Promise<JsonObject>;
  /** What the client is told where the gate says no. */
  refused(message: string): JsonObject;
  /** What the client is told where its arguments are not as the schema wants them. */
  invalid(message: string): JsonObject;
}
