// `castellan system install`: an installation as a list of steps, shown before anything is done. INVARIANT: whole or not at all, and run
// again it changes nothing that stands.
import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Installation } from '@castellan/contract';
import { bothSidesStep, projectSteps } from './access-list.ts';
import { accountFault, findGroup, findUser, membersOf } from './accounts.ts';
import { INSTALLATION_FILE, readInstallation } from './installation.ts';
import { groupOf, idOf, linksOf, type ProgramPlaces, placesOf, programPlaces, ROOT } from './places.ts';
import { projectFault } from './project-fault.ts';
import {
  digestOfFile,
  fileStep,
  folderStep,
  linkStep,
  makeAll,
  parentStep,
  programStep,
  type Step,
  toolStep,
} from './steps.ts';
import { runTool, toolPath } from './tool.ts';
import { reachFault, trustFault } from './trusted.ts';
import { unitText } from './unit.ts';

export interface InstallRequest {
  /** Before every path that it makes; `` on a real machine. */
  readonly prefix: string;
  /** Names, or numbers of users that somebody else looks after. */
  readonly users: { readonly system: string; readonly agent: string; readonly server: string; readonly shared: string };
  /** Folders that agents may work in. */
  readonly projects: readonly string[];
  readonly daemon: Installation['daemon'];
  /** Where our own programs lie: `packages/sandbox/bin`. */
  readonly programs: string;
  readonly limits: Installation['limits'];
}

export interface InstallFault {
  readonly ok: false;
  readonly why: string;
  readonly hint: string;
}

export interface InstallPlan {
  readonly ok: true;
  /** What is still to do, in words. */
  readonly todo: readonly string[];
  readonly notes: readonly string[];
  /** The installation when all of it stands. Null: users are still to be made, so that their numbers are not known. */
  readonly make: () => { readonly ok: true; readonly installation: Installation } | InstallFault;
}

const fault = (why: string, hint: string): InstallFault => ({ ok: false, why, hint });
const AS_ROOT = 'run it as root: `sudo castellan system install`';

/** What speaks against it before anything is planned. */
function faultOf({ prefix, users, projects, daemon, programs }: InstallRequest): InstallFault | null {
  if (process.platform !== 'linux')
    return fault('two users are made on Linux only', 'use walls instead: `castellan run --sandbox`');
  if (process.geteuid?.() !== 0) return fault('users and folders of the system are made by root', AS_ROOT);
  for (const name of Object.values(users)) {
    const wrong = accountFault(name);
    if (wrong !== null) return fault(wrong, 'name users as `useradd` takes them');
  }
  if (new Set([users.system, users.agent, users.server]).size < 3)
    return fault('system user, agent user and the user of servers must be three', 'name them differently');
  const wrong = rightsFault(users);
  if (wrong !== null) return wrong;
  const beside = existsSync(daemon.main)
    ? readdirSync(dirname(daemon.main)).map((name) => join(dirname(daemon.main), name))
    : [];
  const ours = [join(programs, programName('launcher')), join(programs, programName('enter'))];
  for (const file of [daemon.node, daemon.main, ...beside, ...ours]) {
    const wrong = trustFault(file) ?? reachFault(dirname(file));
    if (wrong !== null)
      return fault(
        `root would run a program that others can change, or agents could not reach it: ${wrong}`,
        'install Node and castellan as root where only root can write: `sudo npm install -g castellan`',
      );
  }
  if (prefix !== '' && !existsSync(prefix)) return fault(`\`${prefix}\` is not there`, 'make it first');
  for (const project of projects) {
    const found = lstatSync(project, { throwIfNoEntry: false });
    if (found?.isDirectory() !== true) return fault(`\`${project}\` is no folder`, 'name the folder of a project');
    if (realpathSync(project) !== project)
      return fault(`\`${project}\` is reached by a link`, `name \`${realpathSync(project)}\``);
    const wrong = projectFault(project, [prefix + ROOT, programPlaces(prefix).folder]);
    if (wrong !== null) return fault(wrong, 'name the folder of one project');
    if (found.uid === 0 && prefix === '') return fault(`\`${project}\` is root's`, 'agents work in folders of people');
  }
  if (projects.length > 0 && (toolPath('setfacl') === null || toolPath('getfacl') === null))
    return fault(
      'project folders need access lists, and `setfacl` is not installed',
      'apt install acl, or dnf install acl',
    );
  return null;
}

/** Who has rights of their own already, or is somebody else by another name, keeps nobody from anything. */
function rightsFault({ system, agent, server, shared }: InstallRequest['users']): InstallFault | null {
  const found = [system, agent, server].flatMap((name) => findUser(name) ?? []);
  const [root] = found.filter(({ uid, gid }) => uid === 0 || gid === 0);
  if (root !== undefined || findGroup(shared)?.gid === 0)
    return fault(`\`${root?.name ?? shared}\` is root's`, 'leave the names out: users of their own are made');
  return new Set(found.map(({ uid }) => uid)).size === found.length
    ? null
    : fault('two of the users have one number', 'name them differently');
}

function isFolderItself(path: string): boolean {
  try {
    return realpathSync(path) === path && lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

const programName = (name: 'launcher' | 'enter'): string => `castellan-${name}-linux-${process.arch}`;

/** Groups and users that are missing; run before the numbers of the others are known. */
function accountSteps(
  { users }: InstallRequest,
  root: string,
): { readonly steps: readonly Step[]; readonly made: Pick<Installation['made'], 'users' | 'groups'> } {
  const steps: Step[] = [];
  const made: { users: string[]; groups: string[] } = { users: [], groups: [] };
  if (findGroup(users.shared) === null) {
    made.groups.push(users.shared);
    steps.push(
      toolStep(
        `group  ${users.shared}  shared by system user and agents`,
        () => findGroup(users.shared) !== null,
        [['groupadd', ['--system', users.shared]]],
        [['groupdel', [users.shared]]],
      ),
    );
  }
  const homes = { system: 'home', agent: 'agent', server: 'server' } as const;
  for (const [role, home] of Object.entries(homes) as readonly ['system' | 'agent' | 'server', string][]) {
    const name = users[role];
    if (findUser(name) !== null) continue;
    made.users.push(name);
    const options = [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      join(root, home),
      '--shell',
      '/usr/sbin/nologin',
    ];
    steps.push(
      toolStep(
        `user   ${name}  cannot sign in`,
        () => findUser(name) !== null,
        [['useradd', [...options, name]]],
        [['userdel', [name]]],
      ),
    );
  }
  for (const role of ['system', 'agent'] as const) {
    const name = users[role];
    if (/^\d+$/.test(name) || /^\d+$/.test(users.shared)) continue;
    const isIn = (): boolean => membersOf(users.shared).includes(name);
    steps.push(
      toolStep(
        `group  ${users.shared}  has ${name} in it`,
        isIn,
        [['usermod', ['-a', '-G', users.shared, name]]],
        null,
      ),
    );
  }
  return { steps, made };
}

function installationFor(
  request: InstallRequest,
  root: string,
  places: ProgramPlaces,
  made: Installation['made'],
): Installation | null {
  const { users, daemon, limits, projects, programs } = request;
  const [system, agent, server, shared] = [
    findUser(users.system),
    findUser(users.agent),
    findUser(users.server),
    findGroup(users.shared),
  ];
  if (system === null || agent === null || server === null || shared === null) return null;
  const who = ({ name, uid, gid }: typeof system) => ({ name, uid, gid });
  return {
    schema: 'castellan/installation/v1',
    root,
    home: join(root, 'data'),
    system: who(system),
    agent: who(agent),
    server: who(server),
    shared,
    homes: { system: join(root, 'home'), agent: join(root, 'agent'), server: join(root, 'server') },
    socket: places.socket,
    launcher: { path: places.launcher, sha256: digestOfFile(join(programs, programName('launcher'))) },
    enter: places.enter,
    daemon,
    unit: places.unit,
    projects: [...projects],
    limits,
    made,
  };
}

/** Git refuses to work in a repository of somebody else unless it is told of it. */
const gitText = (projects: readonly string[]): string =>
  `[safe]\n${projects.map((path) => `\tdirectory = ${JSON.stringify(path)}\n`).join('')}`;

function fileSteps(installation: Installation, places: ProgramPlaces, programs: string): readonly Step[] {
  const { root, system, agent, shared, homes } = installation;
  const text = `${JSON.stringify(installation, null, 2)}\n`;
  const ofRoot = { mode: 0o644, uid: 0, gid: 0, keep: false };
  const parents = [dirname(places.wellKnown), places.folder, dirname(places.unit), ...socketFolder(places)];
  return [
    ...missing(dirname(root)).map(parentStep),
    ...placesOf(root).map((place) =>
      folderStep({
        ...{ path: place.path, mode: place.mode, what: place.what },
        ...{ uid: idOf(installation, place.owner), gid: groupOf(installation, place.group) },
        owner: `${place.owner === 'root' ? 'root' : installation[place.owner].name}:${place.group === 'root' ? 'root' : installation[place.group].name}`,
      }),
    ),
    ...(toolPath('setfacl') === null
      ? []
      : placesOf(root)
          .filter(({ both }) => both)
          .map(({ path }) => bothSidesStep(path, installation))),
    ...linksOf(root).map(({ path, to }) => linkStep(path, to)),
    fileStep({
      ...{ path: join(root, 'data', 'config.yaml'), text: 'schema: castellan/config/v1\n', mode: 0o600 },
      ...{ uid: system.uid, gid: system.gid, what: 'configuration; only the system user reads it', keep: true },
    }),
    fileStep({
      ...{ path: join(homes.agent, '.gitconfig'), text: gitText(installation.projects), mode: 0o644 },
      ...{ uid: agent.uid, gid: shared.gid, what: 'lets git work in the projects', keep: false },
    }),
    ...[...new Set(parents.flatMap(missing))].map(parentStep),
    programStep(join(programs, programName('launcher')), places.launcher),
    programStep(join(programs, programName('enter')), places.enter),
    fileStep({ ...ofRoot, path: places.unit, text: unitText(installation), what: 'service of systemd' }),
    fileStep({ ...ofRoot, path: join(root, INSTALLATION_FILE), text, what: 'who is who; everybody may read it' }),
    fileStep({ ...ofRoot, path: places.wellKnown, text, what: 'the same, where it is looked for' }),
  ];
}

/** The service makes it itself, each time it starts. */
const socketFolder = ({ socket }: ProgramPlaces): readonly string[] =>
  socket.startsWith('/run/') ? [] : [dirname(socket)];

/** Folders that are not there yet, outermost first. */
const missing = (path: string): readonly string[] =>
  existsSync(path) || path === '/' ? [] : [...missing(dirname(path)), path];

/** What is to be done on this machine for it. Changes nothing. */
export function planInstall(request: InstallRequest): InstallPlan | InstallFault {
  const wrong = faultOf(request);
  if (wrong !== null) return wrong;
  const root = request.prefix + ROOT;
  const places = programPlaces(request.prefix);
  const before = readInstallation(join(root, INSTALLATION_FILE));
  if (before.kind === 'unusable') return fault(before.why, before.hint);
  const kept = before.kind === 'found' ? before.installation.made : { users: [], groups: [], lists: [] };
  // One that is gone, or that a link leads to now, is an agents' project no more.
  const more = before.kind === 'found' ? before.installation.projects.filter(isFolderItself) : [];
  const whole = { ...request, projects: [...new Set([...more, ...request.projects])] };
  const accounts = accountSteps(whole, root);
  const made = {
    ...kept,
    users: [...kept.users, ...accounts.made.users],
    groups: [...kept.groups, ...accounts.made.groups],
  };
  /** Again after users are made: only then their numbers are known. */
  const rest = (): { readonly steps: readonly Step[]; readonly installation: Installation } | null => {
    const known = installationFor(whole, root, places, made);
    if (known === null) return null;
    const projects = whole.projects.map((project) => projectSteps(project, known));
    const lists = [...made.lists, ...projects.flatMap((each) => each.lists)];
    const installation = { ...known, made: { ...made, lists: unique(lists) } };
    return {
      installation,
      steps: [...fileSteps(installation, places, request.programs), ...projects.flatMap((each) => each.steps)],
    };
  };
  const later = rest();
  const steps = [...accounts.steps, ...(later?.steps ?? []), ...serviceSteps(request.prefix)];
  const todo = steps.filter((step) => !step.done()).map((step) => step.words);
  return {
    ok: true,
    todo:
      later === null
        ? [...todo, `then folders below ${root}, programs in ${places.folder}, a service and access to projects`]
        : todo,
    notes: notesOf(whole),
    make: () => {
      const first = makeAll(accounts.steps);
      if (!first.ok) return fault(first.why, leftWords(first.left));
      const found = rest();
      if (found === null) return fault('the users that were made are not found', leftWords(first.undo()));
      const second = makeAll([...found.steps, ...serviceSteps(request.prefix)]);
      if (second.ok) return { ok: true, installation: found.installation };
      return fault(second.why, leftWords([...second.left, ...first.undo()]));
    },
  };
}

const leftWords = (left: readonly string[]): string =>
  left.length === 0 ? 'everything is as it was before' : `this could not be taken back: ${left.join('; ')}`;

/** Only where systemd runs: elsewhere somebody else starts the launcher. */
function serviceSteps(prefix: string): readonly Step[] {
  if (prefix !== '' || !existsSync('/run/systemd/system')) return [];
  const isOn = (): boolean => runTool('systemctl', ['is-active', '--quiet', 'castellan.service']).code === 0;
  return [
    toolStep(
      'service castellan starts now, and with the machine',
      isOn,
      [
        ['systemctl', ['daemon-reload']],
        ['systemctl', ['enable', '--now', 'castellan.service']],
      ],
      [['systemctl', ['disable', '--now', 'castellan.service']]],
    ),
  ];
}

const unique = (lists: Installation['made']['lists']): Installation['made']['lists'] =>
  // The first says how it was before us.
  lists.filter((list, at) => lists.findIndex(({ path }) => path === list.path) === at);

function notesOf({ projects }: InstallRequest): readonly string[] {
  return [
    'people use it as the system user: `sudo -u castellan castellan …`',
    'all agents are one user: what keeps one from another are walls (`castellan run --sandbox`)',
    ...(projects.length === 0 ? ['no project is named yet: agents can work in none (`--project FOLDER`)'] : []),
  ];
}
