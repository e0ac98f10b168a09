// Which file of an installed package is its program, and what runs it.
import { closeSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { JsonObject, JsonValue } from '@castellan/contract';

export type NpmProgram =
  | { readonly ok: true; readonly file: string; readonly byNode: boolean }
  | { readonly ok: false; readonly why: string };

const no = (why: string): NpmProgram => ({ ok: false, why });

/** @param folder of the package itself. @param wanted a program's name; null: the one it is known by, as npx picks it. */
export function npmProgram(folder: string, name: string, wanted: string | null): NpmProgram {
  const manifest = readManifest(join(folder, 'package.json'));
  if (manifest === null) return no(`\`${name}\` has no package.json that can be read`);
  const programs = programsOf(manifest.bin, name);
  const short = name.replace(/^@[^/]*\//, '');
  const files = new Set(programs.values());
  const path = programs.get(wanted ?? short) ?? (wanted === null && files.size === 1 ? [...files][0] : undefined);
  if (path === undefined) {
    const names = [...programs.keys()].map((each) => `\`${each}\``).join(', ');
    return no(
      programs.size === 0
        ? `\`${name}\` has no program to start`
        : `\`${name}\` has no program \`${wanted ?? short}\`: ${names}`,
    );
  }
  try {
    const file = realpathSync(join(folder, path));
    // A `bin` that leads out of its package would start what no digest covers.
    if (!file.startsWith(`${realpathSync(folder)}${sep}`) || !statSync(file).isFile())
      return no(`the program of \`${name}\` lies outside of it`);
    return { ok: true, file, byNode: isForNode(file) };
  } catch {
    return no(`the program of \`${name}\` is not there: \`${path}\``);
  }
}

function readManifest(path: string): JsonObject | null {
  try {
    const value: JsonValue = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}

function programsOf(bin: JsonValue | undefined, name: string): ReadonlyMap<string, string> {
  if (typeof bin === 'string') return new Map([[name.replace(/^@[^/]*\//, ''), bin]]);
  if (typeof bin !== 'object' || bin === null || Array.isArray(bin)) return new Map();
  return new Map(Object.entries(bin).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** By its first line, as the system would; a script without one is JavaScript. */
function isForNode(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(256);
    const line = bytes.subarray(0, readSync(descriptor, bytes)).toString('latin1').split('\n')[0] ?? '';
    return line.startsWith('#!') ? /\bnode\b/.test(line) : /\.[cm]?js$/.test(file);
  } finally {
    closeSync(descriptor);
  }
}
