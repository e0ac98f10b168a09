// Whether a state folder belongs to an installation with two users, and which. INVARIANT: believed only where root wrote it and nobody
// else can: an agent, or the system user, that could say who the agent user is could say that it is root.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { faultLine, type Installation, parseInstallation } from '@castellan/contract';
import { programPlaces } from './places.ts';

export type FoundInstallation =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly installation: Installation }
  /** There is one, and it cannot be believed: nothing may be started as if there were none. */
  | { readonly kind: 'unusable'; readonly why: string; readonly hint: string };

export const INSTALLATION_FILE = 'install.json';
const MOST_BYTES = 1024 * 1024;
const NONE: FoundInstallation = { kind: 'none' };
const AGAIN = '`castellan system check` says what is wrong; run `castellan system install` again as root';

const unusable = (why: string): FoundInstallation => ({ kind: 'unusable', why, hint: AGAIN });

/** Root's, and nobody else may write it. */
const isRoots = ({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean =>
  uid === 0 && (mode & 0o022) === 0;

/** The installation that a state folder belongs to. @param home CASTELLAN_HOME. */
export function installationOf(home: string): FoundInstallation {
  let real: string;
  try {
    real = realpathSync(home);
  } catch {
    // A state folder that this user cannot even look at, or that is not there yet.
    real = home;
  }
  const found = readInstallation(join(dirname(real), INSTALLATION_FILE));
  // What only an installation has: without its record the agent would be started as the user that owns every secret.
  if (found.kind === 'none' && isShaped(real)) return unusable('its record is gone, or lies where others can write');
  if (found.kind !== 'found') return found;
  return found.installation.home === real ? found : unusable(`its state folder is not \`${real}\``);
}

/** Whether `agents` leads out of it (linksOf), as in no other state folder. */
function isShaped(home: string): boolean {
  try {
    return readlinkSync(join(home, 'agents')) === join('..', 'agents');
  } catch (error) {
    // Not ours to look into: whoever starts nothing from it learns nothing from us.
    return error instanceof Error && 'code' in error && error.code === 'ELOOP';
  }
}

/** The installation of this machine. @param prefix `` but in tests: where all of it lies. */
export const installationAt = (prefix: string): FoundInstallation => readInstallation(programPlaces(prefix).wellKnown);

/** @param path a file of root's. What somebody else left there is no installation. */
export function readInstallation(path: string): FoundInstallation {
  let text: string;
  try {
    if (!isRoots(lstatSync(dirname(path)))) return NONE;
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(file);
      if (!stat.isFile() || stat.size > MOST_BYTES) return unusable(`\`${path}\` is no file that can be read`);
      if (!isRoots(stat)) return unusable(`\`${path}\` can be written by others than root`);
      text = readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    return code === 'ENOENT' || code === 'ENOTDIR' ? NONE : unusable(`\`${path}\` cannot be read (${String(code)})`);
  }
  if (!text.includes('castellan/installation/')) return NONE;
  try {
    const read = parseInstallation(JSON.parse(text));
    if (read.ok) return { kind: 'found', installation: read.value };
    return unusable(`\`${path}\` is not as it should be: ${read.faults.slice(0, 3).map(faultLine).join('; ')}`);
  } catch {
    return unusable(`\`${path}\` is no JSON`);
  }
}
