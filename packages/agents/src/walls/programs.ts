// The programs that a confined run starts and reads: the client, and ours that speak for it. As folders and files that are let in
// to be read; whatever of them lies in the project cannot be changed from inside.
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { binFolder } from '../bin-folder.ts';
import { castellanEntry } from '../castellan-entry.ts';
import { realPath } from '../files.ts';

/** The outermost `node_modules` that a path lies in: packages need those beside them. Null: it lies in none. */
export function packagesOf(path: string): string | null {
  const at = path.indexOf('/node_modules/');
  return at < 0 ? null : path.slice(0, at + '/node_modules'.length);
}

/** Ours: what `castellan mcp` and the hooks need, wherever it was installed. */
export async function ownPrograms(node: string): Promise<readonly string[]> {
  const packages = dirname(dirname(dirname(await realPath(castellanEntry()))));
  const all = packagesOf(packages);
  const found = all === null ? [packages, join(packages, '../node_modules'), join(packages, '../package.json')] : [all];
  return [...new Set([...found, await realPath(binFolder()), await realPath(node)])].filter(existsSync);
}

export interface ClientProgram {
  /** What is started: by its own name where that is on PATH, which a run within walls has too. */
  readonly file: string;
  readonly reads: readonly string[];
}

/** @param file absolute. @param path PATH */
export async function clientProgram(file: string, path: string): Promise<ClientProgram> {
  const real = await realPath(file);
  const isOnPath = path.split(delimiter).includes(dirname(file)) && packagesOf(file) === null;
  return { file: isOnPath ? file : real, reads: [packagesOf(real) ?? real] };
}
