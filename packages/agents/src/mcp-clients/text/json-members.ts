// Members of a JSON object as places in its text: the client's own bytes, with comments and trailing commas. Pure.
import { createScanner, findNodeAtLocation, type Node, type ParseError, parse, parseTree } from 'jsonc-parser';

export interface Member {
  readonly name: string;
  /** From the opening quote of its name. */
  readonly start: number;
  readonly end: number;
}

const LENIENT = { allowTrailingComma: true, disallowComments: false };

/** The value; undefined where it is no JSON, or where a name stands twice in one object and two readers would differ. */
export function parseJsonc(text: string): unknown {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, LENIENT);
  if (tree === undefined || errors.length > 0 || hasTwins(tree)) return undefined;
  return parse(text, [], LENIENT) as unknown;
}

function hasTwins(node: Node): boolean {
  const children = node.children ?? [];
  if (node.type === 'object') {
    const names = children.map((property) => String(property.children?.[0]?.value));
    if (new Set(names).size !== names.length) return true;
  }
  return children.some(hasTwins);
}

/** The members of the object at `path`; null: there is no object. */
export function membersAt(text: string, path: readonly string[]): readonly Member[] | null {
  const tree = parseTree(text, [], LENIENT);
  const node = tree === undefined ? undefined : findNodeAtLocation(tree, [...path]);
  if (node?.type !== 'object') return null;
  return (node.children ?? []).map((property) => ({
    name: String(property.children?.[0]?.value),
    start: property.offset,
    end: property.offset + property.length,
  }));
}

/** Where the comma behind `from` stands; -1: there is none before the next member or the end. */
export function commaAfter(text: string, from: number): number {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  scanner.scan();
  return text[scanner.getTokenOffset()] === ',' ? scanner.getTokenOffset() : -1;
}

export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits that do not overlap. */
export const edited = (text: string, edits: readonly TextEdit[]): string =>
  edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((rest, edit) => rest.slice(0, edit.start) + edit.text + rest.slice(edit.end), text);

/** The edits that take members out of an object of which at least one stays, with their lines where nothing else is on them. */
export function withoutMembers(
  text: string,
  members: readonly Member[],
  gone: ReadonlySet<string>,
): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let lastKept: Member | null = null;
  let lastCommaNeeded = true;
  for (const member of members) {
    if (!gone.has(member.name)) {
      lastKept = member;
      lastCommaNeeded = true;
      continue;
    }
    const comma = commaAfter(text, member.end);
    if (comma < 0) lastCommaNeeded = false;
    edits.push(wholeLines(text, member.start, comma < 0 ? member.end : comma + 1));
  }
  if (!lastCommaNeeded && lastKept !== null) {
    const comma = commaAfter(text, lastKept.end);
    if (comma >= 0) edits.push({ start: comma, end: comma + 1, text: '' });
  }
  return edits;
}

function wholeLines(text: string, start: number, end: number): TextEdit {
  const before = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, start));
  const after = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end));
  if (before !== null && after !== null)
    return { start: start - (before[1] ?? '').length, end: end + after[0].length, text: '' };
  const blank = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  return { start, end: end + blank, text: '' };
}
