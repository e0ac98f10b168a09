// `castellan system uninstall`: exactly what installing made is taken away again, as its own record says. INVARIANT: nothing that somebody
// else put there is removed: a folder that holds more than ours stays, and is told.
import { existsSync, lstatSync, readdirSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Installation } from '@castellan/contract';
import { withdraw } from './access-list.ts';
import { findUser } from './accounts.ts';
import { INSTALLATION_FILE } from './installation.ts';
import { linksOf, placesOf, wellKnownOf } from './places.ts';
import { mustRun, runTool } from './tool.ts';

export interface Removal {
  readonly words: string;
  readonly remove: () => void;
}

/** What there is to take away, in order. @param keepData what the system user owns stays, and so do the users. */
export function planUninstall(installation: Installation, keepData: boolean): readonly Removal[] {
  const { root, made, unit, launcher, enter, socket } = installation;
  const file = (path: string): Removal => ({ words: `file   ${path}`, remove: () => rmSync(path, { force: true }) });
  const folder = (path: string): Removal => ({
    words: `folder ${path}, if nothing else is in it`,
    remove: () => removeEmpty(path),
  });
  const wellKnown = wellKnownOf(installation);
  const data = placesOf(root).filter(({ path }) => path !== root);
  return [
    ...(unit === null || !unit.startsWith('/etc/systemd/') ? [] : [stopped(unit)]),
    ...made.lists
      .filter(({ path }) => existsSync(path))
      .map((list) => ({
        words: `access ${list.path}`,
        remove: () => withdraw(list, installation),
      })),
    ...(unit === null ? [] : [file(unit)]),
    ...[launcher.path, enter, socket].map(file),
    ...[...new Set([launcher.path, enter, socket].map(dirname))].map(folder),
    ...(keepData
      ? []
      : [
          ...linksOf(root).map(({ path }) => ({ words: `link   ${path}`, remove: () => unlinkIfLink(path) })),
          ...data.map(({ path, what }) => ({
            words: `folder ${path}, with everything in it (${what})`,
            // Goes by descriptors: in a folder of the agent's, a link put where a folder was leads it nowhere.
            remove: () => void mustRun('rm', ['-rf', '--', path]),
          })),
        ]),
    file(wellKnown),
    folder(dirname(wellKnown)),
    file(join(root, INSTALLATION_FILE)),
    ...(keepData
      ? []
      : [
          folder(root),
          ...made.users.map((name) => ({ words: `user   ${name}`, remove: () => removeUser(name) })),
          ...made.groups.map((name) => ({ words: `group  ${name}`, remove: () => removeGroup(name) })),
        ]),
  ];
}

const stopped = (unit: string): Removal => ({
  words: `service ${unit} is stopped`,
  remove: () => void runTool('systemctl', ['disable', '--now', 'castellan.service']),
});

function removeEmpty(path: string): void {
  if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path);
}

function unlinkIfLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) unlinkSync(path);
}

function removeUser(name: string): void {
  if (findUser(name) !== null) mustRun('userdel', [name]);
}

/** Its own group may have gone with the user. */
function removeGroup(name: string): void {
  if (runTool('getent', ['group', name]).code === 0) mustRun('groupdel', [name]);
}
