// Sockets that others of this machine listen on, in folders that a confined program is given. It may open sockets there (programs talk
// among themselves), and must not find these. What begins to listen there later is not covered: whoever cannot have that confines
// with no sockets at all.
import { readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { lies, realOf } from './paths.ts';
import type { Given } from './spec.ts';

/** The names that the kernel knows; those without a file begin with `@`. */
function listening(): readonly string[] {
  try {
    const lines = readFileSync('/proc/net/unix', 'utf8').split('\n').slice(1);
    // Seven columns, then the name, which may hold spaces.
    return lines.flatMap((line) => /^(?:\S+\s+){6}\S+ (?!@)(.+)$/.exec(line)?.[1] ?? []);
  } catch {
    return [];
  }
}

/** Where processes are at work: a name that is no whole path was said from one of these. Those of other users cannot be told. */
function workplaces(): readonly string[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (realOf(`/proc/${name}/cwd`) ?? []) : []));
  } catch {
    return [];
  }
}

/** Where they stand inside. @param given its own sockets are meant to be found. */
export function foreignSockets(bound: readonly Given[], given: readonly Given[]): readonly string[] {
  const names = [...new Set(listening())];
  // Most machines have no such name, and then nobody looks at processes.
  const places = names.every((name) => isAbsolute(name)) ? [] : workplaces();
  const from = [...new Set([...bound.map((each) => each.from), ...places])];
  const named = names.flatMap((name) => (isAbsolute(name) ? [name] : from.map((folder) => join(folder, name))));
  const there = named.flatMap((name) => realOf(name) ?? []);
  const isOurs = (path: string): boolean => given.some(({ from }) => lies(path, from));
  return [...new Set(there)].filter((path) => bound.some(({ from }) => lies(path, from)) && !isOurs(path));
}
