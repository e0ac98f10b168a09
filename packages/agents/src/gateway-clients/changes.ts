// What we change in a client's file, as values at paths: put in, and taken out again of a text that others changed since. Pure.
// INVARIANT: only what is still ours is taken out; a value somebody else has set meanwhile stays as they set it.
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '@castellan/contract';
import { z } from 'zod';
import { OWN_NAME } from '../mcp-clients/found.ts';
import { parseJsonc } from '../mcp-clients/text/json-members.ts';
import { dropFromJson, putIntoJson, putRawIntoJson, rawInJson, valueIn } from '../mcp-clients/text/json-put.ts';
import { yamlValue } from '../mcp-clients/text/yaml-places.ts';
import { dropFromYaml, putIntoYaml, putRawIntoYaml, rawInYaml } from '../mcp-clients/text/yaml-put.ts';

type Path = readonly string[];

/** How a file is written. */
export interface TextFormat {
  /** Undefined: it cannot be read, or says one thing twice. */
  read(text: string): unknown;
  raw(text: string, path: Path): string | null;
  put(text: string, path: Path, value: unknown): string | null;
  putRaw(text: string, path: Path, raw: string): string | null;
  drop(text: string, path: Path): string | null;
}

/** With comments and trailing commas where they stand already; neither is ever added. */
export const JSON_FORMAT: TextFormat = {
  read: (text) => (text.trim() === '' ? {} : parseJsonc(text)),
  raw: rawInJson,
  put: putIntoJson,
  putRaw: putRawIntoJson,
  drop: dropFromJson,
};
export const YAML_FORMAT: TextFormat = {
  read: yamlValue,
  raw: rawInYaml,
  put: putIntoYaml,
  putRaw: putRawIntoYaml,
  drop: dropFromYaml,
};

/** One value of ours. */
export interface Change {
  readonly path: Path;
  readonly value: JsonValue;
}

/**
 * What a connection keeps of a file, flat, so that what an earlier connect saw is not lost to a later one. `was PATH`: the bytes
 * that stood there, null: nothing did. `now PATH VALUE`: what we put there, each time. `beside NAME`: a server that stood there.
 */
export type Kept = JsonObject;

const WAS = /^was (\[.*\])$/s;
const nowKey = (path: Path, value: unknown): string => `now ${JSON.stringify(path)} ${JSON.stringify(value)}`;
const pathSchema = z.array(z.string()).min(1);

/** Of a client's own servers, as they were. */
export const besideOf = (kept: Kept): readonly string[] =>
  Object.keys(kept).flatMap((key) => (key.startsWith('beside ') ? [key.slice('beside '.length)] : []));

/** Deepest first. */
function pathsOf(kept: Kept): readonly { readonly path: Path; readonly was: string | null }[] {
  const found = Object.entries(kept).flatMap(([key, was]) => {
    const text = WAS.exec(key)?.[1];
    const path = text === undefined ? null : (pathSchema.safeParse(JSON.parse(text)).data ?? null);
    return path === null || (was !== null && typeof was !== 'string') ? [] : [{ path, was }];
  });
  return found.toSorted((one, other) => other.path.length - one.path.length);
}

const MARK = '\uFEFF';
const split = (text: string): readonly [string, string] => (text.startsWith(MARK) ? [MARK, text.slice(1)] : ['', text]);

/** What a file says; undefined: it cannot be read. */
export const readIn = (format: TextFormat, text: string): unknown => format.read(split(text)[1]);

/** Null: they cannot be had without touching something else. */
export function applyChanges(
  format: TextFormat,
  before: string,
  changes: readonly Change[],
): { readonly text: string; readonly kept: Kept } | null {
  const [mark, rest] = split(before);
  let text = rest;
  const kept: Record<string, JsonValue> = {};
  const keep = (path: Path, now: JsonValue): void => {
    kept[`was ${JSON.stringify(path)}`] ??= format.raw(text, path);
    kept[nowKey(path, now)] = true;
  };
  for (const { path, value } of changes) {
    const root = format.read(text);
    // A table made for ours goes again with the last thing in it.
    for (let depth = 1; depth < path.length; depth += 1)
      if (valueIn(root, path.slice(0, depth)) === undefined) keep(path.slice(0, depth), {});
    keep(path, value);
    if (isDeepStrictEqual(valueIn(root, path), value)) continue;
    const put = format.put(text, path, value);
    if (put === null) return null;
    text = put;
  }
  return { text: mark + text, kept };
}

/** Null: nothing of ours is in it. Undefined: it cannot be done. */
export function undoChanges(format: TextFormat, text: string, kept: Kept): string | null | undefined {
  const [mark, rest] = split(text);
  if (format.read(rest) === undefined) return undefined;
  let result = rest;
  for (const { path, was } of pathsOf(kept)) {
    const value = valueIn(format.read(result), path);
    // A mapping that lost its last entry reads as nothing in YAML.
    if (value === undefined || !isOurs(kept, path, value === null ? {} : value)) continue;
    const undone = was === null ? format.drop(result, path) : format.putRaw(result, path, was);
    if (undone === null) return undefined;
    result = undone;
  }
  return result === rest ? null : mark + result;
}

/** Our own entry is ours however it was changed: nobody else may speak under that name. */
const isOurs = (kept: Kept, path: Path, value: unknown): boolean =>
  path.at(-1) === OWN_NAME || Object.hasOwn(kept, nowKey(path, value));
