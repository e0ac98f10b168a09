// What a path is beyond where it lies: keys, what runs by itself, version control. INVARIANT: by name alone, so that a file
// counts before it exists, and without case.
import type { Resource } from '@castellan/contract';
import { anyOf, anywhere, belowOf, patternsIn } from './path-patterns.ts';
import {
  CREDENTIALS_ANYWHERE,
  CREDENTIALS_AT_HOME,
  CREDENTIALS_IN_FOLDERS,
  CREDENTIALS_OF_SYSTEM,
  NOT_CREDENTIALS,
  PUBLIC_FOLDERS,
  REPOSITORY_ANYWHERE,
  STARTUP_ANYWHERE,
  STARTUP_AT_HOME,
  STARTUP_IN_FOLDERS,
  STARTUP_OF_SYSTEM,
} from './protected-paths.ts';

/** The lists for the system are absolute: they are sorted by what stands behind the first `/`. */
const withoutRoot = (list: string): string => list.replace(/(?<=^|\s)\//g, '');

const CREDENTIALS = {
  home: anyOf(CREDENTIALS_AT_HOME),
  name: anyOf(CREDENTIALS_ANYWHERE),
  system: anyOf(withoutRoot(CREDENTIALS_OF_SYSTEM)),
  below: anywhere(CREDENTIALS_IN_FOLDERS),
  // Keys that were copied, mounted or belong to somebody whose home lies where nobody looks for one.
  folder:
    /\/\.(?:ssh|gnupg|aws|azure|password-store|config\/gcloud)(?:\/|$)|\/\.(?:kube\/config|docker\/config\.json)$/,
};
const PUBLIC = { name: anyOf(NOT_CREDENTIALS), folder: anyOf(withoutRoot(PUBLIC_FOLDERS)) };
const STARTUP = {
  home: anyOf(STARTUP_AT_HOME),
  name: anyOf(STARTUP_ANYWHERE),
  below: anywhere(STARTUP_IN_FOLDERS),
  system: anyOf(withoutRoot(STARTUP_OF_SYSTEM)),
};
const REPOSITORY = anywhere(REPOSITORY_ANYWHERE);

/** Where people other than the user have their homes. */
const HOMES = /^(?:\/(?:home|users|export\/home|var\/home|mnt\/[a-z]\/users)\/[^/]+|\/root|\/var\/root)\//;
/** Below these the lists for the system apply. */
const OF_SYSTEM = /^\/(?:etc|private|run|var|proc|dev|library|system|mnt|lib|usr)\//;

/** How a volume without case, or one that composes characters, would see a path. */
const fold = (path: string): string => {
  const lower = path.toLowerCase();
  return /^[\u0020-\u007e]*$/.test(lower) ? lower : path.normalize('NFC').toLowerCase();
};

let folded: readonly [string, string] = ['', ''];
const foldHome = (home: string): string => {
  if (folded[0] !== home) folded = [home, fold(home)];
  return folded[1];
};

function belowHome(path: string, home: string): string | undefined {
  const own = foldHome(home);
  if (path.startsWith(own) && path[own.length] === '/') return path.slice(own.length + 1);
  const other = HOMES.exec(path);
  return other === null ? undefined : path.slice(other[0].length);
}

/** Lies among keys and is none: it says who may log in, and what runs when somebody does. */
const SSH_SETTINGS = /(?:^|\/)\.ssh\/(?:rc|environment|config(?:\.d\/.*)?|authorized_keys[^/]*)$/;

/** What an absolute, canonical path is; undefined: an ordinary file or folder. */
export function pathResource(path: string, home: string): Resource | undefined {
  const whole = fold(path);
  const name = whole.slice(whole.lastIndexOf('/') + 1);
  const inHome = belowHome(whole, home);
  const inSystem = OF_SYSTEM.test(whole);
  if (SSH_SETTINGS.test(whole)) return 'shell-startup';
  if (isCredentials(whole, name, inHome, inSystem)) return 'credentials';
  if (STARTUP.name(name) || STARTUP.below.test(whole) || (inHome !== undefined && STARTUP.home(inHome)))
    return 'shell-startup';
  if (inSystem && STARTUP.system(whole.slice(1))) return 'shell-startup';
  return REPOSITORY.test(whole) ? 'repository' : undefined;
}

function isCredentials(whole: string, name: string, inHome: string | undefined, inSystem: boolean): boolean {
  if (inSystem && CREDENTIALS.system(whole.slice(1))) return true;
  if (PUBLIC.name(name)) return false;
  if (inHome !== undefined && CREDENTIALS.home(inHome)) return true;
  if (CREDENTIALS.folder.test(whole) || CREDENTIALS.below.test(whole)) return true;
  return CREDENTIALS.name(name) && !(inSystem && PUBLIC.folder(whole.slice(1)));
}

export interface Below {
  readonly path: string;
  readonly resource: Resource;
}

const definite = (list: string): readonly string[] =>
  patternsIn(list)
    .filter((pattern) => !/[*?[]/.test(pattern))
    .map((pattern) => pattern.replace(/\/$/, ''));

const each = (list: string, resource: Resource): readonly Below[] =>
  definite(withoutRoot(list)).map((path) => ({ path, resource }));
/** Paths below a home, and below `/`. */
const HOME_NAMES = belowOf([
  ...each(CREDENTIALS_AT_HOME, 'credentials'),
  ...each('.env .npmrc .bash_history .zsh_history .kube/config', 'credentials'),
  ...each(STARTUP_AT_HOME, 'shell-startup'),
]);
const SYSTEM_NAMES = belowOf([
  ...each('/etc/shadow /etc/gshadow', 'credentials'),
  ...each(CREDENTIALS_OF_SYSTEM, 'credentials'),
  ...each('/etc/crontab /etc/bash.bashrc', 'shell-startup'),
  ...each(STARTUP_OF_SYSTEM, 'shell-startup'),
]);

/** Named folders and files that lie below a folder, whether they exist or not. For folders inside a project: none. */
export function protectedBelow(folder: string, home: string): readonly Below[] {
  const prefix = folder.endsWith('/') ? folder : `${folder}/`;
  const inHome = `${home}/`.startsWith(prefix)
    ? HOME_NAMES('')
    : prefix.startsWith(`${home}/`)
      ? HOME_NAMES(prefix.slice(home.length + 1))
      : [];
  const inSystem = SYSTEM_NAMES(prefix.slice(1));
  return [
    ...inHome.map(({ path, resource }): Below => ({ path: `${home}/${path}`, resource })),
    ...inSystem.map(({ path, resource }): Below => ({ path: `/${path}`, resource })),
  ];
}

const HOME_FOLDER = /^(?:\/(?:home|users|export\/home|var\/home|mnt\/[a-z]\/users)(?:\/[^/]+)?|\/root|\/var\/root)$/;

/** Whether a whole home or the system's settings lie below: then there are keys below that nobody listed. */
export function holdsHomes(folder: string, home: string): boolean {
  const path = fold(folder);
  return path === '/' || path === '/etc' || `${foldHome(home)}/`.startsWith(`${path}/`) || HOME_FOLDER.test(path);
}
