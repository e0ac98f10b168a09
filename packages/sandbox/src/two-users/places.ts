// Where everything of an installation lies, and with which owner and mode: one list, which install makes and check holds against.
import { dirname, join } from 'node:path';
import type { Installation } from '@castellan/contract';

export type Owner = 'root' | 'system' | 'agent' | 'server';
export type Group = 'root' | 'system' | 'agent' | 'server' | 'shared';

export interface Place {
  readonly path: string;
  readonly owner: Owner;
  readonly group: Group;
  readonly mode: number;
  /** What it is for, in words. */
  readonly what: string;
  /** Where both sides write, each may read and write what the other made: default entries of an access list. */
  readonly both: boolean;
}

export interface Link {
  readonly path: string;
  readonly to: string;
}

/** Folders, outermost first. @param root of the installation: `/var/lib/castellan`. */
export function placesOf(root: string): readonly Place[] {
  const place = (name: string, owner: Owner, group: Group, mode: number, what: string, both = false): Place => ({
    path: name === '' ? root : join(root, name),
    ...{ owner, group, mode, what, both },
  });
  return [
    place('', 'root', 'root', 0o755, 'holds the others; nobody but root can move them'),
    place('data', 'system', 'system', 0o700, 'state folder: secrets, configuration, ledger'),
    place('home', 'system', 'system', 0o700, 'home of the system user: the key of the vault'),
    place('agents', 'system', 'shared', 0o2750, "agents' own settings: theirs to read, not to replace"),
    place('sockets', 'system', 'shared', 0o2750, 'each agent its own sockets'),
    place('workspace', 'system', 'shared', 0o2750, 'agents read it'),
    place('memory', 'system', 'shared', 0o3770, 'agents write it; what is ours there cannot be moved away', true),
    place('agent', 'agent', 'agent', 0o700, 'home of the agent user'),
    place('server', 'server', 'server', 0o700, 'home of the user of MCP servers'),
  ];
}

/** Out of the state folder, which agents cannot pass through. */
export const linksOf = (root: string): readonly Link[] =>
  ['agents', 'sockets', 'workspace', 'memory'].map((name) => ({
    path: join(root, 'data', name),
    to: join('..', name),
  }));

/** Below the prefix. */
export const ROOT = '/var/lib/castellan';

export interface ProgramPlaces {
  readonly folder: string;
  readonly launcher: string;
  readonly enter: string;
  readonly socket: string;
  readonly unit: string;
  readonly wellKnown: string;
}

/** @param prefix `` on a real machine; a folder of a test's own. */
export const programPlaces = (prefix: string): ProgramPlaces => ({
  folder: `${prefix}/usr/local/lib/castellan`,
  launcher: `${prefix}/usr/local/lib/castellan/castellan-launcher`,
  enter: `${prefix}/usr/local/lib/castellan/castellan-enter`,
  socket: `${prefix}/run/castellan/launcher.sock`,
  unit: `${prefix}/etc/systemd/system/castellan.service`,
  wellKnown: `${prefix}/etc/castellan/install.json`,
});

/** Where a record of it is found without being told of a state folder. */
export const wellKnownOf = ({ root }: { readonly root: string }): string =>
  programPlaces(root.slice(0, -ROOT.length)).wellKnown;

export const idOf = (installation: Installation, owner: Owner): number =>
  owner === 'root' ? 0 : installation[owner].uid;
export const groupOf = (installation: Installation, group: Group): number =>
  group === 'root' ? 0 : group === 'shared' ? installation.shared.gid : installation[group].gid;

/** The folders above, nearest first, without the root. */
export const above = (path: string): readonly string[] => {
  const folder = dirname(path);
  return folder === '/' || folder === path ? [] : [folder, ...above(folder)];
};
