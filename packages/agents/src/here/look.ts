// Looks at the machine and the state folder, and says what is to be said of them.
import { existsSync, readlinkSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { release } from 'node:os';
import { dirname } from 'node:path';
import { countedHere, wallsHere } from '@castellan/sandbox';
import { systemFacts } from '../system.ts';
import { containerOf } from './container.ts';
import type { HereFacts } from './facts.ts';
import { distributionOf, namespacesOff, textOf } from './kernel.ts';
import { stateFactsOf } from './state-folder.ts';

/**
 * Everything about this machine and a state folder that a checklist asks, as seen by this process: walls, the container around it, whose
 * files are whose. Follows no link below the folder and reads none of its files. Walls are tried once a process.
 * @param home the state folder, absolute.
 */
export async function hereFacts(home: string): Promise<HereFacts> {
  const uid = process.getuid?.() ?? null;
  const isLinux = process.platform === 'linux';
  return {
    platform: process.platform,
    release: release(),
    uid,
    distribution: distributionOf(textOf('/etc/os-release') ?? ''),
    walls: await wallsHere(),
    namespacesOff: isLinux ? namespacesOff(textOf) : null,
    container: isLinux ? containerOf({ text: textOf, exists: existsSync, link: linkOf }) : null,
    counted: await countedHere(),
    twoUsers: systemFacts(home),
    state: await stateFactsOf(home, uid),
    disk: await diskOf(home),
  };
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** Of the nearest folder that is there. */
async function diskOf(path: string): Promise<HereFacts['disk']> {
  try {
    const { bavail, bsize, blocks } = await statfs(path);
    return { free: bavail * bsize, size: blocks * bsize };
  } catch {
    return path === dirname(path) ? null : diskOf(dirname(path));
  }
}
