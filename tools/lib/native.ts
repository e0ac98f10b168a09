// Building the native hook client, for `npm run native` and for the test that compares: one compiler a architecture, one
// musl, unpacked into .cache and not installed.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { inRoot } from './run.ts';

export const ARCHITECTURES = ['x64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

const COMPILERS: Readonly<Record<Architecture, string>> = { x64: 'gcc', arm64: 'aarch64-linux-gnu-gcc' };
/** Debian's musl-dev. */
export const MUSL = '1.2.3-1';
const SOURCES = ['native/castellan-hook.c', 'native/build.sh'];

export const programOf = (arch: Architecture): string => inRoot(`packages/agents/bin/castellan-hook-linux-${arch}`);
export const digestOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Of what decides what is built. */
export const sourceDigest = (): string =>
  createHash('sha256')
    .update(SOURCES.map((path) => readFileSync(inRoot(path), 'utf8')).join('\0'))
    .digest('hex');

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

export function buildNative(arch: Architecture, folder: string, out: string, script = inRoot('native/build.sh')): void {
  execFileSync('sh', [script, arch, folder, out], { stdio: 'inherit' });
}
