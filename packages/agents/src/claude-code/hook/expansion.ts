// What a command or a skill of a project makes Claude Code read when it is expanded: the files its text names with `@`, which
// no event tells of. The hook names the command only, so that its text is read here. INVARIANT: too much is named rather than too
// little; a command of a project whose text is not found is not expanded.
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { HookEvent, ImpliedUse } from '../../hook/event.ts';
import { mentions } from './mentions.ts';
import { BUILT_IN_MODULE } from './tool-ref.ts';

export interface Expansion {
  /** As the client has it: `deploy`, `frontend:deploy`. */
  readonly name: string;
  readonly args: string;
  /** The client says that a project's is meant. */
  readonly isProjects: boolean;
}

/** Neither is anywhere near what people write; past them nobody can say what is named. */
const MOST_FILES = 5000;
const MOST_BYTES = 1024 * 1024;

/** What an event has expanded; null: nothing. */
export function expansionOf(event: HookEvent): Expansion | null {
  if (event.kind === 'expansion') return event;
  if (event.kind !== 'pre-tool-use' || event.module !== BUILT_IN_MODULE) return null;
  const { skill, args, command } = event.arguments;
  if (event.tool === 'Skill' && typeof skill === 'string')
    return { name: skill, args: typeof args === 'string' ? args : '', isProjects: false };
  if (event.tool !== 'SlashCommand' || typeof command !== 'string') return null;
  const [name = '', ...rest] = command.trim().split(/\s+/u);
  return { name, args: rest.join(' '), isProjects: false };
}

/** What it names, of every text it may be; null: nobody can say. */
export async function expandedUses(
  { name, args, isProjects }: Expansion,
  cwd: string,
): Promise<readonly ImpliedUse[] | null> {
  const last = name.replace(/^\//u, '').split(':').at(-1)?.toLowerCase() ?? '';
  const files = await textsAbove(cwd);
  if (files === null) return null;
  const texts: string[] = [];
  for (const file of files) {
    const text = await textOf(file);
    const names = [basename(file).replace(/\.md$/iu, ''), basename(dirname(file)), ...namesIn(text ?? '', last)];
    if (!names.some((one) => one.toLowerCase() === last)) continue;
    // One that brings hooks of its own would start programs, which may change what was decided.
    if (text === null || bringsHooks(frontOf(text))) return null;
    texts.push(text);
  }
  if (texts.length === 0) return isProjects ? null : [];
  return mentions(texts.flatMap((text) => filled(text, args)).join('\n'));
}

/** What stands above the text, between lines of dashes. */
const frontOf = (text: string): string => /^\uFEFF?---[^\n]*\n(.*?)(?:\n---|$)/su.exec(text)?.[1] ?? '';

/** In any spelling of the key; one that is escaped may be spelt so. */
const bringsHooks = (front: string): boolean => /\bhooks["']?\s*:|^\s*\?|\\[^\n]*["']\s*:/mu.test(front);

/** `name: deploy`. One written in a way that is not read here may be any. */
function namesIn(text: string, wanted: string): readonly string[] {
  const given = [...frontOf(text).matchAll(/\bname["']?[ \t]*:[ \t]*["']?(.*?)["']?[ \t\r]*$/gmu)].map(
    ([, name = '']) => name,
  );
  return given.map((name) => (/^$|^[>|!&*]|\\|[,}]/u.test(name) ? wanted : name));
}

/** With what was given in each place it can stand in: all of it, or any word of it. */
function filled(text: string, args: string): readonly string[] {
  const place = /\$(?:\{[^}]*\}|[\w-]+(?:\[\d+\])?)/gu;
  const words = new Set([args, ...args.split(/\s+/u).flatMap((word) => [word, word.replaceAll(/["']/gu, '')])]);
  return [...words].map((word) => text.replaceAll(place, () => word));
}

/** The texts of commands and skills of a folder and of all above it: which of them the client takes is not ours to guess. */
async function textsAbove(cwd: string): Promise<readonly string[] | null> {
  const seen = { left: MOST_FILES };
  const found: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    for (const kind of ['commands', 'skills'])
      found.push(...(await textsBelow(join(folder, '.claude', kind), 6, seen)));
    if (seen.left <= 0) return null;
    if (folder === dirname(folder)) return found;
  }
}

/** Links are followed, as the client does; `depth` and `seen` end those that lead in circles. */
async function textsBelow(folder: string, depth: number, seen: { left: number }): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    seen.left -= 1;
    if (seen.left <= 0) return found;
    const path = join(folder, entry.name);
    if (/\.md$/iu.test(entry.name)) found.push(path);
    else if (depth > 0 && (entry.isDirectory() || entry.isSymbolicLink()))
      found.push(...(await textsBelow(path, depth - 1, seen)));
  }
  return found;
}

/** Null: it cannot be read, or is no text. Never waits for a pipe that somebody put there. */
async function textOf(path: string): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (file === null) return null;
  try {
    const stat = await file.stat();
    return stat.isFile() && stat.size <= MOST_BYTES ? await file.readFile('utf8') : null;
  } catch {
    return null;
  } finally {
    await file.close();
  }
}
