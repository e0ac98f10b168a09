// A spec as bubblewrap's namespaces around one program, with `castellan-inner` first inside. INVARIANT: what is not named does not
// exist inside; what stands later in the list stands over what came before.
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { withVariables } from '@castellan/contract';
import { findTool } from '../hull/tools.ts';
import { foreignSockets } from './foreign-sockets.ts';
import { grantedOf } from './given.ts';
import { SWAPPED, sameWords } from './identity.ts';
import { filterWords, forwardWords, innerProgram, limitWords } from './inner.ts';
import { lies, realOf } from './paths.ts';
import { reachOf } from './reach.ts';
import type { ConfinedProgram, ConfineFault, Confinement, Forward, PlainProgram } from './spec.ts';
import { homePrograms, systemStands } from './system.ts';
import { forwardsOf, proxyVariables } from './way-out.ts';

/** Of its own: users, processes, names, messages between processes. No right of anybody, and no way to another such space. */
const NAMESPACES = [
  ...['--unshare-user', '--disable-userns', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
  ...['--cap-drop', 'ALL', '--die-with-parent', '--hostname', 'castellan'],
];
const NOBODY = ['--uid', '65534', '--gid', '65534'];
/** Files in memory are memory that no limit of a process counts: a little of it, and none elsewhere below /dev. */
const DEVICES = ['--dev', '/dev', '--size', String(64 * 1024 * 1024), '--tmpfs', '/dev/shm', '--remount-ro', '/dev'];
/** Where Castellan's own stands inside; nothing of a machine's /run does. */
const OWN = '/run/castellan';
const INNER = `${OWN}/inner`;
/** Of the descriptors that castellan-inner opens for bubblewrap. */
const FIRST_OPENED = 3;

const bind = (from: string, at: string, writable: boolean): readonly string[] => [
  writable ? '--bind' : '--ro-bind',
  from,
  at,
];

/**
 * Root's program is nobody inside and still whom the kernel's own files belong to: all of them are only read, and what tells of its
 * keys and timers is not there.
 */
const hidden = (): readonly string[] =>
  process.getuid?.() === 0
    ? ['keys', 'timer_list']
        .map((name) => `/proc/${name}`)
        .filter((path) => existsSync(path))
        .flatMap((path) => bind('/dev/null', path, false))
    : [];
const processes = (): readonly string[] => ['--proc', '/proc', ...hidden(), '--remount-ro', '/proc'];

export const BUBBLEWRAP_WORDS = 'bubblewrap, seccomp';

/** Around whatever bubblewrap is to start. */
const around = (tool: string, inner: string): readonly string[] => [
  ...[tool, ...NAMESPACES],
  ...(process.getuid?.() === 0 ? NOBODY : []),
  ...bind(inner, INNER, false),
];

/** A command line that ends with 0 where these walls stand; null: something of them is missing. */
export function bubblewrapTrial(): readonly string[] | null {
  const tool = findTool('bwrap');
  const inner = innerProgram();
  const filter = filterWords('program');
  if (tool === undefined || inner === undefined || filter === null) return null;
  const words = [...around(tool, inner), '--unshare-net', '--new-session', ...processes(), ...DEVICES];
  return [...words, '--', INNER, ...filter, '--', INNER, '--abi'];
}

type Ways =
  | { readonly ok: true; readonly binds: readonly string[]; readonly forwards: readonly Forward[] }
  | ConfineFault;

/** A socket that lies in a given folder is found there again after the daemon was started anew; any other is bound itself. */
function waysOf({ network, given }: Confinement): Ways {
  const binds: string[] = [];
  const forwards: Forward[] = [];
  for (const [place, { port, socket }] of forwardsOf(network).entries()) {
    if (realOf(socket) === null)
      return { ok: false, why: `\`${socket}\` is not there`, hint: 'is the daemon running? `castellan up`' };
    const at = `${OWN}/way-${place}`;
    const folder = dirname(socket);
    const isGiven = given.some(({ from }) => lies(folder, from));
    binds.push(...bind(isGiven ? folder : socket, at, false));
    forwards.push({ port, socket: isGiven ? `${at}${socket.slice(folder.length)}` : at });
  }
  return { ok: true, binds, forwards };
}

/** @returns undefined: there is no bubblewrap, or no part of ours, on this machine. */
export function withBubblewrap(spec: Confinement, program: PlainProgram): ConfinedProgram | ConfineFault | undefined {
  const tool = findTool('bwrap');
  const inner = innerProgram();
  const filter = filterWords(spec.sockets === 'none' ? 'without-sockets' : 'program');
  if (tool === undefined || inner === undefined || filter === null) return undefined;
  const reached = reachOf(spec);
  if (!reached.ok) return reached;
  const granted = grantedOf(spec);
  if (!granted.ok) return granted;
  const ways = waysOf(spec);
  if (!ways.ok) return ways;
  for (const folder of [spec.own.home, spec.own.temp]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const bound = reached.bound.map(({ path, writable }) => ({ from: path, at: path, writable }));
  const stands = [...bound, ...granted.given, ...granted.kept];
  const same = sameWords(stands);
  if (same === null) return SWAPPED;
  const foreign = spec.sockets === 'none' ? [] : foreignSockets(bound, granted.given);
  const system = spec.programs ? systemStands() : null;
  const files = system?.files ?? [];
  const words = [
    ...around(tool, inner),
    ...(spec.network === 'host' ? [] : ['--unshare-net']),
    ...(spec.terminal ? [] : ['--new-session']),
    ...(system?.words ?? []),
    ...files.flatMap(({ named }, at) => ['--perms', '0444', '--file', String(FIRST_OPENED + at), named]),
    ...processes(),
    ...DEVICES,
    ...bind(realpathSync(spec.own.temp), '/tmp', true),
    ...bind(realpathSync(spec.own.home), spec.home, true),
    ...(spec.programs ? homePrograms(spec, program.env.PATH ?? '') : []),
    ...stands.flatMap(({ from, at, writable }) => bind(from, at, writable)),
    ...foreign.flatMap((path) => bind('/dev/null', path, false)),
    ...ways.binds,
    ...['--remount-ro', '/', '--chdir', insideOf(spec)],
    ...['--', INNER, ...same, ...limitWords(spec.limits), ...forwardWords(ways.forwards), ...filter],
    // Abstract sockets belong to a network, not to a folder: with the machine's own they would be the machine's.
    ...(spec.network === 'host' && spec.sockets === 'given' ? ['--scope'] : []),
    ...['--', program.file, ...program.args],
  ];
  // A signal of the terminal reaches the program by itself; the walls around it must outlast it.
  const before = ['--before', ...(spec.terminal ? ['--deaf'] : []), ...files.flatMap(({ real }) => ['--open', real])];
  const args = [...before, '--', ...words];
  const variables = { ...proxyVariables(spec.network), HOME: spec.home, TMPDIR: '/tmp' };
  return { ok: true, file: inner, args, env: withVariables(program.env, variables), words: BUBBLEWRAP_WORDS };
}

/** The folder that it begins in, as it is named inside. */
function insideOf({ folder, given, write, read }: Confinement): string {
  const isNamed = [...write, ...read].some((each) => lies(realOf(folder) ?? folder, realOf(each) ?? each));
  return !isNamed && given.some(({ at }) => lies(folder, at)) ? folder : (realOf(folder) ?? folder);
}
