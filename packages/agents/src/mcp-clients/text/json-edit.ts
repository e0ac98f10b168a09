// Puts our entry in place of moved ones in a JSON file and back again. Pure. INVARIANT: outside of these members no byte
// changes; the result is parsed again, and what it says is exactly what was meant, or there is none.
import { isDeepStrictEqual } from 'node:util';
import { OWN_NAME } from '../found.ts';
import { edited, type Member, membersAt, parseJsonc, type TextEdit, withoutMembers } from './json-members.ts';

type Paths = readonly (readonly string[])[];

interface Section {
  readonly path: readonly string[];
  readonly names: ReadonlySet<string>;
}

function sectionsOf(paths: Paths): readonly Section[] {
  const sections = new Map<string, { path: readonly string[]; names: Set<string> }>();
  for (const path of paths) {
    const section = path.slice(0, -1);
    const key = JSON.stringify(section);
    const entry = sections.get(key) ?? { path: section, names: new Set<string>() };
    entry.names.add(path.at(-1) ?? '');
    sections.set(key, entry);
  }
  return [...sections.values()];
}

const indentAt = (text: string, offset: number): string | null =>
  /(?:^|\n)([ \t]*)$/.exec(text.slice(0, offset))?.[1] ?? null;

/** The unit of a file's indentation, by its first line that has one. */
const unitOf = (text: string): string => /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

function ownText(text: string, member: Member, entry: unknown): string {
  const indent = indentAt(text, member.start);
  const isLong = text.slice(member.start, member.end).includes('\n');
  if (indent === null || !isLong) return `"${OWN_NAME}": ${JSON.stringify(entry)}`;
  const body = JSON.stringify(entry, null, unitOf(text)).replaceAll('\n', `${newlineOf(text)}${indent}`);
  return `"${OWN_NAME}": ${body}`;
}

/** @param entry as this client writes one. */
export function moveOutOfJson(text: string, paths: Paths, entry: unknown): string | null {
  const was = parseJsonc(text);
  if (was === undefined) return null;
  const expected: unknown = structuredClone(was);
  const edits: TextEdit[] = [];
  for (const { path, names } of sectionsOf(paths)) {
    const members = membersAt(text, path);
    const first = members?.find(({ name }) => names.has(name));
    const object = objectAt(expected, path);
    if (members === null || first === undefined || object === null) return null;
    const stands = members.some(({ name }) => name === OWN_NAME && !names.has(name));
    const gone = new Set(names);
    if (!stands) {
      gone.delete(first.name);
      edits.push({ start: first.start, end: first.end, text: ownText(text, first, entry) });
    }
    edits.push(...withoutMembers(text, members, gone));
    for (const name of names) delete object[name];
    if (!stands) object[OWN_NAME] = entry;
  }
  return checked(edited(text, edits), expected);
}

/** Their bytes as `before` has them, in place of our entry. */
export function putBackIntoJson(text: string, before: string, paths: Paths): string | null {
  const now = parseJsonc(text);
  const was = parseJsonc(before);
  if (now === undefined || was === undefined) return null;
  const expected: unknown = structuredClone(now);
  const edits: TextEdit[] = [];
  for (const { path, names } of sectionsOf(paths)) {
    const members = membersAt(text, path);
    const own = members?.find(({ name }) => name === OWN_NAME);
    const old = membersAt(before, path)?.filter(({ name }) => names.has(name)) ?? [];
    const object = objectAt(expected, path);
    const then = objectAt(was, path);
    if (members === null || own === undefined || object === null || then === null) return null;
    if (old.length !== names.size || members.some(({ name }) => names.has(name))) return null;
    const indent = indentAt(text, own.start);
    const between = indent === null ? ', ' : `,${newlineOf(text)}${indent}`;
    const stood = Object.hasOwn(then, OWN_NAME);
    const bytes = old.map((each) => before.slice(each.start, each.end));
    const start = stood ? own.end : own.start;
    edits.push({ start, end: own.end, text: (stood ? between : '') + bytes.join(between) });
    if (!stood) delete object[OWN_NAME];
    for (const name of names) object[name] = then[name];
  }
  return checked(edited(text, edits), expected);
}

function objectAt(root: unknown, path: readonly string[]): Record<string, unknown> | null {
  let node = root;
  for (const key of path) node = isRecord(node) ? node[key] : undefined;
  return isRecord(node) ? node : null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const checked = (text: string, expected: unknown): string | null =>
  isDeepStrictEqual(parseJsonc(text), expected) ? text : null;
