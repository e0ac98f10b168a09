// A spec as Landlock's list of paths around one program, with a filter of system calls for what Landlock does not hold: where user
// namespaces are off. INVARIANT: what it cannot hold of a spec is a fault. A program sees the names of all files and processes of this
// machine; it opens, changes, signals and traces none but its own.
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { withVariables } from '@castellan/contract';
import { grantedOf } from './given.ts';
import { SWAPPED, sameWords } from './identity.ts';
import { filterWords, innerProgram, limitWords } from './inner.ts';
import { lies, realOf } from './paths.ts';
import { reachOf } from './reach.ts';
import type { ConfinedProgram, ConfineFault, Confinement, PlainProgram } from './spec.ts';
import { isUnseen } from './standing.ts';
import { homeProgramPaths, systemStands } from './system.ts';
import { forwardsOf } from './way-out.ts';

export const LANDLOCK_WORDS = 'Landlock, seccomp';

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => `/dev/${name}`);
/** Of the machine and of nobody in it. */
const OF_MACHINE = ['cpuinfo', 'meminfo', 'stat', 'version', 'filesystems', 'loadavg', 'uptime'].map(
  (name) => `/proc/${name}`,
);

/** A command line that ends with 0 where these walls stand; null: something of them is missing. */
export function landlockTrial(): readonly string[] | null {
  const inner = innerProgram();
  const filter = filterWords('in-view-alone');
  if (inner === undefined || filter === null) return null;
  return [inner, '--landlock', '--read', inner, ...filter, '--', inner, '--abi'];
}

const HINT = 'install bubblewrap and allow user namespaces: it can';

/** What of a spec it cannot hold: rights are given to a folder with all that is in it, and nothing stands elsewhere than it lies. */
function lacking(spec: Confinement): string | null {
  const writable = [...spec.write, ...spec.given.filter((each) => each.writable).map(({ at }) => at)];
  const isIn = (path: string): boolean => writable.some((each) => lies(path, realOf(each) ?? each));
  if (forwardsOf(spec.network).length > 0) return 'has no loopback of its own, so that others could use a way out';
  if (spec.sockets === 'given') return 'cannot tell one Unix socket from another';
  const moved = spec.given.find(({ from, at }) => from !== at);
  if (moved !== undefined) return `cannot put \`${moved.from}\` elsewhere`;
  const held = spec.given.find(({ at, writable: isWritable }) => !isWritable && isIn(at));
  const kept = spec.keep.find((path) => (existsSync(path) || isUnseen(path)) && isIn(realOf(path) ?? path));
  if (held !== undefined || kept !== undefined)
    return `cannot keep \`${held?.at ?? kept}\` as it is in a folder that may be changed`;
  return null;
}

const options = (name: string, paths: readonly string[]): readonly string[] => paths.flatMap((path) => [name, path]);

/** @returns undefined: no part of ours on this machine. */
export function withLandlock(spec: Confinement, program: PlainProgram): ConfinedProgram | ConfineFault | undefined {
  const inner = innerProgram();
  const filter = filterWords(spec.network === 'host' ? 'in-view' : 'in-view-alone');
  if (inner === undefined || filter === null) return undefined;
  const why = lacking(spec);
  if (why !== null) return { ok: false, why: `Landlock, the walls of this machine, ${why}`, hint: HINT };
  const reached = reachOf(spec);
  if (!reached.ok) return reached;
  const granted = grantedOf(spec);
  if (!granted.ok) return granted;
  for (const folder of [spec.own.home, spec.own.temp]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [home, temp] = [realpathSync(spec.own.home), realpathSync(spec.own.temp)];
  const bound = reached.bound.map(({ path, writable }) => ({ from: path, at: path, writable }));
  const named = [...bound, ...granted.given];
  const same = sameWords(named);
  if (same === null) return SWAPPED;
  const stands = named.map(({ from, writable }) => ({ path: from, writable }));
  const programs = spec.programs ? [...systemStands().paths, ...homeProgramPaths(spec, program.env.PATH ?? '')] : [];
  const read = [...programs, ...stands.filter(({ writable }) => !writable).map(({ path }) => path)];
  const write = [home, temp, ...stands.filter(({ writable }) => writable).map(({ path }) => path)];
  const args = [
    ...same,
    ...limitWords(spec.limits),
    ...['--folder', realOf(spec.folder) ?? spec.folder],
    ...['--landlock', ...(spec.network === 'host' ? ['--network'] : [])],
    ...options('--read', [...new Set(read)]),
    ...options('--read', [...OF_MACHINE, '/proc/self'].filter(existsSync)),
    ...options('--write', [...new Set(write)]),
    ...options('--device', DEVICES.filter(existsSync)),
    ...[...filter, '--', program.file, ...program.args],
  ];
  const env = withVariables(program.env, { HOME: home, TMPDIR: temp, GIT_CONFIG_NOSYSTEM: '1' });
  return { ok: true, file: inner, args, env, words: LANDLOCK_WORDS };
}
