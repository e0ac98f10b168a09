// Does the steps of a plan that are ready. INVARIANT: nothing is done to a path that is not, in this moment, what the plan says it
// is; a file is whole under its name or not there; what cannot be done is told and stops nothing else.
import {
  closeSync,
  constants,
  fchmodSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  type Stats,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Step } from '../plan/steps.ts';
import type { Seen, SeenFile } from '../seen.ts';
import { Elsewhere, Folder } from './folder.ts';

export interface ApplyHost {
  /** The content of a file that is kept, in pieces. @throws Error in words. */
  readonly content: (file: SeenFile, pack: number) => AsyncIterable<Buffer>;
  readonly random: (bytes: number) => Buffer;
}

export interface Applied {
  readonly done: number;
  readonly failed: readonly { readonly path: string; readonly why: string }[];
}

const MAKE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const MOVED = 'it changed while it was undone';
const STEPS = 32;

const depth = (path: string): number => path.split('/').length;

/** What is in the way goes first, deepest first; then folders, from the top; then what lies in them; last the modes of folders. */
function ordered(steps: readonly Step[]): readonly Step[] {
  const rank = ({ action }: Step): number => ['remove', 'make-folder', 'put-back', 'mode', 'none'].indexOf(action);
  return [...steps].sort((a, b) => {
    const sign = a.action === 'remove' || a.action === 'mode' ? -1 : 1;
    return rank(a) - rank(b) || sign * (depth(a.path) - depth(b.path)) || (a.path < b.path ? -1 : 1);
  });
}

export async function applySteps(steps: readonly Step[], host: ApplyHost): Promise<Applied> {
  const failed: { path: string; why: string }[] = [];
  const madeFolders: Step[] = [];
  let done = 0;
  for (const [index, step] of ordered(steps.filter(({ state }) => state === 'ready')).entries()) {
    if (index % STEPS === STEPS - 1) await nextTurn();
    try {
      await applyOne(step, host);
      done += 1;
      if (step.action === 'make-folder') madeFolders.push(step);
    } catch (error) {
      failed.push({ path: step.path, why: whyOf(error) });
    }
  }
  // Only now: a folder that may not be written to takes nothing back, and each file put into it moves its time.
  for (const step of madeFolders.reverse()) {
    try {
      using above = Folder.open(dirname(step.path));
      setFolder(above.at(basename(step.path)), step.wanted);
    } catch (error) {
      failed.push({ path: step.path, why: whyOf(error) });
    }
  }
  return { done, failed };
}

async function applyOne(step: Step, host: ApplyHost): Promise<void> {
  const { path, action, wanted, now } = step;
  using above = action === 'remove' || action === 'mode' ? Folder.open(dirname(path)) : Folder.make(dirname(path));
  const at = above.at(basename(path));
  assertIs(at, now);
  switch (action) {
    case 'remove':
      return now.k === 'folder' ? rmdirSync(at) : unlinkSync(at);
    case 'make-folder':
      if (now.k !== 'absent') unlinkSync(at);
      return mkdirSync(at, 0o700);
    case 'mode':
      return wanted.k === 'folder' ? setFolder(at, wanted) : setMode(at, wanted);
    case 'put-back':
      // Awaited here: the folder is held open until it is done.
      return await putBack(step, above, host);
    case 'none':
      return;
  }
}

async function putBack({ path, wanted, now, pack }: Step, above: Folder, host: ApplyHost): Promise<void> {
  const at = above.at(basename(path));
  const aside = above.at(`.castellan-undo-${host.random(8).toString('hex')}`);
  if (wanted.k === 'link') symlinkSync(wanted.to, aside);
  else if (wanted.k === 'file') await writeFile(aside, wanted, host.content(wanted, pack));
  try {
    // The pieces took their time.
    assertIs(at, now);
    if (now.k === 'folder') rmdirSync(at);
    renameSync(aside, at);
  } catch (error) {
    unlinkSync(aside);
    throw error;
  }
}

async function writeFile(at: string, wanted: SeenFile, content: AsyncIterable<Buffer>): Promise<void> {
  const file = openSync(at, MAKE, 0o600);
  try {
    for await (const piece of content) {
      for (let from = 0; from < piece.length; ) from += writeSync(file, piece, from);
    }
    fchmodSync(file, wanted.mode & 0o777);
    futimesSync(file, wanted.mtime / 1000, wanted.mtime / 1000);
  } catch (error) {
    unlinkSync(at);
    throw error;
  } finally {
    closeSync(file);
  }
}

function setMode(at: string, wanted: Seen): void {
  if (wanted.k !== 'file') return;
  const file = openSync(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    fchmodSync(file, wanted.mode & 0o777);
  } finally {
    closeSync(file);
  }
}

function setFolder(at: string, wanted: Seen): void {
  if (wanted.k !== 'folder') return;
  const folder = openSync(at, FOLDER);
  try {
    fchmodSync(folder, wanted.mode & 0o777);
    futimesSync(folder, wanted.mtime / 1000, wanted.mtime / 1000);
  } finally {
    closeSync(folder);
  }
}

/** As far as it can be told without reading it again. @throws Elsewhere */
function assertIs(at: string, now: Seen): void {
  const stat = lstatSync(at, { throwIfNoEntry: false });
  if (!looksLike(at, stat, now)) throw new Elsewhere(MOVED);
}

function looksLike(at: string, stat: Stats | undefined, now: Seen): boolean {
  switch (now.k) {
    case 'absent':
      return stat === undefined;
    case 'file':
      return stat?.isFile() === true && stat.size === now.size && stat.mtimeMs === now.mtime;
    case 'folder':
      return stat?.isDirectory() === true;
    case 'link':
      return stat?.isSymbolicLink() === true && readlinkSync(at) === now.to;
    case 'not':
      return false;
  }
}

function whyOf(error: unknown): string {
  if (error instanceof Elsewhere) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (code === 'ENOTEMPTY' || code === 'EEXIST') return 'there is something else in the folder';
  if (code === null) return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'it failed';
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : `it cannot be written (${code})`;
}
