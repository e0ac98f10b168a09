// Building the native programs, for `npm run native` and for the test that compares: one compiler an architecture, one
// musl, unpacked into .cache and not installed.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { inRoot } from './run.ts';

export const ARCHITECTURES = ['x64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** Each by the folder that it is committed in, as `castellan-NAME-linux-ARCH`. */
const FOLDERS = {
  hook: 'packages/agents/bin',
  inner: 'packages/sandbox/bin',
  launcher: 'packages/sandbox/bin',
  enter: 'packages/sandbox/bin',
} as const;
export type Native = keyof typeof FOLDERS;
export const NATIVES = Object.keys(FOLDERS) as readonly Native[];

const COMPILERS: Readonly<Record<Architecture, string>> = { x64: 'gcc', arm64: 'aarch64-linux-gnu-gcc' };
/** Debian's musl-dev. */
export const MUSL = '1.2.3-1';

export const programOf = (name: Native, arch: Architecture): string =>
  inRoot(FOLDERS[name], `castellan-${name}-linux-${arch}`);
export const digestOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Of what decides what is built. */
export function sourceDigest(name: Native): string {
  const text = (file: string): string => readFileSync(inRoot('native', file), 'utf8');
  const parts = readdirSync(inRoot('native')).filter(
    (file) => /\.c$/.test(file) && (file.startsWith(`${name}-`) || file === `castellan-${name}.c`),
  );
  const heads = parts.flatMap((file) => [...text(file).matchAll(/^#include "(.+)"$/gm)].map(([, head]) => head ?? ''));
  const hash = createHash('sha256');
  for (const file of [...new Set([...parts, ...heads])].sort()) hash.update(`${text(file)}\0`);
  return hash.update(text('build.sh')).digest('hex');
}

function firstLine(file: string, args: readonly string[]): string | null {
  try {
    return (
      execFileSync(file, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0] ?? null
    );
  } catch {
    return null;
  }
}

/** Compiler and linker, as they name themselves; null: there are none for it. They are all for one machine, x64. */
export function toolsOf(arch: Architecture): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const compiler = firstLine(COMPILERS[arch], ['--version']);
  const linker = firstLine(COMPILERS[arch].replace(/gcc$/, 'ld'), ['--version']);
  return compiler === null || linker === null ? null : `${compiler}; ${linker}`;
}

/** Where musl-dev is unpacked; null: it is not there. @param fetch gets it from Debian's mirror, which no plain test does. */
export function musl(arch: Architecture, fetch: boolean): string | null {
  const folder = inRoot('.cache', 'native', `musl-${MUSL}-${arch}`);
  const there = (): boolean => existsSync(`${folder}/usr/share/doc/musl-dev`);
  if (fetch && !there()) firstLine('sh', [inRoot('native/fetch-musl.sh'), arch, MUSL, folder]);
  return there() ? folder : null;
}

export function buildNative(
  name: Native,
  arch: Architecture,
  folder: string,
  out: string,
  script = inRoot('native/build.sh'),
): void {
  execFileSync('sh', [script, name, arch, folder, out], { stdio: 'inherit' });
}
