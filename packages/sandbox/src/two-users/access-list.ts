// Access lists of project folders: the agent user may edit there, and the owner goes on reading and writing what it makes. INVARIANT:
// root changes no list in a folder that somebody else can write to: a folder swapped for a link while it walks would give an agent
// whatever that leads to. Each owner's lists are changed as that owner, who can change no others.
import { lstatSync, realpathSync } from 'node:fs';
import type { Installation } from '@castellan/contract';
import { above } from './places.ts';
import { type Step, toolStep } from './steps.ts';
import { runTool } from './tool.ts';

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
  steps.push({
    words: `access ${project}  and all in it: agents read and write, you as before`,
    done: () => held(users, project),
    make: () => change({ path: project, deep: true }, ['-m', grants(users, owner).join(',')], users),
    undo: given === undefined ? null : () => withdraw(given, users),
  });
  for (const path of closedAbove(project, users)) {
    const list = { path, deep: false, whole: isPlain(path, false) };
    lists.push(list);
    const may = idsOf(users).map((uid) => `u:${uid}:--x`);
    steps.push({
      words: `access ${path}  agents may pass through, and reach what everybody may read in it`,
      done: () => passes(path, idsOf(users)),
      make: () => change(list, ['-m', may.join(',')], users),
      undo: () => withdraw(list, users),
    });
  }
  return { steps, lists };
}

/** As it was: no list where there was none, otherwise our entries gone. */
export const withdraw = (list: List, users: Users): void =>
  change(list, list.whole ? ['-b'] : ['-x', withdrawal(users)], users);

/**
 * Why root may not act as the owner of what a name leads to now; null: it may. Whoever owns a folder on the way (a person, an agent in a
 * project of theirs) can have put a link there since: what lies behind it then may be root's, and as root everything would be given away.
 */
function swapped(path: string, deep: boolean): string | null {
  if (realpathSync(path) !== path) return 'it is reached by a link now';
  if (lstatSync(path).uid !== 0) return null;
  if (deep) return "it is root's";
  const open = above(path).find((folder) => {
    const { uid, mode } = lstatSync(folder);
    return uid !== 0 || ((mode & 0o022) !== 0 && (mode & 0o1000) === 0);
  });
  return open === undefined ? null : `it is root's, and others can change \`${open}\``;
}

/** As whoever owns it, and, below, as those who have made something in it. @throws Error with what `setfacl` said */
function change({ path, deep }: Pick<List, 'path' | 'deep'>, what: readonly string[], users: Users): void {
  const args = [...(deep ? ['-R', '-P'] : []), ...what, '--', path];
  const why = swapped(path, deep);
  if (why !== null) throw new Error(`the access list of \`${path}\` is left as it is: ${why}`);
  const owner = lstatSync(path).uid;
  // Looked at a moment ago, and asked again: as root nothing is walked, whatever has come to lie there.
  if (deep && owner === 0) throw new Error(`\`${path}\` is root's`);
  for (const user of deep ? [owner, users.agent.uid, users.server.uid] : [owner]) {
    const { code, stderr } = runTool('setfacl', args, user);
    const faults = stderr.split('\n').filter((line) => line !== '' && !/(?:not permitted|denied)$/.test(line));
    // Of what is another's it says that it may not: that one has a turn, or it stays as it is.
    if (code !== 0 && faults.length > 0) throw new Error(`\`setfacl\` on \`${path}\`: ${faults[0]}`);
  }
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
