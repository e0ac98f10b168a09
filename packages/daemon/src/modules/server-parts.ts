// What a server is made of, as paths that it must be able to read: the package its script belongs to, what that is loaded from, a runtime that
// lies outside of the system. INVARIANT: never the person's home or a folder above it; there a script is given alone.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ServerProgram } from '@castellan/gateway';

const SYSTEM = ['/usr/', '/bin/', '/sbin/', '/lib/', '/lib64/', '/opt/', '/nix/store/', '/gnu/store/'];
const MODULES = '/node_modules/';
/** Says that a folder is one package. */
const PACKAGE = ['package.json', 'pyproject.toml', 'setup.py', 'deno.json'];
const lies = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** The folder of the package that a file belongs to; the file alone, where that would be the home or hold it. */
function packageOf(file: string, home: string): string {
  const at = file.indexOf(MODULES);
  // Packages lie beside one another and load each other.
  if (at > 0) return file.slice(0, at + MODULES.length - 1);
  for (let folder = dirname(file); !lies(home, folder) && folder !== dirname(folder); folder = dirname(folder))
    if (PACKAGE.some((name) => existsSync(join(folder, name)))) return folder;
  const folder = dirname(file);
  return lies(home, folder) || folder === '/' || folder === '/tmp' ? file : folder;
}

/** Where Node looks for packages beside those in the package itself. */
function packagesAbove(path: string): readonly string[] {
  const above = dirname(path);
  if (above === path) return [];
  const there = join(above, MODULES.slice(1, -1));
  return [...(existsSync(there) ? [realpathSync(there)] : []), ...packagesAbove(above)];
}

/** A virtual environment of Python: its interpreter is a link, and finds its packages by where the link lies. */
function runtimeOf(file: string): readonly string[] {
  const above = dirname(dirname(file));
  const real = realpathSync(file);
  const isVirtual = existsSync(join(above, 'pyvenv.cfg'));
  return [...(isVirtual ? [above] : [file]), real].filter((path) => !SYSTEM.some((folder) => path.startsWith(folder)));
}

export function partsOf({ file, made }: ServerProgram, home: string): readonly string[] {
  const real = realpathSync(home);
  const parts = made.flatMap((path) =>
    existsSync(path) ? [packageOf(path, real), packageOf(realpathSync(path), real)] : [],
  );
  const all = [...new Set([...runtimeOf(file), ...parts, ...parts.flatMap(packagesAbove)])];
  return all.filter((path) => !all.some((other) => other !== path && lies(path, other)));
}
