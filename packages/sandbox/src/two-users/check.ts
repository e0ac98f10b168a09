// `castellan system check`: every fact of an installation held against what it should be, each with what was seen and what to do. It
// changes nothing, and an agent that planted something finds itself described here.
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Installation } from '@castellan/contract';
import { entriesOf } from './access-list.ts';
import { findUser } from './accounts.ts';
import { INSTALLATION_FILE, readInstallation } from './installation.ts';
import { groupOf, idOf, linksOf, placesOf, wellKnownOf } from './places.ts';
import { digestOfFile } from './steps.ts';
import { toolPath } from './tool.ts';
import { trustFault } from './trusted.ts';
import { unitText } from './unit.ts';

export interface CheckedFact {
  readonly title: string;
  readonly state: 'good' | 'warn' | 'bad';
  readonly evidence: string;
  /** Empty: nothing is to be done. */
  readonly fix: string;
}

const AGAIN = 'run `castellan system install` again as root';
const there = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });
const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');
const good = (title: string, evidence: string): CheckedFact => ({ title, state: 'good', evidence, fix: '' });
const bad = (title: string, evidence: string, fix = AGAIN): CheckedFact => ({ title, state: 'bad', evidence, fix });
const warn = (title: string, evidence: string, fix: string): CheckedFact => ({ title, state: 'warn', evidence, fix });

/** As root it sees everything; the system user sees all but the homes of the others. */
export function checkInstallation(installation: Installation): readonly CheckedFact[] {
  return [
    ...folderFacts(installation),
    ...linkFacts(installation),
    fileFact('configuration', join(installation.home, 'config.yaml'), installation.system.uid, 0o600),
    ...recordFacts(installation),
    ...programFacts(installation),
    ...userFacts(installation),
    unitFact(installation),
    ...installation.projects.map((project) => projectFact(installation, project)),
    ...plantedFacts(installation),
  ];
}

function folderFacts(installation: Installation): readonly CheckedFact[] {
  return placesOf(installation.root).map(({ path, owner, group, mode, what }) => {
    const title = `folder ${path}`;
    const stat = there(path);
    if (stat?.isDirectory() !== true) return bad(title, 'it is not there, or is no folder');
    const [uid, gid] = [idOf(installation, owner), groupOf(installation, group)];
    const seen = `${octal(stat.mode)} ${stat.uid}:${stat.gid}`;
    const isRight = (stat.mode & 0o7777) === mode && stat.uid === uid && stat.gid === gid;
    return isRight
      ? good(title, `${seen}, ${what}`)
      : bad(title, `${seen}, and should be ${octal(mode)} ${uid}:${gid}`);
  });
}

const linkFacts = (installation: Installation): readonly CheckedFact[] =>
  linksOf(installation.root).flatMap(({ path, to }) => {
    const stat = there(path);
    return stat?.isSymbolicLink() === true && readlinkSync(path) === to
      ? []
      : [bad(`link ${path}`, 'it does not lead out of the state folder: agents reach nothing through it', AGAIN)];
  });

function fileFact(title: string, path: string, uid: number, mode: number): CheckedFact {
  const stat = there(path);
  if (stat === undefined) return warn(title, `\`${path}\` cannot be seen`, 'look at it as root');
  const seen = `${octal(stat.mode)} ${stat.uid}, ${stat.nlink} name`;
  const isRight = stat.isFile() && stat.uid === uid && (stat.mode & 0o7777) === mode && stat.nlink === 1;
  return isRight
    ? good(title, seen)
    : bad(title, `${seen}, and should be ${octal(mode)} ${uid}`, `chmod ${octal(mode)} ${path}; ${AGAIN}`);
}

function recordFacts(installation: Installation): readonly CheckedFact[] {
  return [join(installation.root, INSTALLATION_FILE), wellKnownOf(installation)].map((path) => {
    const found = readInstallation(path);
    const title = `record ${path}`;
    if (found.kind === 'found' && JSON.stringify(found.installation) === JSON.stringify(installation))
      return good(title, "root's, the same");
    return bad(title, found.kind === 'unusable' ? found.why : 'it is not there, or says something else');
  });
}

function programFacts({ launcher, enter, daemon }: Installation): readonly CheckedFact[] {
  const trusted = (title: string, path: string): CheckedFact => {
    const fault = trustFault(path);
    return fault === null
      ? good(title, `only root can change \`${path}\``)
      : bad(title, fault, 'install it where only root can write');
  };
  const same = there(launcher.path)?.isFile() === true && digestOfFile(launcher.path) === launcher.sha256;
  const mount = mountFact(dirname(launcher.path));
  return [
    trusted('launcher', launcher.path),
    same
      ? good('launcher, its bytes', launcher.sha256.slice(0, 16))
      : bad('launcher, its bytes', 'it is not the program that was installed'),
    trusted('castellan-enter', enter),
    trusted('Node', daemon.node),
    trusted('daemon', daemon.main),
    ...(mount === null ? [] : [mount]),
  ];
}

/** How the file system is mounted that a path lies on. */
function mountedWith(path: string): ReadonlySet<string> {
  let found = { at: '', options: '' };
  try {
    for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
      const [, , , , at = '', options = ''] = line.split(' ');
      if ((path === at || path.startsWith(at === '/' ? '/' : `${at}/`)) && at.length >= found.at.length)
        found = { at, options };
    }
  } catch {
    // Not told on this machine.
  }
  return new Set(found.options.split(','));
}

const mountFact = (path: string): CheckedFact | null =>
  !mountedWith(path).has('noexec')
    ? null
    : bad('launcher, its place', `\`${path}\` is mounted noexec`, 'mount it without noexec');

function userFacts({ system, agent, server, shared }: Installation): readonly CheckedFact[] {
  return [system, agent, server].map((user) => {
    const title = `user ${user.name}`;
    const found = findUser(/^\d+$/.test(user.name) ? String(user.uid) : user.name);
    if (found === null || found.uid !== user.uid) return bad(title, `it is not ${user.uid} any more`);
    if (found.uid === 0) return bad(title, 'it is root', 'name another user');
    if (found.shell === null)
      return good(title, `${user.uid}, without an entry: nobody can sign in as it; group ${shared.gid}`);
    const isClosed = /(?:nologin|false)$/.test(found.shell);
    return isClosed
      ? good(title, `${user.uid}, cannot sign in (${found.shell})`)
      : warn(title, `its shell is \`${found.shell}\``, `usermod --shell /usr/sbin/nologin ${user.name}`);
  });
}

function unitFact(installation: Installation): CheckedFact {
  const { unit } = installation;
  if (unit === null) return good('service', 'somebody else starts the launcher');
  const stat = there(unit);
  if (stat === undefined) return bad('service', `\`${unit}\` is not there`);
  if (stat.uid !== 0 || (stat.mode & 0o022) !== 0)
    return bad('service', `\`${unit}\` can be written by others than root`);
  return sameText(unit, unitText(installation))
    ? good('service', unit)
    : warn('service', `\`${unit}\` was changed`, AGAIN);
}

const sameText = (path: string, text: string): boolean => {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    return false;
  }
};

function projectFact({ agent }: Installation, project: string): CheckedFact {
  const title = `project ${project}`;
  if (there(project)?.isDirectory() !== true)
    return warn(title, 'it is not there any more', 'nothing, or make it again');
  if (toolPath('getfacl') === null) return warn(title, '`getfacl` is not installed', 'apt install acl');
  const entries = entriesOf(project);
  const isOpen = entries.includes(`user:${agent.uid}:rwx`) && entries.includes(`default:user:${agent.uid}:rwx`);
  return isOpen ? good(title, 'agents read and write in it') : bad(title, 'its access list has lost the agent user');
}

/** What whoever may write there could have left for us. */
function plantedFacts({ root, agent, server }: Installation): readonly CheckedFact[] {
  return ['memory', 'workspace', 'agents'].flatMap((name) => {
    const folder = join(root, name);
    const found = [...oddities(folder, new Set([agent.uid, server.uid]), 6)].slice(0, 20);
    const title = `what lies in ${folder}`;
    if (found.length > 0)
      return found.map(({ path, what }) => bad(title, `\`${path}\` ${what}`, `look at it, and remove it: rm ${path}`));
    const suid = !mountedWith(folder).has('nosuid') && name === 'memory';
    return suid
      ? [good(title, 'nothing odd; it is not mounted nosuid, which no_new_privs makes up for')]
      : [good(title, 'no setuid program, no pipe, no second name, no link out of it')];
  });
}

function* oddities(
  folder: string,
  theirs: ReadonlySet<number>,
  depth: number,
): Generator<{ readonly path: string; readonly what: string }> {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const path = join(folder, name);
    const stat = there(path);
    if (stat === undefined) continue;
    if (stat.isFile() && (stat.mode & 0o6000) !== 0)
      yield { path, what: `is a program with the rights of its owner (${octal(stat.mode)})` };
    else if (stat.isFIFO() || stat.isBlockDevice() || stat.isCharacterDevice())
      yield { path, what: 'is a pipe or a device: whoever reads it waits' };
    else if (stat.isFile() && stat.nlink > 1 && theirs.has(stat.uid))
      yield { path, what: 'has a second name elsewhere' };
    else if (stat.isSymbolicLink() && theirs.has(stat.uid) && leadsOut(path, folder))
      yield { path, what: 'leads elsewhere' };
    else if (stat.isDirectory() && depth > 0) yield* oddities(path, theirs, depth - 1);
  }
}

const leadsOut = (path: string, folder: string): boolean => {
  const to = readlinkSync(path);
  return to.startsWith('/') ? !to.startsWith(`${folder}/`) : to.split('/').includes('..');
};
