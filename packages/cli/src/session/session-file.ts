// daemon/cli-session.json: the sign-ins of the command line, one for each terminal. INVARIANT: only this user can read it,
// and every change is made under a lock: a refresh token that two commands use at once looks like a stolen one.
// Any program of the same user can read it too. That each terminal signs in by itself stops mistakes, not such a program.
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type CliSession, type CliSessions, parseCliSessions } from '@castellan/contract';
import { writeFileAtomic } from '@castellan/facts';
import { stateFolder, type World } from '../world.ts';

const NONE: CliSessions = { version: 1, name: null, sessions: [] };
/** As many terminals as anybody has open; beyond them the one that was used longest ago goes. */
const MOST = 16;
const LOCK_WAIT_MS = 5000;
const LOCK_STEP_MS = 15;
/** Nothing done under the lock takes longer; whoever has held it for so long has died. */
const LOCK_STALE_MS = 15_000;

const fileOf = (world: World): string => join(stateFolder(world), 'daemon', 'cli-session.json');

/** Nobody is signed in where the file is not there, is not ours alone, or is not what we wrote. */
export function readSessions(world: World): CliSessions {
  let descriptor: number;
  try {
    descriptor = openSync(fileOf(world), constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return NONE;
  }
  try {
    const stats = fstatSync(descriptor);
    const self = process.getuid?.();
    if ((self !== undefined && stats.uid !== self) || (stats.mode & 0o077) !== 0) return NONE;
    const parsed = parseCliSessions(JSON.parse(readFileSync(descriptor, 'utf8')));
    return parsed.ok ? parsed.value : NONE;
  } catch {
    return NONE;
  } finally {
    closeSync(descriptor);
  }
}

export const sessionOf = (world: World, terminal: string): CliSession | null =>
  readSessions(world).sessions.find((each) => each.terminal === terminal) ?? null;

/** Puts a terminal's sign-in in the place of its last one; null takes it away. Only under the lock. */
export function writeSession(world: World, terminal: string, session: CliSession | null): void {
  const before = readSessions(world);
  const others = before.sessions.filter((each) => each.terminal !== terminal);
  const sessions = [...others, ...(session === null ? [] : [session])]
    .toSorted((a, b) => b.usedAt - a.usedAt)
    .slice(0, MOST);
  const after: CliSessions = { version: 1, name: session?.name ?? before.name, sessions };
  writeFileAtomic(fileOf(world), `${JSON.stringify(after)}\n`, 0o600);
}

/** One command at a time. @throws Error when another one holds it for too long. */
export async function locked<T>(world: World, run: () => Promise<T>): Promise<T> {
  const path = `${fileOf(world)}.lock`;
  const end = world.clock.now() + LOCK_WAIT_MS;
  while (!take(path)) {
    forget(path, world.clock.now());
    if (world.clock.now() > end) throw new Error(`\`${path}\` is held by another command`);
    await world.clock.pause(LOCK_STEP_MS);
  }
  try {
    return await run();
  } finally {
    release(path);
  }
}

function take(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Left by a command that was killed. */
function forget(path: string, now: number): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && now - stats.mtimeMs > LOCK_STALE_MS) release(path);
}

function release(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already.
  }
}
