// What the clients with JSON settings have in common. Pure.
import { readEntry } from '../entry.ts';
import {
  type ClientFile,
  type FoundServer,
  type McpClient,
  OWN_NAME,
  type OwnEntry,
  type Reading,
  type ReadServers,
} from '../found.ts';
import { moveOutOfJson, putBackIntoJson } from '../text/json-edit.ts';
import { parseJsonc } from '../text/json-members.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;
export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A table of servers in a file. */
export interface Section {
  readonly path: readonly string[];
  /** The folder its servers belong to. */
  readonly project: string | null;
  /** Names that are switched off elsewhere in the file. */
  readonly disabled?: readonly string[];
}

export interface JsonClient {
  readonly name: McpClient['name'];
  readonly title: string;
  readonly files: McpClient['files'];
  sections(root: JsonRecord, file: ClientFile): readonly Section[];
  entry(value: JsonRecord, name: string, section: Section, reading: Reading): FoundServer;
  own(entry: OwnEntry): unknown;
}

export function jsonClient({ sections, entry, own, ...client }: JsonClient): McpClient {
  return {
    ...client,
    read(text, file, reading): ReadServers {
      const root = parseJsonc(withoutMark(text));
      if (!isRecord(root)) return { ok: false, why: 'it is no JSON that can be read, or has a name twice' };
      return { ok: true, servers: sections(root, file).flatMap((section) => serversIn(root, section, entry, reading)) };
    },
    moveOut: (text, paths, ours) => aroundMark(text, (rest) => moveOutOfJson(rest, paths, own(ours))),
    putBack: (text, before, paths) => aroundMark(text, (rest) => putBackIntoJson(rest, withoutMark(before), paths)),
  };
}

function serversIn(
  root: JsonRecord,
  section: Section,
  entry: JsonClient['entry'],
  reading: Reading,
): readonly FoundServer[] {
  let node: unknown = root;
  for (const key of section.path) node = isRecord(node) ? node[key] : undefined;
  if (!isRecord(node)) return [];
  return Object.entries(node).flatMap(([name, value]): readonly FoundServer[] => {
    const path = [...section.path, name];
    if (name === OWN_NAME) return [];
    if (!isRecord(value)) return [{ kind: 'stays', name, path, why: 'it is no table' }];
    if (section.disabled?.includes(name) === true) return [{ kind: 'stays', name, path, why: 'it is switched off' }];
    return [entry(value, name, section, reading)];
  });
}

/** Of our entry: nothing where there is nothing to say. */
export const environment = (name: string, env: OwnEntry['env']): JsonRecord =>
  Object.keys(env).length === 0 ? {} : { [name]: env };

/** Editors of another system put it at the beginning. */
const MARK = '\uFEFF';
const withoutMark = (text: string): string => (text.startsWith(MARK) ? text.slice(1) : text);
function aroundMark(text: string, edit: (rest: string) => string | null): string | null {
  const rest = edit(withoutMark(text));
  return rest === null || !text.startsWith(MARK) ? rest : MARK + rest;
}

/** An entry as VS Code and its kin write it. */
export const editorEntry =
  (known: readonly string[]): JsonClient['entry'] =>
  (value, name, { path, project }, reading) => {
    const stays = value.disabled === true ? 'it is switched off' : unknownField(value, known);
    const place = { name, path: [...path, name], syntax: 'vscode', project } as const;
    return readEntry({ ...value, timeout: undefined, stays }, place, reading);
  };

/** The first field that is none of these, as the reason why a server stays. */
export function unknownField(value: JsonRecord, known: readonly string[]): string | undefined {
  const field = Object.keys(value).find((key) => !known.includes(key));
  return field === undefined ? undefined : `its \`${field}\` is not understood`;
}

export const seconds = (milliseconds: unknown): number | undefined =>
  typeof milliseconds === 'number' && milliseconds > 0 ? milliseconds / 1000 : undefined;
