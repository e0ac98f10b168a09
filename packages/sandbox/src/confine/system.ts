// What every confined program finds of the system: programs, libraries, certificates, and of /etc what names things. INVARIANT: a
// list of what is there, never of what is not: no password, key, socket, log or start-up file of the system is on it.
import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lies, realOf } from './paths.ts';
import { refusedPath } from './reach.ts';
import type { ConfineFault, Confinement } from './spec.ts';

const FOLDERS = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/opt', '/nix/store', '/gnu/store'];

const ETC = `
passwd group hosts host.conf nsswitch.conf resolv.conf gai.conf protocols services networks ssl/certs ssl/openssl.cnf ca-certificates
ca-certificates.conf pki/tls/certs pki/ca-trust pki/java alternatives localtime timezone ld.so.cache
mime.types os-release debian_version redhat-release alpine-release lsb-release locale.conf default/locale terminfo magic
fonts java-17-openjdk java-21-openjdk java-25-openjdk python3 python3.11 python3.12 python3.13 perl nodejs R static
`;

/** At home: where people keep languages and their packages. Folders of programs alone, none that holds a login. */
const AT_HOME = `
.nvm .fnm .volta .n .asdf .rustup .cargo/bin .cargo/env .cargo/registry .pyenv .rbenv .nodenv .goenv .jenv .bun/bin .deno/bin
.local/bin .local/lib .local/share/mise .local/share/fnm .local/share/pnpm .local/share/uv/python .local/share/uv/tools .local/share/pipx .local/share/virtualenvs
.local/pipx go/bin go/pkg .sdkman/candidates .ghcup .opam .npm-global .yarn/bin .yarn/releases .cache/ms-playwright .juliaup bin
`;

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** A folder of the system as it stands: newer systems have links where older ones have folders. */
function folder(path: string): readonly string[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return stat.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

interface Named {
  readonly real: string;
  readonly named: string;
}

export interface SystemStands {
  /** Of bubblewrap: folders, and links in their place. */
  readonly words: readonly string[];
  /** Small ones that are copied in: each mount costs more than the rest of a start. */
  readonly files: readonly Named[];
  /** All of them as real paths. */
  readonly paths: readonly string[];
}

const KNOWN_MS = 5000;
let known: SystemStands | null = null;

/** Looked at again after a few seconds. */
export function systemStands(): SystemStands {
  if (known !== null) return known;
  setTimeout(() => {
    known = null;
  }, KNOWN_MS).unref();
  const etc = words(ETC).flatMap((name): readonly Named[] => {
    const named = join('/etc', name);
    // Through whatever link the system keeps it behind.
    const real = realOf(named);
    return real === null ? [] : [{ real, named }];
  });
  const isFile = ({ real }: Named): boolean => statSync(real).isFile();
  const folders = etc.filter((each) => !isFile(each)).flatMap(({ real, named }) => ['--ro-bind', real, named]);
  const paths = [...FOLDERS.flatMap((each) => realOf(each) ?? []), ...etc.map(({ real }) => real)];
  known = { words: [...FOLDERS.flatMap(folder), ...folders], files: etc.filter(isFile), paths };
  return known;
}

/** Programs of the person, and whatever else is on their path. */
function programsAtHome({ home, never }: Pick<Confinement, 'home' | 'never'>, path: string): readonly Named[] {
  // Programs of another project are that project's.
  const onPath = path.split(':').filter((each) => /^\/[^/]/.test(each) && !each.includes('/node_modules/'));
  const named = [...words(AT_HOME).map((each) => join(home, each)), ...onPath];
  return [...new Set(named)].flatMap((each) => {
    const real = realOf(each);
    if (real === null || FOLDERS.some((folder) => lies(real, folder))) return [];
    const refused: ConfineFault | null = refusedPath(real, { home, never });
    return refused === null ? [{ real, named: each }] : [];
  });
}

export const homePrograms = (spec: Pick<Confinement, 'home' | 'never'>, path: string): readonly string[] =>
  programsAtHome(spec, path).flatMap(({ real, named }) => ['--ro-bind', real, named]);

/** The same as real paths. */
export const homeProgramPaths = (spec: Pick<Confinement, 'home' | 'never'>, path: string): readonly string[] =>
  programsAtHome(spec, path).map(({ real }) => real);
