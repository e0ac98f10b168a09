// What a shell pattern matches now: as bash without options, and `**` also as the shells that search below with it, so that
// what is named holds whatever any of them would name. INVARIANT: never throws; what is not understood, unreadable or too
// much is null, never fewer matches than there are.
import { lstatSync, opendirSync, readdirSync, type Stats, statSync } from 'node:fs';
import { MAX_PATH } from './resolve-path.ts';

/** Names that are read and paths that match, all folders together: more is no pattern a person would look through. */
const MAX_NAMES = 2000;

/**
 * Size of a folder, as its file system gives it, up to which it is read at once: that is no more than some thousand names. A
 * larger one is read name by name, to stop in time.
 */
const SMALL_FOLDER = 16_384;

interface Search {
  names: number;
  readonly found: Set<string>;
}

const PATTERN = /[*?[]/;

/** Thrown inside only, where the looking ends without an answer. */
const GIVE_UP = Symbol('give up');

/** `absolute`: the folder it starts from is written out, `.` and `..` stay. Gives paths as written, not where they lead. */
export function expandPattern(absolute: string): readonly string[] | null {
  // Quoting, classes by name and the patterns that only an option switches on mean other things elsewhere.
  if (!absolute.startsWith('/') || absolute.length >= MAX_PATH || /[\0\\]|\[[^/]*\[[.=:]|[@!+?*]\(/.test(absolute))
    return null;
  const parts = absolute.split('/').filter((part) => part !== '');
  const search: Search = { names: 0, found: new Set() };
  // Up to the first pattern there is one way; the kernel says whether it leads to a folder.
  const written = Math.max(
    0,
    parts.findIndex((part) => PATTERN.test(part)),
  );
  try {
    const start = parts
      .slice(0, written)
      .map((part) => `/${part}`)
      .join('');
    if (written === 0 || isFolder(start)) expand(search, start, parts.slice(written), absolute.endsWith('/'));
    return [...search.found].sort();
  } catch {
    return null;
  }
}

function expand(search: Search, folder: string, parts: readonly string[], onlyFolders: boolean): void {
  const [part, ...rest] = parts;
  if (part === undefined) {
    if (onlyFolders && !isFolder(folder)) return;
    count(search);
    search.found.add(folder === '' ? '/' : folder);
    return;
  }
  if (!PATTERN.test(part)) {
    const next = `${folder}/${part}`;
    if (rest.length > 0 ? isFolder(next) : exists(next)) expand(search, next, rest, onlyFolders);
    return;
  }
  if (part === '**') expandDeep(search, folder, rest, onlyFolders);
  const matches = matcherOf(part);
  for (const name of namesIn(search, folder)) {
    if (!matches(name) || (name.startsWith('.') && !part.startsWith('.'))) continue;
    const next = `${folder}/${name}`;
    if (rest.length === 0 || isFolder(next)) expand(search, next, rest, onlyFolders);
  }
}

/** `**` where it searches below: this folder and every one below it, hidden ones and links left out. */
function expandDeep(search: Search, folder: string, rest: readonly string[], onlyFolders: boolean): void {
  if (rest.length > 0) expand(search, folder, rest, onlyFolders);
  else if (folder !== '') {
    count(search);
    search.found.add(folder);
  }
  for (const name of namesIn(search, folder)) {
    if (name.startsWith('.')) continue;
    const next = `${folder}/${name}`;
    const stats = lookAt(next);
    if (stats?.isDirectory() === true) expandDeep(search, next, rest, onlyFolders);
    else if (rest.length === 0 && !onlyFolders && stats !== undefined) search.found.add(next);
  }
}

function count(search: Search): void {
  search.names += 1;
  if (search.names > MAX_NAMES) throw GIVE_UP;
}

/** Every name, `.` and `..` too: older shells match them with `.*`. A folder that is not there holds none. */
function namesIn(search: Search, folder: string): readonly string[] {
  const path = folder === '' ? '/' : folder;
  count(search);
  const stats = folderAt(path);
  if (stats === undefined) return [];
  const names = ['.', '..'];
  if (stats.size <= SMALL_FOLDER) {
    for (const name of readdirSync(path)) take(search, names, name);
    return names;
  }
  const directory = opendirSync(path, { bufferSize: 256 });
  try {
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync())
      take(search, names, entry.name);
  } finally {
    directory.closeSync();
  }
  return names;
}

function take(search: Search, names: string[], name: string): void {
  // A name that is not text could not be named again.
  if (name.includes('\uFFFD')) throw GIVE_UP;
  count(search);
  names.push(name);
}

const LOOK = { throwIfNoEntry: false } as const;
const lookAt = (path: string): Stats | undefined => lstatSync(path, LOOK);
const exists = (path: string): boolean => lookAt(path) !== undefined;

/** Through links, as a shell goes on. A loop of links, or a folder that may not be searched, is an error and gives up. */
function folderAt(path: string): Stats | undefined {
  const stats = statSync(path === '' ? '/' : path, LOOK);
  return stats?.isDirectory() === true ? stats : undefined;
}
const isFolder = (path: string): boolean => folderAt(path) !== undefined;

/** A bracket as a set and, had it been quoted, as the characters it is made of. */
function matcherOf(part: string): (name: string) => boolean {
  const pattern = expressionOf(part, true);
  if (!part.includes('[')) return (name) => pattern.test(name);
  const quoted = expressionOf(part, false);
  return (name) => pattern.test(name) || quoted.test(name);
}

function expressionOf(part: string, brackets: boolean): RegExp {
  let source = '';
  for (let at = 0; at < part.length; at += 1) {
    const character = part[at] ?? '';
    const close = brackets && character === '[' ? closing(part, at) : -1;
    if (close > 0) {
      source += bracket(part.slice(at + 1, close));
      at = close;
    } else if (character === '*') {
      if (!source.endsWith(ANY_TEXT)) source += ANY_TEXT;
    } else if (character === '?') source += ANY;
    else source += character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  }
  return new RegExp(`^${source}$`, 'u');
}

const ANY = '[\\s\\S]';
const ANY_TEXT = `${ANY}*`;

/** Where a `[` ends; a `]` that stands first is an ordinary one. -1: nowhere, and the `[` is a character. */
function closing(part: string, open: number): number {
  const first = /^[!^]/.test(part.slice(open + 1)) ? open + 2 : open + 1;
  return part.indexOf(']', part[first] === ']' ? first + 1 : first);
}

function bracket(inside: string): string {
  // What is left out depends on what was quoted.
  if (/^[!^]/.test(inside)) return ANY;
  // Where letters have both cases in one order, a range holds others than here. A quoted `-` is a character.
  for (const [, from = '', to = ''] of inside.matchAll(/(.)-(.)/gu))
    if (from > to || !sameKind(from, to)) throw GIVE_UP;
  const set = inside.replace(/[\\^[\]]/g, '\\$&').replace(/^-|-$/g, '\\-');
  return `[${set}${inside.includes('-') ? '\\-' : ''}]`;
}

const sameKind = (from: string, to: string): boolean =>
  [/^[a-z]{2}$/, /^[A-Z]{2}$/, /^\d{2}$/].some((kind) => kind.test(from + to));
