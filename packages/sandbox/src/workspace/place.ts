// Where a session works, as confinements: of its helper, of one call that was decided to reach elsewhere, of one command.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ChildEnvironment, childEnvironment, type Effect } from '@castellan/contract';
import { keptIn } from '../confine/kept.ts';
import { lies, realOf } from '../confine/paths.ts';
import { refusedPath } from '../confine/reach.ts';
import type { ConfineFault, ConfineLimits, Confinement } from '../confine/spec.ts';
import { type CommandReach, commandReach, isChanged } from './reach.ts';

export interface WorkspacePlace {
  /** The session's folder, real. */
  readonly workspace: string;
  /** The person's home. */
  readonly home: string;
  /** What nothing may reach: Castellan's own folders. */
  readonly never: readonly string[];
  /** A folder for this session alone; it is removed with it. */
  readonly own: string;
  /** The way out of walls for this agent, and the session it is used in; null: there is none. */
  readonly way: { readonly egress: string; readonly user: string } | null;
  /** Of one command, or of a helper. */
  readonly limits: ConfineLimits;
  /** Of the daemon, from which the allowlist is taken. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const PATH_OF = ({ env }: WorkspacePlace): string => env.PATH ?? '/usr/local/bin:/usr/bin:/bin';

/** What a command finds in its environment: this, and nothing of ours but the language and the path. */
export const commandEnvironment = (place: WorkspacePlace): ChildEnvironment =>
  childEnvironment('bare', place.env, {
    ...{ PATH: PATH_OF(place), HOME: place.home, TMPDIR: '/tmp', LANG: place.env.LANG ?? 'C.UTF-8', TERM: 'dumb' },
    ...{ PAGER: 'cat', GIT_PAGER: 'cat', GIT_TERMINAL_PROMPT: '0', NO_COLOR: '1', CASTELLAN_WALLS: '1' },
    ...(place.env.TZ !== undefined && { TZ: place.env.TZ }),
  });

const base = (place: WorkspacePlace): Omit<Confinement, 'write' | 'read' | 'keep' | 'network' | 'programs'> => ({
  folder: place.workspace,
  never: place.never,
  own: { home: join(place.own, 'home'), temp: join(place.own, 'tmp') },
  home: place.home,
  given: [],
  sockets: 'none',
  terminal: false,
  limits: place.limits,
});

/** Of the helper that all calls about the workspace itself share. `reads`: its own program. */
export const helperSpec = (place: WorkspacePlace, reads: readonly string[]): Confinement => ({
  ...base(place),
  write: [place.workspace],
  read: reads,
  keep: [],
  network: 'none',
  programs: true,
});

/** Whether what was decided lies where the session's own helper reaches. */
export const isInside = ({ workspace }: WorkspacePlace, { target, place }: Pick<Effect, 'target' | 'place'>): boolean =>
  lies(target, workspace) || (place === 'temp' && lies(target, '/tmp'));

/** Of a helper for one call about something outside of the workspace. */
export function elsewhereSpec(
  place: WorkspacePlace,
  target: string,
  kind: 'read' | 'write',
  reads: readonly string[],
): Confinement | ConfineFault {
  const folder = dirname(target);
  if (kind === 'write' && !existsSync(folder))
    return {
      ok: false,
      why: `the folder \`${folder}\` is not there`,
      hint: 'outside of the workspace no folders are made: make it yourself, or ask the person',
    };
  const there = kind === 'write' ? folder : target;
  if (realOf(there) === null) return { ok: false, why: `\`${target}\` is not there`, hint: 'look at the path again' };
  const refused = refusedPath(realOf(there) ?? there, place);
  // In the home folder itself a file can be read by itself; written it cannot, for then its folder would be open.
  if (refused !== null) return refused;
  const spec = helperSpec(place, reads);
  return kind === 'write'
    ? { ...spec, write: [folder], folder }
    : { ...spec, write: [], read: [...reads, target], folder: '/' };
}

export interface CommandPlace {
  readonly spec: Confinement;
  /** Decided, and not let in all the same: one line each for whoever asked. */
  readonly left: readonly string[];
  /** What it would write where it cannot: in here it would seem to be done, and be gone with the session. */
  readonly lost: string | null;
  readonly reach: CommandReach;
}

export function commandSpec(place: WorkspacePlace, effects: readonly Effect[]): CommandPlace {
  const reach = commandReach(effects);
  const left: string[] = [];
  let lost: string | null = null;
  const open = (path: string, writable: boolean): boolean => {
    if (lies(path, place.workspace)) return false;
    const real = realOf(path);
    if (real === null) {
      if (writable && reach.surely.has(path)) lost ??= path;
      return false;
    }
    const refused = refusedPath(real, place);
    if (refused !== null && writable && reach.surely.has(path)) lost ??= path;
    else if (refused !== null) left.push(`\`${path}\` (${refused.why})`);
    return refused === null;
  };
  const write = reach.writes.filter((path) => open(path, true));
  const read = reach.reads.filter((path) => !write.includes(path) && open(path, false));
  // Where everything it does is known, it does nothing else to these.
  const keep = reach.isTold ? [] : keptIn(place.workspace).filter((each) => !isChanged(effects, each));
  const spec: Confinement = {
    ...base(place),
    write: [place.workspace, ...write],
    read,
    keep,
    network: reach.network && place.way !== null ? { ...place.way, forwards: [] } : 'none',
    programs: true,
  };
  return { spec, left, lost, reach };
}
