// What is to be said of this machine and this state folder: facts in, items out. Pure.
import type { CheckId, CheckItem } from '@castellan/contract';
import type { HereFacts, StateFacts, StateFault } from './facts.ts';
import { bad, good, named, warn } from './item.ts';

/** Where nothing else confines what runs in it, the container is the wall. */
const isTheWall = ({ container, walls }: HereFacts): boolean => container !== null && walls.words === null;

function user(facts: HereFacts): CheckItem {
  const { uid, container } = facts;
  if (uid === null) return good('user', 'this system has no users of that kind');
  if (uid !== 0) return good('user', `user ${uid}`);
  return (isTheWall(facts) ? bad : warn)(
    'user',
    'it runs as root: so does every program that it lets run without walls',
    container === null
      ? 'run it as yourself, or install it for two users: `sudo castellan system install`'
      : 'start the container with a user of its own: docs/guide/containers.md',
  );
}

const words = (mask: string): string => (mask === '0' ? 'none' : `mask ${mask}`);

function container(all: HereFacts): readonly CheckItem[] {
  const { container: facts } = all;
  if (facts === null) return [good('container', 'there is none around it')];
  const { engine, rootReadOnly, capabilities, noNewPrivileges, limited } = facts;
  const lacking = Object.entries(limited).flatMap(([name, has]) => (has ? [] : [name]));
  const held = (id: CheckId, ok: boolean, evidence: string, fix: string): CheckItem =>
    ok ? good(id, evidence) : (isTheWall(all) ? bad : warn)(id, evidence, fix);
  return [
    held(
      'container-root',
      rootReadOnly,
      `${engine}: the root folder ${rootReadOnly ? 'cannot be written' : 'can be written'}`,
      'start it with `--read-only` and a tmpfs at `/tmp`',
    ),
    held('container-capabilities', capabilities === '0', words(capabilities), 'start it with `--cap-drop ALL`'),
    held(
      'container-privileges',
      noNewPrivileges,
      noNewPrivileges ? 'no-new-privileges is set' : 'no-new-privileges is not set',
      'start it with `--security-opt no-new-privileges`',
    ),
    held(
      'container-limits',
      lacking.length === 0,
      lacking.length === 0 ? 'memory, processes, processor' : `none of ${lacking.join(', ')}`,
      'start it with `--memory`, `--pids-limit` and `--cpus`',
    ),
  ];
}

const SAID: Readonly<Record<StateFault['kind'], string>> = {
  open: 'is open to others',
  foreign: "is somebody else's",
  link: 'leads elsewhere',
  'many-names': 'has a name elsewhere',
};

function fixOf({ kind, path }: StateFault, uid: number | null, home: string): string {
  // Of an installation for two users it is, and must stay, the other one's.
  if (kind === 'foreign' && path === home)
    return 'use Castellan as that user (`sudo -u USER castellan doctor`), or name a state folder of your own in CASTELLAN_HOME';
  switch (kind) {
    case 'open':
      return `run \`chmod go-rwx '${path}'\`; a secret in it may be known: \`castellan secrets rotate\``;
    case 'foreign':
      return `find out who made it; then run \`chown ${uid ?? 'YOU'} '${path}'\`, or remove it`;
    case 'link':
      return 'nothing of Castellan makes one there: find out who did, and remove it';
    case 'many-names':
      return `find the other name (\`find / -samefile '${path}'\`), and remove it`;
  }
}

function state({ state: facts, uid }: HereFacts): readonly CheckItem[] {
  const { path, exists, looked, more, faults } = facts;
  if (!exists) return [good('state', `\`${path}\` is not there yet`), above(facts)];
  const [first] = faults;
  const rest = faults.length > 1 ? `; ${faults.length - 1} more like it or worse` : '';
  const item =
    first === undefined
      ? good('state', `\`${path}\`: ${looked} files and folders looked at${more ? ', and there are more' : ''}`)
      : bad('state', `\`${first.path}\` ${SAID[first.kind]} (${first.seen})${rest}`, fixOf(first, uid, path));
  return [item, above(facts)];
}

function above({ loose }: StateFacts): CheckItem {
  const [first] = loose;
  if (first === undefined) return good('state-above', "every folder above it is root's or yours");
  return bad(
    'state-above',
    `${named(loose.map(({ path }) => path))}: ${first.seen}`,
    'move the state folder to one of your own (CASTELLAN_HOME), or close the folder above it',
  );
}

const CONTROLLED: readonly (readonly [string, string])[] = [
  ['pids', 'processes'],
  ['memory', 'memory'],
  ['cpu', 'processor'],
];

function counted({ counted: all, platform }: HereFacts): CheckItem {
  const lacking = CONTROLLED.flatMap(([name, word]) => (all.includes(name) ? [] : [word]));
  if (lacking.length === 0) return good('limits', 'processes, memory and processor, of each and all that it starts');
  return warn(
    'limits',
    `it does not count ${lacking.join(', ')} for us: Castellan looks each second instead, and each process has limits of its own`,
    platform === 'linux'
      ? 'start Castellan as a service of systemd with `Delegate=yes`: `systemctl --user edit castellan`'
      : 'use a machine with Linux where that matters',
  );
}

/** Of the machine alone, without walls. */
export const machineItems = (facts: HereFacts): readonly CheckItem[] => [
  user(facts),
  counted(facts),
  ...state(facts),
  ...container(facts),
];
