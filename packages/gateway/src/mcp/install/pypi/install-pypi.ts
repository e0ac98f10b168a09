// Installs one version of a Python package by the pip of this machine: it picks the version, says the digest of everything it
// would install, and holds the files against them. INVARIANT: wheels only, so that nothing of a package runs while it is
// installed, and nothing that the report did not name is installed.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { childEnvironment, type McpProcess } from '@castellan/contract';
import { type Draft, inDraft } from '../draft-folder.ts';
import { findProgram } from '../find-program.ts';
import { type InstallerEnd, lastWords, runInstaller } from '../run-installer.ts';
import type { WantedPackage } from '../runner/wanted.ts';
import { settled } from '../settle.ts';
import { type ResolveFault, type Resolving, resolveFault } from '../types.ts';
import { type PipTree, plainName, readPipReport } from './pip-report.ts';
import { pythonProgram } from './python-program.ts';

export type InstalledPypi =
  | { readonly ok: true; readonly start: Pick<McpProcess, 'command' | 'args' | 'package' | 'env'> }
  | ResolveFault;

const EXACT = 'install it yourself and write the exact command, e.g. `/path/to/venv/bin/server`';
const PIP = ['-m', 'pip', '--disable-pip-version-check', '--no-input', '--no-color', '--quiet', 'install'] as const;
const WHEELS = ['--only-binary', ':all:', '--no-warn-script-location', '--no-compile'] as const;
/** What was installed, beside it: the same version again must have the same digests. */
const LOCK = 'requirements.txt';

type Run = (...args: readonly string[]) => Promise<InstallerEnd>;

export async function installPypi(wanted: WantedPackage, resolving: Resolving): Promise<InstalledPypi> {
  const { env, folder, signal, step, hideText } = resolving;
  const found = findProgram('python3', env.PATH) ?? findProgram('python', env.PATH);
  if (found === null)
    return resolveFault('not-found', '`python3` is not on PATH', `install Python with pip, or ${EXACT}`);
  const spec = `${wanted.name}${wanted.range ?? ''}`;

  return inDraft(folder, async (draft): Promise<InstalledPypi> => {
    const runBy =
      (file: string): Run =>
      (...args) =>
        runInstaller({ file, args, cwd: draft.path, env: childEnvironment('plain', env) }, signal);
    // Behind a shim, the Python itself: what the shim means may change with the folder and with time.
    const python = await realPython(runBy(found));
    if (typeof python !== 'string') return python;
    const run = runBy(python);
    step(`asking pip for ${spec}`);
    const report = await run(...PIP, ...WHEELS, '--dry-run', '--ignore-installed', '--report', 'report.json', spec);
    const fault = endFault(report, spec, hideText);
    if (fault !== null) return fault;
    const tree = readPipReport(await jsonAt(join(draft.path, 'report.json')), wanted.name);
    if (!tree.ok) return resolveFault('refused', tree.why, EXACT);
    const { version, integrity, others } = tree.value;
    const exact = `${plainName(wanted.name)}-${version}`;
    step(`${spec} is ${wanted.name} ${version}, ${integrity.slice(0, 20)}…`);
    const home = join(folder, 'pypi', exact);
    const other = await otherBytes(home, wanted, tree.value);
    if (other !== null) return other;
    step(`installing it with ${others} other packages, wheels only`);
    const left = await installed(draft, run, tree.value, wanted, resolving);
    if (left !== null) return left;
    const kept = await settled(draft, home, { name: wanted.name, part: 'site', lock: LOCK, step });
    return kept.ok ? startOf(kept.home, python, wanted, tree.value) : kept;
  });
}

async function installed(
  draft: Draft,
  run: Run,
  { requirements }: PipTree,
  { name, program }: WantedPackage,
  { hideText }: Resolving,
): Promise<ResolveFault | null> {
  const lock = join(draft.path, LOCK);
  await writeFile(lock, requirements, { mode: 0o600 });
  const site = join(draft.path, 'site');
  const fault = endFault(
    await run(...PIP, ...WHEELS, '--no-deps', '--require-hashes', '--target', site, '-r', lock),
    name,
    hideText,
  );
  if (fault !== null) return fault;
  const found = pythonProgram(site, name, program);
  return found.ok ? null : resolveFault('refused', found.why, EXACT);
}

/** The same version, with other bytes than those that stand there. */
async function otherBytes(home: string, wanted: WantedPackage, tree: PipTree): Promise<ResolveFault | null> {
  const standing = await textAt(join(home, LOCK));
  const own = tree.requirements.split('\n').find((line) => line.endsWith(tree.integrity)) ?? '';
  if (standing === null || standing.split('\n').includes(own)) return null;
  return resolveFault(
    'failed',
    `\`${wanted.name} ${tree.version}\` is not what it was when it was installed: its index has other bytes under this version`,
    `find out why; then remove ${home} and add it again`,
  );
}

function startOf(home: string, python: string, wanted: WantedPackage, tree: PipTree): InstalledPypi {
  const site = join(home, 'site');
  const program = pythonProgram(site, wanted.name, wanted.program);
  if (!program.ok) return resolveFault('refused', program.why, EXACT);
  const { version, integrity } = tree;
  return {
    ok: true,
    start: {
      command: python,
      args: [program.file, ...wanted.args],
      // Nothing of the user's own packages: what was locked is what is loaded.
      env: { PYTHONPATH: site, PYTHONNOUSERSITE: '1', PYTHONDONTWRITEBYTECODE: '1' },
      package: { ecosystem: 'pypi', name: wanted.name, version, integrity },
    },
  };
}

async function realPython(run: Run): Promise<string | ResolveFault> {
  const end = await run('-c', 'import sys; print(sys.executable)');
  const path = end.kind === 'exited' && end.code === 0 ? end.stdout.trim() : '';
  if (path.startsWith('/')) return path;
  if (end.kind === 'cancelled')
    return resolveFault('cancelled', `asking Python: ${end.why}`, 'nothing was kept; try again');
  return resolveFault('failed', '`python3` cannot be started', `look at your Python, or ${EXACT}`);
}

async function textAt(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}

async function jsonAt(path: string): Promise<unknown> {
  try {
    return JSON.parse((await textAt(path)) ?? 'null') as unknown;
  } catch {
    return null;
  }
}

function endFault(end: InstallerEnd, what: string, hideText: Resolving['hideText']): ResolveFault | null {
  switch (end.kind) {
    case 'cancelled':
      return resolveFault('cancelled', `installing \`${what}\`: ${end.why}`, 'nothing was kept; try again');
    case 'failed':
      return resolveFault('failed', `pip cannot be started: ${end.why}`, 'look at your Python and pip');
    case 'exited': {
      if (end.code === 0) return null;
      const text = `${end.stderr}\n${end.stdout}`;
      if (/No module named pip/.test(text))
        return resolveFault('not-found', 'this Python has no pip', `install pip, or ${EXACT}`);
      if (/DO NOT MATCH THE HASHES|THESE PACKAGES DO NOT MATCH/i.test(text))
        return resolveFault(
          'failed',
          `\`${what}\`: the bytes are not those its index promised`,
          'do not use it before you know why',
        );
      const absent = /No matching distribution/i.test(text);
      return resolveFault(
        absent ? 'not-found' : 'failed',
        `pip does not give \`${what}\`: ${lastWords(text, hideText)}`,
        absent ? 'look at its name and version; a package without wheels cannot be installed' : EXACT,
      );
    }
  }
}
