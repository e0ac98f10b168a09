// What a path is beyond where it lies: keys, what runs by itself, version control. INVARIANT: by name alone, so that a file
// counts before it exists, and without case.
import type { Resource } from '@castellan/contract';
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

const wordsOf = (list: string): readonly string[] => list.split(/\s+/).filter(Boolean);

/** A pattern of the lists as the source of a regular expression. */
function sourceOf(pattern: string): string {
  const folder = pattern.endsWith('/');
  const source = (folder ? pattern.slice(0, -1) : pattern)
    .replace(/[.+^$|(){}\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return folder ? `${source}(?:/.*)?` : source;
}

const anyOf = (list: string, before: string): RegExp =>
  new RegExp(`${before}(?:${wordsOf(list).map(sourceOf).join('|')})$`);

const CREDENTIALS = {
  home: anyOf(CREDENTIALS_AT_HOME, '^'),
  name: anyOf(CREDENTIALS_ANYWHERE, '^'),
  system: anyOf(CREDENTIALS_OF_SYSTEM, '^'),
  below: anyOf(CREDENTIALS_IN_FOLDERS, '/'),
  // Keys that were copied, mounted or belong to somebody whose home lies where nobody looks for one.
  folder:
    /\/\.(?:ssh|gnupg|aws|azure|password-store|config\/gcloud)(?:\/|$)|\/\.(?:kube\/config|docker\/config\.json)$/,
};
const PUBLIC = { name: anyOf(NOT_CREDENTIALS, '^'), folder: anyOf(PUBLIC_FOLDERS, '^') };
const STARTUP = {
  home: anyOf(STARTUP_AT_HOME, '^'),
  name: anyOf(STARTUP_ANYWHERE, '^'),
  below: anyOf(STARTUP_IN_FOLDERS, '/'),
  system: anyOf(STARTUP_OF_SYSTEM, '^'),
};
const REPOSITORY = anyOf(REPOSITORY_ANYWHERE, '/');

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
  if (STARTUP.name.test(name) || STARTUP.below.test(whole) || (inHome !== undefined && STARTUP.home.test(inHome)))
    return 'shell-startup';
  if (inSystem && STARTUP.system.test(whole)) return 'shell-startup';
  return REPOSITORY.test(whole) ? 'repository' : undefined;
}

function isCredentials(whole: string, name: string, inHome: string | undefined, inSystem: boolean): boolean {
  if (inSystem && CREDENTIALS.system.test(whole)) return true;
  if (PUBLIC.name.test(name)) return false;
  if (inHome !== undefined && CREDENTIALS.home.test(inHome)) return true;
  if (CREDENTIALS.folder.test(whole) || CREDENTIALS.below.test(whole)) return true;
  return CREDENTIALS.name.test(name) && !(inSystem && PUBLIC.folder.test(whole));
}

export interface Below {
  readonly path: string;
  readonly resource: Resource;
}

const definite = (list: string): readonly string[] =>
  wordsOf(list)
    .filter((pattern) => !/[*?[]/.test(pattern))
    .map((pattern) => pattern.replace(/\/$/, ''));

const HOME_NAMES: readonly (readonly [string, Resource])[] = [
  ...definite(CREDENTIALS_AT_HOME).map((name) => [name, 'credentials'] as const),
  ...definite('.env .npmrc .bash_history .zsh_history .kube/config').map((name) => [name, 'credentials'] as const),
  ...definite(STARTUP_AT_HOME).map((name) => [name, 'shell-startup'] as const),
];
const SYSTEM_NAMES: readonly Below[] = [
  ...definite('/etc/shadow /etc/gshadow').map((path) => ({ path, resource: 'credentials' }) as const),
  ...definite(CREDENTIALS_OF_SYSTEM).map((path) => ({ path, resource: 'credentials' }) as const),
  ...definite('/etc/crontab /etc/bash.bashrc').map((path) => ({ path, resource: 'shell-startup' }) as const),
  ...definite(STARTUP_OF_SYSTEM).map((path) => ({ path, resource: 'shell-startup' }) as const),
];

/** Named folders and files that lie below a folder, whether they exist or not. For folders inside a project: none. */
export function protectedBelow(folder: string, home: string): readonly Below[] {
  const prefix = folder.endsWith('/') ? folder : `${folder}/`;
  const atHome = `${home}/`.startsWith(prefix) || prefix.startsWith(`${home}/`);
  const inHome = atHome
    ? HOME_NAMES.map(([name, resource]): Below => ({ path: `${home}/${name}`, resource })).filter(({ path }) =>
        path.startsWith(prefix),
      )
    : [];
  return [...inHome, ...SYSTEM_NAMES.filter(({ path }) => path.startsWith(prefix))];
}

const HOME_FOLDER = /^(?:\/(?:home|users|export\/home|var\/home|mnt\/[a-z]\/users)(?:\/[^/]+)?|\/root|\/var\/root)$/;

/** Whether a whole home or the system's settings lie below: then there are keys below that nobody listed. */
export function holdsHomes(folder: string, home: string): boolean {
  const path = fold(folder);
  return path === '/' || path === '/etc' || `${foldHome(home)}/`.startsWith(`${path}/`) || HOME_FOLDER.test(path);
}
