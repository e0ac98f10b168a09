// Access lists of project folders: the agent user may edit there, and the owner goes on reading and writing what it makes. INVARIANT:
// links are not followed, and above a project nobody gets more than the way through.
import { lstatSync } from 'node:fs';
import type { Installation } from '@castellan/contract';
import { above } from './places.ts';
import { type Step, toolStep } from './steps.ts';
import { type mustRun, runTool } from './tool.ts';

type Users = Pick<Installation, 'system' | 'agent' | 'server'>;
export type List = Installation['made']['lists'][number];

const idsOf = ({ agent, server, system }: Users): readonly number[] => [agent.uid, server.uid, system.uid];

/** Whether nobody but owner, group and all others stands in any list there. */
const isPlain = (path: string, deep: boolean): boolean =>
  runTool('getfacl', ['-p', '-s', '-n', ...(deep ? ['-R', '-P'] : []), '--', path]).stdout.trim() === '';

/** Entries of one path, as numbers: `user:61002:rwx`, `default:user:61002:rwx`. */
export const entriesOf = (path: string): readonly string[] =>
  runTool('getfacl', ['-p', '-c', '-n', '-E', '--', path])
    .stdout.split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What is given in a project. */
function grants(users: Users, owner: number): readonly string[] {
  const may = [`u:${users.agent.uid}:rwX`, `u:${users.server.uid}:rwX`, `u:${users.system.uid}:rX`];
  return [...may, ...may.map((each) => `d:${each}`), `d:u:${owner}:rwX`];
}

const held = (users: Users, path: string): boolean => {
  const entries = entriesOf(path);
  return (
    entries.includes(`user:${users.agent.uid}:rwx`) &&
    entries.includes(`default:user:${users.agent.uid}:rwx`) &&
    entries.includes(`user:${users.system.uid}:r-x`)
  );
};

const passes = (path: string, uids: readonly number[]): boolean => {
  if ((lstatSync(path).mode & 0o001) !== 0) return true;
  const entries = entriesOf(path);
  return uids.every((uid) => entries.some((each) => each.startsWith(`user:${uid}:`) && each.endsWith('x')));
};

/** Folders on the way to it that these users cannot pass through. */
const closedAbove = (project: string, users: Users): readonly string[] =>
  above(project).filter((path) => !passes(path, idsOf(users)));

const withdrawal = (users: Users): string =>
  idsOf(users)
    .flatMap((uid) => [`u:${uid}`, `d:u:${uid}`])
    .join(',');

/** What has to be given for a project, and which lists that touches. @param project its real path. */
export function projectSteps(
  project: string,
  users: Users,
): { readonly steps: readonly Step[]; readonly lists: readonly List[] } {
  const lists: List[] = [];
  const steps: Step[] = [];
  const owner = lstatSync(project).uid;
  const isHeld = held(users, project);
  if (!isHeld) lists.push({ path: project, deep: true, whole: isPlain(project, true) });
  const given = lists.at(-1);
  steps.push(
    toolStep(
      `access ${project}  and all in it: agents read and write, you as before`,
      () => held(users, project),
      [['setfacl', ['-R', '-P', '-m', grants(users, owner).join(','), '--', project]]],
      given === undefined ? null : [withdraw(given, users)],
    ),
  );
  for (const path of closedAbove(project, users)) {
    const list = { path, deep: false, whole: isPlain(path, false) };
    lists.push(list);
    const may = idsOf(users).map((uid) => `u:${uid}:--x`);
    steps.push(
      toolStep(
        `access ${path}  agents may pass through, and reach what everybody may read in it`,
        () => passes(path, idsOf(users)),
        [['setfacl', ['-m', may.join(','), '--', path]]],
        [withdraw(list, users)],
      ),
    );
  }
  return { steps, lists };
}

/** As it was: no list where there was none, otherwise our entries gone. */
export function withdraw(list: List, users: Users): Readonly<Parameters<typeof mustRun>> {
  const where = [
    ...(list.deep ? ['-R', '-P'] : []),
    ...(list.whole ? ['-b'] : ['-x', withdrawal(users)]),
    '--',
    list.path,
  ];
  return ['setfacl', where];
}

/** What both sides may do with what is made in a folder of the installation. */
export function bothSidesStep(path: string, { system, agent }: Users): Step {
  const entries = [`d:u:${system.uid}:rwX`, `d:u:${agent.uid}:rwX`, 'd:o::---'];
  return toolStep(
    `access ${path}  each side reads and writes what the other makes`,
    () => entriesOf(path).includes(`default:user:${agent.uid}:rwx`),
    [['setfacl', ['-m', entries.join(','), '--', path]]],
    [['setfacl', ['-k', '--', path]]],
  );
}
