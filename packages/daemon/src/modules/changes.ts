// Adding, accepting and removing a module: files that change together. INVARIANT: whatever is missing when the daemon dies
// half-way, nothing is served by it: the lock is written first, the belief in manifest and lock last and in one.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  type Definition,
  type JsonValue,
  type Manifest,
  type ModuleLock,
  type ModuleSandbox,
  parseManifest,
} from '@castellan/contract';
import { editYaml, formatYaml, writeFileAtomic } from '@castellan/facts';
import { sha256 } from '../digest.ts';
import type { LivePolicy } from '../policy/index.ts';
import { digestOfLock } from './bound-lock.ts';
import { type Answer, done, fault, type ModuleFault } from './fault.ts';
import type { LockFiles } from './lock-files.ts';
import { revised } from './revise.ts';
import type { Standing } from './standing.ts';

export interface ChangesHost {
  readonly policy: LivePolicy;
  readonly files: LockFiles;
  /** `modules/` of the state folder. */
  readonly folder: string;
}

const digestOf = (manifest: Manifest) => sha256(canonicalJson(manifest as unknown as JsonValue));
const notLoaded = (faults: readonly string[]): ModuleFault =>
  fault(
    'conflict',
    `the policy would not load with it: ${faults[0] ?? 'unknown'}`,
    '`castellan policy check` shows what is wrong',
  );

/** Runs a change of files; whatever goes wrong, they are as they were. */
function asOne<T>(paths: readonly string[], policy: LivePolicy, by: string, change: () => Answer<T>): Answer<T> {
  const before = paths.map((path) => ({ path, text: existsSync(path) ? readFileSync(path, 'utf8') : null }));
  const undo = (): void => {
    for (const { path, text } of before) {
      if (text === null) rmSync(path, { force: true });
      else writeFileAtomic(path, text, 0o600);
    }
    policy.reload(by);
  };
  try {
    const answer = change();
    if (!answer.ok) undo();
    return answer;
  } catch (error) {
    undo();
    return fault(
      'failed',
      `it could not be written: ${error instanceof Error ? error.message : 'unknown'}`,
      'free the disk, then try again',
    );
  }
}

const pathsOf = ({ folder, policy }: ChangesHost, name: string, manifest: string): readonly string[] => [
  join(folder, `${name}.lock.json`),
  join(folder, `${name}.seen.json`),
  manifest,
  policy.configFile,
];

/** Takes the manifest into force as it stands in its file, and believes it and the lock. */
function believe(
  { policy }: ChangesHost,
  manifest: Manifest,
  lock: ModuleLock,
  by: string,
  sandbox: ModuleSandbox | null = null,
): ModuleFault | null {
  const loaded = policy.reload(by);
  if (loaded.length > 0) return notLoaded(loaded);
  const accepted = policy.change(
    {
      change: 'accept-server',
      module: manifest.name,
      digest: digestOf(manifest),
      lock: digestOfLock(lock),
      ...(sandbox !== null && { sandbox }),
    },
    by,
  );
  return accepted.length > 0 ? notLoaded(accepted) : null;
}

export interface Adding {
  readonly manifest: Manifest;
  readonly lock: ModuleLock;
  readonly by: string;
  /** Where its manifest stands already, relative to the state folder; null: nowhere. */
  readonly source: string | null;
  /** Walls around it, from now on; null: as it was. */
  readonly sandbox: ModuleSandbox | null;
}

export function addFiles(
  host: ChangesHost,
  { manifest: proposed, lock, by, source, sandbox }: Adding,
): Answer<Manifest> {
  const parsed = parseManifest(JSON.parse(JSON.stringify(proposed)));
  if (!parsed.ok)
    return fault(
      'bad',
      `no manifest can be made of it: ${parsed.faults[0]?.message ?? ''}`,
      'ask whoever makes the server',
    );
  const manifest = parsed.value;
  const path = source === null ? join(host.folder, `${manifest.name}.yaml`) : join(host.folder, '..', source);
  if (source === null && existsSync(path))
    return fault(
      'conflict',
      `there is a file \`modules/${manifest.name}.yaml\` already`,
      'move it away, or choose another name',
    );
  return asOne(pathsOf(host, manifest.name, path), host.policy, by, () => {
    host.files.writeLock(lock);
    host.files.removeSeen(manifest.name);
    const standing = host.policy.policy.modules.find((each) => each.source === source);
    // As its author wrote it, with its comments, where nothing is to be changed.
    if (source === null || standing?.digest !== digestOf(manifest)) writeManifest(path, manifest, source !== null);
    const refused = believe(host, manifest, lock, by, sandbox);
    return refused ?? done(manifest);
  });
}

const HEADER = `# Written by \`castellan modules add\`. Sort its tools here: what you change is asked about until you accept it,
# with \`castellan modules accept NAME\`.
`;

function writeManifest(path: string, manifest: Manifest, edited: boolean): void {
  if (!edited) {
    writeFileAtomic(path, `${HEADER}${formatYaml(manifest)}`, 0o600);
    return;
  }
  const value = JSON.parse(JSON.stringify(manifest)) as Record<string, JsonValue>;
  const edit = editYaml(readFileSync(path, 'utf8'), [{ path: ['start'], value: value.start }]);
  if (edit.ok) writeFileAtomic(path, edit.value.text, 0o600);
}

export interface Accepting {
  readonly standing: Standing;
  readonly lock: ModuleLock;
  readonly by: string;
}

/** @returns one line for each change of the manifest. */
export function acceptFiles(host: ChangesHost, { standing, lock, by }: Accepting): Answer<readonly string[]> {
  const { name, policy, start } = standing;
  const path = join(host.folder, '..', policy.source);
  return asOne(pathsOf(host, name, path), host.policy, by, () => {
    host.files.writeLock(lock);
    host.files.removeSeen(name);
    const before: readonly Definition[] = standing.lock?.definitions ?? [];
    const revision = start === null ? null : revised(policy.manifest, start, before, lock.definitions);
    if (revision === null) return believe(host, policy.manifest, lock, by) ?? done([]);
    const edits = Object.entries(revision.tools).map(([list, value]) => ({
      path: ['tools', list],
      value: JSON.parse(JSON.stringify(value)) as JsonValue,
    }));
    const edit = editYaml(readFileSync(path, 'utf8'), edits);
    const parsed = edit.ok ? parseManifest(edit.value.value) : edit;
    if (!edit.ok || !parsed.ok)
      return fault('conflict', `\`${policy.source}\` cannot be changed to fit`, 'sort its tools there, then accept it');
    writeFileAtomic(path, edit.value.text, 0o600);
    const refused = believe(host, parsed.value, lock, by);
    return refused ?? done(revision.lines);
  });
}

export function removeFiles(host: ChangesHost, { name, policy: { source } }: Standing, by: string): Answer<null> {
  const path = join(host.folder, '..', source);
  return asOne(pathsOf(host, name, path), host.policy, by, () => {
    // First: from here on nothing of it is served, whatever happens.
    const forgotten = host.policy.change({ change: 'forget', module: name }, by);
    if (forgotten.length > 0) return notLoaded(forgotten);
    rmSync(path, { force: true });
    const faults = host.policy.reload(by);
    if (faults.length > 0) return notLoaded(faults);
    host.files.removeLock(name);
    host.files.removeSeen(name);
    return done(null);
  });
}
