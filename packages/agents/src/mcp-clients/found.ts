// What is found in a client's settings: servers that can be moved behind the gateway, and those that stay, with the reason.
// INVARIANT: a `start` holds no credential; each stands in `secrets`, for the vault.
import type { McpStart } from '@castellan/contract';

export const MCP_CLIENTS = [
  'claude-code',
  'claude-desktop',
  'cursor',
  'vscode',
  'windsurf',
  'gemini-cli',
  'goose',
  'zed',
  'codex',
  'opencode',
] as const;
export type McpClientName = (typeof MCP_CLIENTS)[number];

/** Where a person's files are looked for. */
export interface ClientPlaces {
  /** The person's home folder. */
  readonly userHome: string;
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
}

/** A file that a client reads its servers from. */
export interface ClientFile {
  readonly client: McpClientName;
  /** Absolute. */
  readonly path: string;
  /** The folder it belongs to; null: it counts everywhere. */
  readonly project: string | null;
}

export interface Reading {
  readonly env: { readonly [name: string]: string | undefined };
  readonly userHome: string;
  readonly isCredential: (name: string, value: string) => boolean;
}

export interface FoundSecret {
  readonly group: 'env' | 'headers';
  readonly key: string;
  /** `Bearer `: no part of the secret. */
  readonly before: string;
  readonly value: string;
}

interface Place {
  /** As the client calls it. */
  readonly name: string;
  /** Where its entry stands in the file, as keys. */
  readonly path: readonly string[];
}

export interface MovableServer extends Place {
  readonly kind: 'movable';
  /** The only folder that has it now; null: every one. */
  readonly project: string | null;
  readonly start: McpStart;
  readonly secrets: readonly FoundSecret[];
}
export type FoundServer = MovableServer | (Place & { readonly kind: 'stays'; readonly why: string });

/** The entry that stands in place of what was moved. */
export interface OwnEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What our entry is called, everywhere. */
export const OWN_NAME = 'castellan';

export type ReadServers =
  | { readonly ok: true; readonly servers: readonly FoundServer[] }
  | { readonly ok: false; readonly why: string };

/** One client: where it looks, how it is read, and how its text is edited. Pure. */
export interface McpClient {
  readonly name: McpClientName;
  readonly title: string;
  files(places: ClientPlaces): readonly ClientFile[];
  read(text: string, file: ClientFile, reading: Reading): ReadServers;
  /** The text with our entry in place of these; null: it cannot be had without touching something else. */
  moveOut(text: string, paths: readonly (readonly string[])[], entry: OwnEntry): string | null;
  /** The reverse, in a text that was changed since: their bytes from `before`. Null: it cannot be had. */
  putBack(text: string, before: string, paths: readonly (readonly string[])[]): string | null;
}
