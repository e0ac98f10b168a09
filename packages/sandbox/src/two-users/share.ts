// What an agent user may do in the folder that Castellan keeps for it: read what we wrote, write what it likes beside that, replace
// nothing of ours. INVARIANT: every folder it can write to is sticky and ours, so that what we looked at a moment ago still is what it was.
import { chmodSync, chownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '@castellan/contract';

const OURS_TO_READ = 0o640;
const OURS_TO_ENTER = 0o2750;
const OPEN_TO_AGENT = 0o3770;
/** Of the folder itself: what the agent must not read there keeps its mode. */
const KEPT = new Set(['connection.json', 'mcp.json']);

/** What runs within walls keep below `agents/ID`. */
const WALLS = 'walls';

/** @param folder `agents/ID`, really; only what belongs to the one who asks is changed. */
export function shareAgentFolder({ shared }: Installation, folder: string): void {
  set(folder, OURS_TO_ENTER, shared.gid);
  for (const name of readdirSync(folder)) {
    if (KEPT.has(name)) continue;
    const path = join(folder, name);
    if (name === WALLS) shareWalls(path, shared.gid);
    else if (isOurs(path, 'folder')) {
      set(path, OPEN_TO_AGENT, shared.gid);
      for (const inner of readdirSync(path)) share(join(path, inner), shared.gid, 8);
    } else share(path, shared.gid, 0);
  }
}

/** What a run within walls finds as its home and as /tmp is the agent's to write; where they lie is not. */
function shareWalls(path: string, gid: number): void {
  share(path, gid, 8);
  for (const run of readdirSync(join(path, 'runs')))
    for (const own of readdirSync(join(path, 'runs', run))) {
      const place = join(path, 'runs', run, own);
      if (isOurs(place, 'folder')) set(place, OPEN_TO_AGENT, gid);
    }
}

/** Deeper: what holds plug-ins and commands of ours is nothing the agent adds to. */
function share(path: string, gid: number, depth: number): void {
  if (isOurs(path, 'file')) set(path, OURS_TO_READ, gid);
  if (depth === 0 || !isOurs(path, 'folder')) return;
  set(path, OURS_TO_ENTER, gid);
  for (const name of readdirSync(path)) share(join(path, name), gid, depth - 1);
}

/** Not a link, not the agent's, not one of several names of something. */
function isOurs(path: string, kind: 'file' | 'folder'): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.uid !== process.geteuid?.()) return false;
  return kind === 'folder' ? stat.isDirectory() : stat.isFile() && stat.nlink === 1;
}

function set(path: string, mode: number, gid: number): void {
  const stat = lstatSync(path);
  if (stat.gid !== gid) chownSync(path, stat.uid, gid);
  // After the group: changing that takes the bits away.
  if ((stat.mode & 0o7777) !== mode || stat.gid !== gid) chmodSync(path, mode);
}
