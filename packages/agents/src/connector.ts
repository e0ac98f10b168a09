// What putting one agent behind the gate takes, the same for all of them: adding an agent is a folder and a row in
// `connectors.ts`. A connector says what stands where; `connection/` writes it, keeps the way back and takes it out again.
import type {
  AgentId,
  AgentKind,
  ConnectMode,
  ConnectorName,
  ConnectScope,
  Gap,
  JsonObject,
  VerifyCheck,
} from '@castellan/contract';
import type { Connection } from './connection/connection.ts';
import type { Done } from './fault.ts';
import type { Program } from './launch.ts';
import type { Command, InstalledClient, Machine } from './machine.ts';
import type { VerifyBench } from './verify/bench.ts';
import type { OwnPrograms } from './watch/own-programs.ts';

/** Whether the client keeps the tools that it brings along, beside ours. */
export type OwnTools = Connection['ownTools'];

/** What is known when entries are made. */
export interface Entries {
  readonly machine: Machine;
  readonly scope: ConnectScope;
  readonly mode: ConnectMode;
  readonly client: InstalledClient;
  readonly port: number;
  readonly timeoutSeconds: number;
  /** off: the client is told to leave out tools of its own, as far as it can be (`switchesOff`); a person says so. */
  readonly ownTools: OwnTools;
  readonly agent: AgentId;
  /** Or a placeholder, where it is only shown what would be written. */
  readonly credential: string;
  /** Runs once for each hook event: `native/`, the shell or Node, chosen by what works here; it finds the credential itself. */
  readonly hook: Command;
  /** `castellan mcp --agent ID`: the gateway over standard streams. */
  readonly gateway: Command;
  /** `agents/ID` in the state folder: isolated settings lie below it. */
  readonly folder: string;
}

/** A file connecting changes or makes. */
export interface EditedFile {
  /** Real path: what a link leads to is edited there. */
  readonly path: string;
  /** Null: there is none yet. */
  readonly before: string | null;
  /** As before: only `settle` writes it; it is put back all the same. */
  readonly after: string;
  /** Of a file that is new. */
  readonly mode: number;
  /** What taking our entries out of a text that changed since needs to know; kept in the connection. */
  readonly kept: JsonObject;
}

export interface Edits {
  readonly files: readonly EditedFile[];
  /** What a person should know before they say yes. */
  readonly warnings: readonly string[];
}

/** Whether what was written still stands and counts. */
export type Standing =
  | { readonly kind: 'intact' }
  | { readonly kind: 'missing' | 'disabled' | 'bypassed'; readonly text: string; readonly hint: string };

/** What `castellan run` is asked to start. */
export interface RunRequest {
  readonly machine: Machine;
  readonly connection: Connection;
  readonly client: InstalledClient;
  /** What the user wrote after the agent's name, without the leading `--`. */
  readonly args: readonly string[];
  readonly task: string | null;
  readonly port: number;
  readonly gateway: Command;
  readonly hook: Command;
  /** Of the broker: its base address for this client's dialect and a placeholder key; null: the client's own way to its model. */
  readonly model: { readonly baseUrl: string; readonly key: string } | null;
  /** It gets walls: those that it has of its own could not stand inside of them. */
  readonly isWalled: boolean;
  /** Nobody sits there: one prompt, then it ends. */
  readonly headless: { readonly prompt: string; readonly sessionId: string } | null;
}

export interface Connector {
  readonly name: ConnectorName;
  /** What a person calls the client. */
  readonly title: string;
  readonly kind: AgentKind;
  /** Those it knows; the first that can be written is the default. */
  readonly scopes: readonly ConnectScope[];
  /** How it is held in a scope; the first is the default. */
  modes(scope: ConnectScope): readonly ConnectMode[];
  /** Versions the suite of real clients was run with, oldest first. */
  readonly known: readonly string[];
  /** Its own model and the sign-in to it, as its makers document them: what a run within walls reaches without a question. */
  readonly hosts: readonly string[];
  /** Of its own folder, beside our settings: what makes it run programs. Within walls it is only read, and none is made. */
  readonly held?: readonly string[];
  /** Which of its own tools it leaves out when told so (`ownTools: off`), in words; null or none: it cannot be told. */
  switchesOff?(scope: ConnectScope): string | null;
  /** Everything that gets past it in that scope and mode, as `verify` and the fail-open table prove. */
  gaps(scope: ConnectScope, mode: ConnectMode, ownTools?: OwnTools): readonly Gap[];
  /** A fault says why the installed one cannot be held. Null: it is not installed. @param path instead of PATH. */
  detect(machine: Machine, path?: string): Promise<Done<InstalledClient> | null>;
  /** The default scope on this machine. */
  defaultScope(machine: Machine): Promise<ConnectScope>;
  /** The agent whose entries stand there already, as far as the files themselves say so. */
  agentIn(machine: Machine, scope: ConnectScope): Promise<AgentId | null>;
  /**
   * Reads, changes nothing. A fault: something speaks against it. Where no agent is made yet it is asked for one that nobody is,
   * to see what would be written.
   */
  edits(entries: Entries): Promise<Done<Edits>>;
  /** After the files are written: what only the client itself can do (trusting a hook). A fault undoes the connection. */
  settle?(entries: Entries): Promise<Done<{ readonly warnings: readonly string[] }>>;
  /** Our entries taken out of a text that changed since; null: nothing of ours is in it. A fault: it cannot be read. */
  strip(path: string, text: string, kept: JsonObject): Done<string | null>;
  /** Looks at the files, and at what else keeps the entries from counting. */
  inspect(connection: Connection, machine: Machine): Promise<readonly Standing[]>;
  /** What a project's files do to our entries while a session works in it. */
  around?(workspace: string, connection: Connection, machine: Machine): Promise<readonly Standing[]>;
  /** The files that `around` looks at, so that a change is seen at once. */
  projectFiles?(workspace: string): readonly string[];
  /** Processes of this client that were started so that the entries do not count. Linux only. */
  bypasses?(
    connections: readonly Connection[],
    machine: Machine,
  ): Promise<readonly (Standing & { readonly agent: AgentId })[]>;
  /** Its processes, and what they start by themselves; left out: it is held by its MCP servers alone, and nothing of it is looked at. */
  readonly ownPrograms?: OwnPrograms;
  /** Null: it is an editor that only a person can start. */
  readonly verify: ((bench: VerifyBench) => AsyncIterable<VerifyCheck>) | null;
  /** What the program is started with. Null: `run` does not know it. */
  readonly run: ((request: RunRequest) => Promise<Done<Program>>) | null;
}
