// Which service a command is about: the person's own, or the machine's for one user, and what it would start.
import { join, resolve } from 'node:path';
import {
  type Manager,
  managerOf,
  ownerOf,
  runManagerOf,
  type ServiceFault,
  type ServiceFile,
  type ServiceScope,
  serviceFile,
} from '@castellan/agents';
import { DAEMON_VARIABLES } from '@castellan/contract';
import { DAEMON_FLAGS, entryOf } from '../../bundles.ts';
import { stateFolder, type World } from '../../world.ts';

export interface ServiceOptions {
  readonly system?: boolean;
  readonly user?: string;
  readonly project?: readonly string[];
}

export interface Wanted {
  readonly file: ServiceFile;
  readonly manager: Manager;
  /** The state folder of whoever it runs for. */
  readonly home: string;
  readonly scope: ServiceScope;
}

const absolute = (path: string): boolean => path.startsWith('/');
/** Settings that a person gave by the environment; a service has an environment of its own. */
const SETTINGS = ['XDG_DATA_HOME', 'XDG_CACHE_HOME', 'CASTELLAN_VAULT_PASSPHRASE_FILE'] as const;

function environmentOf(world: World, home: string, isTheirs: boolean): Readonly<Record<string, string>> {
  const paths = (world.env.PATH ?? '').split(':').filter(absolute);
  const usual = ['/usr/local/bin', '/usr/bin', '/bin'];
  return {
    ...DAEMON_VARIABLES,
    CASTELLAN_HOME: home,
    PATH: [...new Set([...(isTheirs ? paths : []), ...usual])].join(':'),
    ...(isTheirs
      ? Object.fromEntries(
          SETTINGS.flatMap((name) => {
            const value = world.env[name];
            return value === undefined || !absolute(value) ? [] : [[name, value] as const];
          }),
        )
      : {}),
  };
}

export function wantedService(world: World, options: ServiceOptions): Wanted | ServiceFault {
  const scope: ServiceScope = options.system === true ? 'system' : 'user';
  if (scope === 'user' && (options.user !== undefined || options.project !== undefined))
    return { message: '`--user` and `--project` belong to `--system`', hints: ['your own service runs as you'] };
  const owner = scope === 'user' ? null : ownerOf(options.user ?? world.env.SUDO_USER);
  if (owner !== null && 'message' in owner) return owner;
  const isTheirs = owner === null;
  const userHome = owner?.home ?? world.userHome;
  const home =
    isTheirs || world.env.CASTELLAN_HOME !== undefined ? stateFolder(world) : join(userHome, '.config', 'castellan');
  const projects = (options.project ?? []).map((each) => resolve(world.cwd, each));
  const writable =
    projects.length === 0
      ? [userHome, home]
      : [home, join(userHome, '.cache'), join(userHome, '.local', 'share'), ...projects];
  const file = serviceFile({ platform: process.platform, userHome, user: owner?.name ?? null, etc: '/etc' }, scope, {
    node: process.execPath,
    flags: DAEMON_FLAGS,
    main: entryOf('daemon'),
    environment: environmentOf(world, home, isTheirs),
    writable: [...new Set(writable)],
  });
  if ('message' in file) return file;
  const uid = owner?.uid ?? process.getuid?.() ?? 0;
  return { file, manager: managerOf(file, uid, runManagerOf(world.env)), home, scope };
}
