// One thing that installing does: whether it is done already, doing it, and the way back. INVARIANT: nothing is taken over that was there
// with another meaning (a file that is not ours, a folder of somebody else): then the step fails, and what was done before it is undone.

import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { mustRun } from './tool.ts';

export interface Step {
  /** What it does, as a person reads it before they say yes. */
  readonly words: string;
  readonly done: () => boolean;
  readonly make: () => void;
  /** Back to how it was before `make`; null: it is left. */
  readonly undo: (() => void) | null;
}

/** What lies there; nothing where the way to it is none either. */
function there(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}
const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');

export interface FolderWanted {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly owner: string;
  readonly what: string;
}

/** An empty folder of root's may be taken over; one of somebody else, with something in it, is not. */
export function folderStep({ path, mode, uid, gid, owner, what }: FolderWanted): Step {
  const before = there(path);
  return {
    words: `folder ${path}  ${octal(mode)} ${owner}  ${what}`,
    done: () => {
      const stat = there(path);
      return stat?.isDirectory() === true && stat.uid === uid && stat.gid === gid && (stat.mode & 0o7777) === mode;
    },
    make: () => {
      const stat = there(path);
      if (stat !== undefined && !stat.isDirectory()) throw new Error(`\`${path}\` is there and is no folder`);
      if (stat !== undefined && stat.uid !== 0 && stat.uid !== uid)
        throw new Error(`\`${path}\` belongs to another user (uid ${stat.uid})`);
      if (stat === undefined) mkdirSync(path, { mode: 0o700 });
      chownSync(path, uid, gid);
      // Last: changing the owner takes the bits away.
      chmodSync(path, mode);
    },
    undo: () => {
      if (before === undefined) rmdirSync(path);
      // Nothing was done to what is no folder, and a link is not followed.
      else if (before.isDirectory()) {
        chownSync(path, before.uid, before.gid);
        chmodSync(path, before.mode & 0o7777);
      }
    },
  };
}

/** Folders on the way that root has everywhere: `/etc/castellan`. */
export function parentStep(path: string): Step {
  const isThere = (): boolean => there(path)?.isDirectory() === true;
  return {
    words: `folder ${path}  0755 root`,
    done: isThere,
    make: () => {
      mkdirSync(path, { mode: 0o755 });
      chmodSync(path, 0o755);
    },
    undo: () => rmdirSync(path),
  };
}

export function linkStep(path: string, to: string): Step {
  const leads = (): boolean => there(path)?.isSymbolicLink() === true && readlinkSync(path) === to;
  return {
    words: `link   ${path} -> ${to}`,
    done: leads,
    make: () => symlinkSync(to, path),
    undo: () => rmSync(path),
  };
}

const MOST_BYTES = 1024 * 1024;

export interface FileWanted {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly what: string;
  /** What is there already stays as it is. */
  readonly keep: boolean;
}

/**
 * A file with one name, through no link, that nobody waits for; null: it is nothing like that. It may lie in a folder of the agent's, who
 * could have put anything there a moment ago: what root reads here it may write back there.
 */
function plainFile(path: string): { readonly bytes: Buffer; readonly stat: Stats } | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(file);
    return stat.isFile() && stat.nlink === 1 && stat.size <= MOST_BYTES ? { bytes: readFileSync(file), stat } : null;
  } finally {
    closeSync(file);
  }
}

/** Written beside it and moved into place: it is whole or as it was. */
export function fileStep({ path, text, mode, uid, gid, what, keep }: FileWanted): Step {
  const before = plainFile(path);
  return {
    words: `file   ${path}  ${octal(mode)}  ${what}`,
    done: () => {
      const found = plainFile(path);
      if (found === null) return false;
      const { stat, bytes } = found;
      if (stat.uid !== uid || stat.gid !== gid || (stat.mode & 0o7777) !== mode) return false;
      return keep || bytes.toString('utf8') === text;
    },
    make: () => {
      if (there(path) !== undefined && plainFile(path) === null)
        throw new Error(`\`${path}\` is there and is no file, or has a second name`);
      put(path, keep && before !== null ? before.bytes : Buffer.from(text), mode, uid, gid);
    },
    undo: () => {
      if (before !== null) put(path, before.bytes, before.stat.mode, before.stat.uid, before.stat.gid);
      else if (there(path)?.isFile() === true) rmSync(path);
    },
  };
}

/**
 * INVARIANT: owner and mode are given to the descriptor, never to a name: the folder may be the agent's, who would put a link to a file of
 * root's there in between.
 */
function put(path: string, bytes: Buffer, mode: number, uid: number, gid: number): void {
  const draft = `${path}.castellan-${process.pid}`;
  rmSync(draft, { force: true });
  const file = openSync(draft, 'wx', 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fchownSync(file, uid, gid);
    // Last: changing the owner takes bits away.
    fchmodSync(file, mode & 0o7777);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

export const digestOfFile = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** A program of ours, copied to where only root can change it. */
export function programStep(from: string, path: string): Step {
  const before = there(path)?.isFile() === true ? readFileSync(path) : null;
  return {
    words: `file   ${path}  0755 root  ${before === null ? 'copied' : 'copied again where it differs'}`,
    done: () => {
      const stat = there(path);
      return (
        stat?.isFile() === true &&
        stat.uid === 0 &&
        (stat.mode & 0o7777) === 0o755 &&
        digestOfFile(path) === digestOfFile(from)
      );
    },
    make: () => {
      const draft = `${path}.castellan-${process.pid}`;
      copyFileSync(from, draft);
      chownSync(draft, 0, 0);
      chmodSync(draft, 0o755);
      renameSync(draft, path);
    },
    undo: () => (before === null ? rmSync(path) : put(path, before, 0o755, 0, 0)),
  };
}

/** What is asked of another program of the system. */
export function toolStep(
  words: string,
  done: () => boolean,
  make: readonly Readonly<Parameters<typeof mustRun>>[],
  undo: readonly Readonly<Parameters<typeof mustRun>>[] | null,
): Step {
  const all = (commands: readonly Readonly<Parameters<typeof mustRun>>[]): void => {
    for (const [tool, args] of commands) mustRun(tool, args);
  };
  return { words, done, make: () => all(make), undo: undo === null ? null : () => all(undo) };
}

/** `undo`, where all was done: for a later part that fails. */
export type Made =
  | { readonly ok: true; readonly undo: () => readonly string[] }
  | { readonly ok: false; readonly why: string; readonly left: readonly string[] };

/** All of them or none. A step that is done already is left, by undoing too. */
export function makeAll(steps: readonly Step[]): Made {
  const made: Step[] = [];
  for (const step of steps) {
    try {
      if (step.done()) continue;
      // Before it is done: what fails halfway is taken back as well.
      made.push(step);
      step.make();
      if (!step.done()) throw new Error(`it does not stand: ${step.words}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown error';
      return { ok: false, why, left: undoAll(made.toReversed()) };
    }
  }
  return { ok: true, undo: () => undoAll(made.toReversed()) };
}

/** What could not be undone, in words. */
function undoAll(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => {
    try {
      step.undo?.();
      return [];
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
      return [`${step.words} (${error instanceof Error ? error.message : 'unknown error'})`];
    }
  });
}
