// Opens the state folder or refuses: owned by this user, 0700, writable, and held by this process alone.
import { accessSync, chmodSync, constants, existsSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { errnoOf, StartError, startErrorOf } from '../start-error.ts';
import { leftOfRestore } from './interrupted.ts';
import { type StatePaths, statePaths } from './paths.ts';

export interface OpenState extends Disposable {
  readonly paths: StatePaths;
}

/** The longest path a Unix socket can have; the kernel's own limit, without the closing zero. */
const LONGEST_SOCKET = process.platform === 'linux' ? 107 : 103;

function checkLength({ socket }: StatePaths): void {
  if (Buffer.byteLength(socket) <= LONGEST_SOCKET) return;
  throw new StartError('state-unusable', `the path \`${socket}\` is too long for a socket`, [
    `set CASTELLAN_HOME to a shorter path: ${LONGEST_SOCKET} bytes with \`/daemon/castellan.sock\``,
  ]);
}

/** Killed between its last two steps: the state lies aside, and nothing may begin in its place. */
function checkRestored(home: string): void {
  const [left] = existsSync(home) ? [] : leftOfRestore(home);
  if (left === undefined) return;
  throw new StartError('state-unusable', `a restore of \`${home}\` was interrupted: there is no state`, [
    `what it unpacked: remove it with rm -r '${left}'`,
    `what was there before: \`${home}.before-restore-…\`; name it \`${home}\` again, or restore the copy once more`,
  ]);
}

function prepareFolder(folder: string): void {
  if (existsSync(folder) && lstatSync(folder).isSymbolicLink()) {
    throw new StartError('state-not-owned', `\`${folder}\` is a symbolic link`, ['replace it by a real folder']);
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = statSync(folder);
  if (stat.uid !== process.getuid?.()) {
    throw new StartError('state-not-owned', `\`${folder}\` belongs to another user (uid ${stat.uid})`, [
      'start Castellan as that user, or set CASTELLAN_HOME to a folder of your own',
    ]);
  }
  if ((stat.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
  accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
}

/** The kernel frees this lock when the process dies, however it dies, so a stale one cannot exist. @throws StartError */
export const holdState = (paths: StatePaths): Disposable => {
  const lock = hold(paths);
  return { [Symbol.dispose]: () => lock.close() };
};

function hold(paths: StatePaths): DatabaseSync {
  const lock = new DatabaseSync(paths.lock, { timeout: 0 });
  try {
    // First of all: SQLite gives its journal the mode of the file it belongs to.
    chmodSync(paths.lock, 0o600);
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) {
      throw new StartError('in-use', `another daemon uses \`${paths.home}\``, [
        '`castellan status` shows it, `castellan down` stops it',
      ]);
    }
    throw error;
  }
}

/** @throws StartError naming what is wrong with the folder and what to do. */
export function openState(home: string): OpenState {
  try {
    checkLength(statePaths(home));
    checkRestored(home);
    prepareFolder(home);
    // Real, so that a rule about the state folder means the same folder however it is reached.
    const paths = statePaths(realpathSync(home));
    checkLength(paths);
    const { daemon, ledger, modules, rules, vault, scripts } = paths;
    for (const folder of [daemon, ledger, modules, rules, vault, scripts]) prepareFolder(folder);
    const lock = hold(paths);
    return { paths, [Symbol.dispose]: () => lock.close() };
  } catch (error) {
    throw startErrorOf(error, home) ?? unusable(error, home);
  }
}

const unusable = (error: unknown, home: string): StartError =>
  new StartError('state-unusable', `cannot use the state folder \`${home}\` (${errnoOf(error)})`, [
    'set CASTELLAN_HOME to a folder of your own',
  ]);
