// Which of the clients are here: a program on PATH, an application, or settings of one. Nothing is started: an editor would open.
import { realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readIfThere } from '../files.ts';

export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Where a program that was packed with its description keeps it, above its own folder. */
const MANIFESTS = ['package.json', join('resources', 'app', 'package.json')];

/** The version that lies beside a program, for those that say it in a file. */
export async function versionBeside(program: string): Promise<string | null> {
  let folder = dirname(await realpath(program).catch(() => program));
  for (let up = 0; up < 4; up += 1) {
    for (const name of MANIFESTS) {
      const version = versionIn(await readIfThere(join(folder, name)).catch(() => null));
      if (version !== null) return version;
    }
    folder = dirname(folder);
  }
  return null;
}

function versionIn(text: string | null): string | null {
  try {
    const said: unknown = text === null ? null : JSON.parse(text);
    const version = typeof said === 'object' && said !== null && 'version' in said ? said.version : null;
    return typeof version === 'string' && /^\d+(?:\.\d+){1,3}$/.test(version) ? version : null;
  } catch {
    return null;
  }
}
