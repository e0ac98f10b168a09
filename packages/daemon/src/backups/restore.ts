// Puts a copy where a state lies. INVARIANT: nothing stands under the name of a state before all of it was verified; what stood
// there is moved aside, never deleted; and a panic that stands is not ended by it, because that is a person's to do.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CopySlot, Restored } from '@castellan/contract';
import { beforeRestore, restoringFolder } from '@castellan/facts';
import type { SealKey } from '@castellan/secrets';
import type { Clock } from '../clock.ts';
import { holdState, leftOfRestore, statePaths } from '../state/index.ts';
import { isSoundDatabase, lookAtDatabase } from '../store/index.ts';
import { CopyReader, type Member } from './copy-reader.ts';
import { CopyFault } from './fault.ts';
import { stampOf } from './names.ts';
import { assertSound } from './verify-copy.ts';

export interface Restoring {
  readonly file: string;
  /** Absolute. */
  readonly home: string;
  readonly replace: boolean;
  readonly keyOf: (slot: CopySlot) => Promise<SealKey>;
  readonly clock: Clock;
  /** Throws where this program cannot go on with such a state. */
  readonly assertKnown: (state: { readonly format: number | null; readonly program: string | null }) => void;
}

/** @throws CopyFault, StartError or the system's error; nothing has changed then. */
export async function restore(asked: Restoring): Promise<Restored> {
  const { file, home, clock, keyOf, assertKnown } = asked;
  const stands = standing(asked);
  using _lock = stands && existsSync(statePaths(home).daemon) ? holdState(statePaths(home)) : null;
  // The key of a copy made before an upgrade lies in the state that is replaced: it is read before anything moves.
  await using reader = await CopyReader.open(file, keyOf);
  const fresh = restoringFolder(home, clock.random(8).toString('hex'));
  mkdirSync(fresh, { mode: 0o700 });
  try {
    const contents = await reader.scan((member, parts) => put(fresh, member, parts));
    const { records, root } = await assertSound(contents, reader);
    const { about } = contents;
    const database = join(fresh, 'castellan.db');
    if (!isSoundDatabase(database))
      throw new CopyFault('not-whole', 'the database in the copy is damaged', [
        'nothing of it was used; take another copy',
      ]);
    assertKnown(lookAtDatabase(database) ?? { format: null, program: null });
    for (const folder of ['daemon', 'vault', 'modules', 'rules', 'scripts'])
      mkdirSync(join(fresh, folder), { recursive: true, mode: 0o700 });
    const note = { at: clock.now(), copyOf: about.at, version: about.version, records, root };
    writeFileSync(statePaths(fresh).restored, `${JSON.stringify(note)}\n`, { mode: 0o600, flag: 'wx' });
    keepPanic(home, fresh);
    await syncFolders(fresh);
    const aside = stands ? beforeRestore(home, stampOf(clock.now())) : null;
    if (aside !== null) renameSync(home, aside);
    try {
      renameSync(fresh, home);
    } catch (error) {
      if (aside !== null) renameSync(aside, home);
      throw error;
    }
    if (aside !== null) {
      chmodSync(aside, 0o700);
      // Declared while this went on: it went to the folder that was moved.
      keepPanic(aside, home);
    }
    await syncFolder(dirname(home));
    return { kind: 'restored', about, home, aside, records, panic: existsSync(statePaths(home).panic) };
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
}

/** Whether something is there that has to be moved. @throws CopyFault where it must not be. */
function standing({ home, replace }: Restoring): boolean {
  const [left] = leftOfRestore(home);
  if (left !== undefined)
    throw new CopyFault('in-the-way', `an earlier restore was interrupted and left \`${left}\``, [
      `remove it: rm -r '${left}'`,
      ...(existsSync(home) ? [] : [`what was there before lies beside it: \`${home}.before-restore-…\``]),
    ]);
  const stat = lstatSync(home, { throwIfNoEntry: false });
  if (stat === undefined) {
    if (!existsSync(dirname(home)))
      throw new CopyFault('unusable', `there is no folder \`${dirname(home)}\``, ['make it, or name another place']);
    return false;
  }
  if (!stat.isDirectory()) throw new CopyFault('in-the-way', `\`${home}\` is no folder`, ['name another place']);
  if (readdirSync(home).length === 0) return false;
  if (!replace)
    throw new CopyFault('in-the-way', `there is a state in \`${home}\` already`, [
      '`--replace` moves it aside; `--to` names another place',
    ]);
  return true;
}

async function put(folder: string, { path }: Member, parts: AsyncIterable<Buffer>): Promise<void> {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  // New, so that nothing that stands there is written through: the folder is ours alone, and just made.
  await using file = await open(target, 'wx', 0o600);
  for await (const part of parts) await file.write(part);
  await file.datasync();
}

function keepPanic(from: string, to: string): void {
  const [there, here] = [statePaths(from).panic, statePaths(to).panic];
  if (existsSync(here)) return;
  // Whatever it is and says: that it is there is what counts. A start finds it in the database too, where the file is missing.
  if (lstatSync(there, { throwIfNoEntry: false }) !== undefined) writeFileSync(here, panicOf(there), { mode: 0o600 });
  else if (isPanicKept(statePaths(from).database)) writeFileSync(here, '{}\n', { mode: 0o600 });
}

function isPanicKept(database: string): boolean {
  try {
    return lookAtDatabase(database)?.panic === true;
  } catch {
    // Damaged, which is why it is replaced.
    return false;
  }
}

function panicOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '{}\n';
  }
}

async function syncFolders(folder: string): Promise<void> {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await syncFolders(join(folder, entry.name));
  await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}
