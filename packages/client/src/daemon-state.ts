// Finds the running daemon by its state file. The file holds the local administrator's token, and names the socket that
// token will be sent to: whoever could have written it could collect the token, so its owner and mode are checked first.
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { type DaemonState, faultLine, parseDaemonState } from '@castellan/contract';

export type StateFault = {
  readonly kind: 'not-running' | 'stale' | 'insecure' | 'unreadable';
  readonly message: string;
  readonly hint: string;
};
export type FoundDaemon =
  | { readonly ok: true; readonly state: DaemonState }
  | { readonly ok: false; readonly fault: StateFault };

const START = 'start it with `castellan up`';
const fault = (kind: StateFault['kind'], message: string, hint: string): FoundDaemon => ({
  ok: false,
  fault: { kind, message, hint },
});
const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';

/** Undefined when only this user (or root) can change or read it; otherwise what is wrong. */
function insecurity(stats: Stats, forbidden: number): string | undefined {
  const self = process.getuid?.();
  if (self === undefined) return undefined;
  if (stats.uid !== self) return `belongs to user ${stats.uid}, not to you`;
  if ((stats.mode & forbidden) !== 0) return `is open to other users (mode ${(stats.mode & 0o777).toString(8)})`;
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

function readChecked(path: string): string | FoundDaemon {
  let file: number;
  try {
    // O_NOFOLLOW: a link put in its place leads nowhere.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return fault('not-running', 'the daemon is not running', START);
    if (code === 'ELOOP') return fault('insecure', `\`${path}\` is a symbolic link`, 'remove it and start again');
    return fault('unreadable', `cannot read \`${path}\`: ${code}`, 'check who owns the state folder');
  }
  try {
    const wrong = insecurity(fstatSync(file), 0o077);
    if (wrong === undefined) return readFileSync(file, 'utf8');
    return fault('insecure', `\`${path}\` ${wrong}`, 'stop the daemon, remove the file and start again');
  } finally {
    closeSync(file);
  }
}

function checkEntry(path: string, forbidden: number): FoundDaemon | undefined {
  try {
    const stats = lstatSync(path);
    const wrong = insecurity(stats, forbidden);
    if (wrong === undefined) return undefined;
    if (stats.uid !== process.getuid?.())
      return fault(
        'insecure',
        `\`${path}\` ${wrong}`,
        `use Castellan as that user (\`sudo -u '#${stats.uid}' castellan …\`), or name a state folder of your own in CASTELLAN_HOME`,
      );
    return fault('insecure', `\`${path}\` ${wrong}`, `make it yours alone: \`chmod go-rwx ${path}\``);
  } catch {
    return undefined;
  }
}

/** The daemon of a state folder, when one runs. */
export function readDaemonState(home: string): FoundDaemon {
  const folder = join(home, 'daemon');
  const path = join(folder, 'state.json');
  const open = checkEntry(home, 0o022) ?? checkEntry(folder, 0o022);
  if (open !== undefined) return open;
  const text = readChecked(path);
  if (typeof text !== 'string') return text;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fault('unreadable', `\`${path}\` is not JSON`, `remove it, then ${START}`);
  }
  const state = parseDaemonState(json);
  if (!state.ok) {
    const first = state.faults[0];
    return fault(
      'unreadable',
      `\`${path}\` cannot be understood: ${first === undefined ? 'unknown' : faultLine(first)}`,
      'the daemon may be of another version: stop it and start this one',
    );
  }
  if (!isAlive(state.value.pid)) {
    return fault('stale', `the daemon is not running: process ${state.value.pid} ended without saying goodbye`, START);
  }
  return checkEntry(state.value.socket, 0o077) ?? { ok: true, state: state.value };
}
