// Installs one version of an npm package by the user's own npm: it picks the version as npx would, locks the tree, holds each
// tarball against its digest. INVARIANT: no install script runs, and nothing is taken from anywhere but a registry.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { childEnvironment, type JsonValue, type McpProcess } from '@castellan/contract';
import { inDraft } from '../draft-folder.ts';
import { findProgram } from '../find-program.ts';
import { type InstallerEnd, lastWords, runInstaller } from '../run-installer.ts';
import type { WantedPackage } from '../runner/wanted.ts';
import { settled } from '../settle.ts';
import { type ResolveFault, type Resolving, resolveFault } from '../types.ts';
import { type LockedPackage, type ReadLock, readNpmLock } from './npm-lock.ts';
import { npmProgram } from './npm-program.ts';

export type Installed =
  | { readonly ok: true; readonly start: Pick<McpProcess, 'command' | 'args' | 'package'> }
  | ResolveFault;

/**
 * Whatever the user's own settings say: into this folder only, no scripts, with a lock that names where everything is from,
 * and no git (a program of the name `false` stands in its place).
 */
const FLAGS = [
  ['--ignore-scripts', '--save-exact', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
  ['--package-lock=true', '--lockfile-version=3', '--omit-lockfile-registry-resolved=false', '--global=false'],
  ['--location=project', '--workspaces=false', '--dry-run=false', '--omit=dev', '--install-links=false'],
  ['--color=false', '--progress=false', '--git=false', '--engine-strict=false'],
  // Other bytes than promised are asked for once more at once, not three times with minutes between.
  ['--fetch-retries=1', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=2000'],
].flat();
const LOCK_ONLY = '--package-lock-only';

const ASK_AGAIN = 'look at its name and version, and whether `npm view` finds it';

export async function installNpm(wanted: WantedPackage, resolving: Resolving): Promise<Installed> {
  const { env, folder, signal, step, hideText } = resolving;
  const npm = findProgram('npm', env.PATH);
  if (npm === null)
    return resolveFault('not-found', '`npm` is not on PATH', 'install Node with npm, or write the exact command');
  const node = findProgram('node', env.PATH) ?? process.execPath;
  const spec = `${wanted.name}@${wanted.range ?? 'latest'}`;

  return inDraft(folder, async (draft): Promise<Installed> => {
    // Without one npm takes the nearest folder above that has one; without a name it writes the folder's into its lock.
    await writeFile(join(draft.path, 'package.json'), '{ "name": "castellan", "private": true }\n');
    const run = (...args: readonly string[]): Promise<InstallerEnd> =>
      runInstaller(
        {
          file: npm,
          args: [...args, '--prefix', draft.path, ...FLAGS],
          cwd: draft.path,
          env: childEnvironment('plain', env),
        },
        signal,
      );
    step(`asking npm for ${wanted.range === null ? wanted.name : spec}`);
    const looked = endFault(await run('install', LOCK_ONLY, spec), spec, hideText);
    if (looked !== null) return looked;
    const lock = await lockAt(draft.path, wanted.name);
    if (!lock.ok) return resolveFault('refused', lock.why, 'install it yourself and write the exact command');
    const { version, integrity, others, deprecated } = lock.value;
    const exact = `${wanted.name}@${version}`;
    step(`${spec === exact ? exact : `${spec} is ${exact}`}, ${integrity.slice(0, 20)}…`);
    if (deprecated !== null) step(`note: its author deprecated it: ${hideText(oneLine(deprecated))}`);

    const home = join(folder, exact);
    const standing = await lockAt(home, wanted.name);
    if (standing.ok && (standing.value.version !== version || standing.value.integrity !== integrity))
      return resolveFault(
        'failed',
        `\`${exact}\` is not what it was when it was installed: its registry has other bytes under this version`,
        `find out why; then remove ${home} and add it again`,
      );
    step(`installing it with ${others} other packages, install scripts off`);
    const fault = endFault(await run('ci'), exact, hideText);
    if (fault !== null) return fault;
    // It becomes visible once its program was seen to be there.
    const found = npmProgram(join(draft.path, 'node_modules', wanted.name), wanted.name, wanted.program);
    if (!found.ok) return resolveFault('refused', found.why, 'write the exact command');
    const about = { name: wanted.name, part: '', lock: 'package-lock.json', step };
    const kept = await settled(draft, home, about);
    return kept.ok ? startOf(kept.home, wanted, lock.value, node) : kept;
  });
}

function startOf(home: string, wanted: WantedPackage, now: LockedPackage, node: string): Installed {
  const { name } = wanted;
  const program = npmProgram(join(home, 'node_modules', name), name, wanted.program);
  if (!program.ok) return resolveFault('refused', program.why, 'write the exact command');
  const { version, integrity } = now;
  return {
    ok: true,
    start: {
      command: program.byNode ? node : program.file,
      args: [...(program.byNode ? [program.file] : []), ...wanted.args],
      package: { ecosystem: 'npm', name, version, integrity },
    },
  };
}

async function lockAt(folder: string, name: string): Promise<ReadLock> {
  try {
    const lock: JsonValue = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8'));
    return readNpmLock(lock, name);
  } catch {
    return { ok: false, why: 'npm wrote no lock that can be read' };
  }
}

function endFault(end: InstallerEnd, what: string, hideText: Resolving['hideText']): ResolveFault | null {
  switch (end.kind) {
    case 'cancelled':
      return resolveFault('cancelled', `installing \`${what}\`: ${end.why}`, 'nothing was kept; try again');
    case 'failed':
      return resolveFault('failed', `npm cannot be started: ${end.why}`, 'look at your Node and npm');
    case 'exited': {
      if (end.code === 0) return null;
      const text = `${end.stderr}\n${end.stdout}`;
      const said = lastWords(text, hideText);
      if (/EINTEGRITY|sha\d+ integrity checksum failed/i.test(text))
        return resolveFault(
          'failed',
          `\`${what}\`: the bytes are not those its registry promised: ${said}`,
          'do not use it before you know why',
        );
      const absent = /E404|ETARGET|notarget|ENOVERSIONS/.test(text);
      return resolveFault(absent ? 'not-found' : 'failed', `npm does not give \`${what}\`: ${said}`, ASK_AGAIN);
    }
  }
}

const oneLine = (text: string): string => [...text.replaceAll(/\p{C}+/gu, ' ')].slice(0, 200).join('');
