// The state folder as the disk has it: whose everything is, who else may read it, and whether somebody could put another one in its
// place. INVARIANT: looks at names, owners and modes alone, follows no link, and ends whatever lies there.
import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { StateFacts, StateFault } from './facts.ts';

const MOST = 20_000;
/** Looked at last: where there may be more than is looked at, keys and passwords are not what is left out. */
const MANY = /^(?:undo|cache|ledger\/tile)(?:\/|$)/;
/** Told by name; a folder of thousands that are open needs one line, not thousands. */
const TOLD = 20;

/** What agents and installed packages keep of their own, in folders that are closed: their modes are theirs. */
const OWN_MATTERS: readonly RegExp[] = [/^agents\/[^/]+$/, /^modules\/[^/]+\/?(?:packages|node_modules)?$/];
/** What people write themselves, with an editor that knows nothing of modes: no secret is in it, and the folder around it is closed. */
const WRITTEN = /^(?:config\.yaml$|rules\/|modules\/)/;
/** Where the other user, or the other container, has part: with the setgid bit on the folder its group may come in, without it nobody. */
const SHARED = /^(sockets|agents|workspace|memory)(?:\/|$)/;

/** null: not there, or not ours to look at. */
function lstat(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

/** Whether it lies where we may not look, so that nobody can say whether it is there. */
function isClosed(path: string): boolean {
  try {
    lstatSync(path, { throwIfNoEntry: false });
    return false;
  } catch {
    return true;
  }
}

const octal = (mode: number): string => (mode & 0o7777).toString(8);

/** What others cannot set: whoever made it, its owner or root, gave it that bit. */
function isShared(home: string, part: string): boolean {
  try {
    return (statSync(join(home, part)).mode & 0o2000) !== 0;
  } catch {
    return false;
  }
}

/** @param name below the state folder; empty: itself. */
function faultOf(home: string, name: string, stat: Stats, uid: number | null): StateFault | null {
  const path = join(home, name);
  const part = SHARED.exec(name)?.[1];
  const isOpen = part !== undefined && isShared(home, part);
  const forbidden = WRITTEN.test(name) ? 0o022 : isOpen ? 0o007 : 0o077;
  const allowed = 0o7777 & ~forbidden;
  if (stat.isSymbolicLink()) {
    // The lock of the ledger is a link that leads nowhere: its text names a process. What is shared may lie elsewhere.
    const isOurs = name === 'ledger/lock' || (name === part && isOpen);
    return isOurs || OWN_MATTERS.some((each) => each.test(dirname(name)))
      ? null
      : { path, kind: 'link', seen: 'a symbolic link', allowed };
  }
  if (uid !== null && stat.uid !== uid) return { path, kind: 'foreign', seen: `belongs to user ${stat.uid}`, allowed };
  // First: closing one that is open too would close what the other name is for.
  if (stat.isFile() && stat.nlink > 1)
    return { path, kind: 'many-names', seen: `${stat.nlink} names, mode ${octal(stat.mode)}`, allowed };
  if ((stat.mode & forbidden) !== 0) return { path, kind: 'open', seen: `mode ${octal(stat.mode)}`, allowed };
  return null;
}

/** Where it really lies, where a link above it leads there. */
function realOf(home: string): string {
  try {
    return realpathSync(home);
  } catch {
    return home;
  }
}

/** Folders above in which somebody else may rename: with one of those, what is below is only as safe as they are kind. */
function looseAbove(home: string, uid: number | null): StateFacts['loose'] {
  const found = new Map<string, string>();
  for (const way of new Set([home, realOf(home)]))
    for (const each of looseOn(way, uid)) found.set(each.path, each.seen);
  return [...found].map(([path, seen]) => ({ path, seen }));
}

function looseOn(home: string, uid: number | null): StateFacts['loose'] {
  const found: { path: string; seen: string }[] = [];
  for (let path = dirname(home); ; path = dirname(path)) {
    const stat = lstat(path);
    if (stat !== null && !stat.isSymbolicLink()) {
      const isSticky = (stat.mode & 0o1000) !== 0;
      // A group of one's own name is common, and has nobody else in it; that cannot be told from here, so others count alone.
      if ((stat.mode & 0o002) !== 0 && !isSticky) found.push({ path, seen: `mode ${octal(stat.mode)}` });
      // Of a namespace that has no name for it: whoever that is stands outside.
      else if (uid !== null && stat.uid !== uid && stat.uid !== 0 && stat.uid !== 65_534)
        found.push({ path, seen: `belongs to user ${stat.uid}` });
    }
    if (path === dirname(path)) return found;
  }
}

/** @param home absolute. @param uid whose it should be; null where the system has no owners. @param most how many are looked at. */
export async function stateFactsOf(home: string, uid: number | null, most = MOST): Promise<StateFacts> {
  const top = lstat(home);
  const loose = looseAbove(home, uid);
  if (top === null) {
    const exists = isClosed(home);
    const kept: StateFault = { path: home, kind: 'foreign', seen: 'it lies where you may not look', allowed: 0o700 };
    return { path: home, exists, shared: false, looked: 0, more: false, faults: exists ? [kept] : [], loose };
  }
  const faults: StateFault[] = [];
  const shared = isShared(home, 'sockets');
  const put = (fault: StateFault | null): void => void (fault !== null && faults.length < TOLD && faults.push(fault));
  put(faultOf(home, '', top, uid));
  const open: string[] = top.isDirectory() ? [''] : [];
  let looked = 1;
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    // What comes and goes while we look is no fault.
    const names = await readdir(join(home, folder)).catch((): readonly string[] => []);
    for (const each of names) {
      if (looked >= most) return { path: home, exists: true, shared, looked, more: true, faults, loose };
      const name = folder === '' ? each : `${folder}/${each}`;
      const stat = lstat(join(home, name));
      if (stat === null) continue;
      looked += 1;
      // Calls are decided in between: a folder of thousands holds nobody up.
      if (looked % 200 === 0) await setImmediate();
      put(faultOf(home, name, stat, uid));
      if (!stat.isDirectory() || OWN_MATTERS.some((own) => own.test(name))) continue;
      if (MANY.test(name)) open.unshift(name);
      else open.push(name);
    }
  }
  return { path: home, exists: true, shared, looked, more: false, faults, loose };
}
