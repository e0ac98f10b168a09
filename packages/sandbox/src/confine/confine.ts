// A program within walls: the strongest that stand on this machine, or a fault. INVARIANT: there is no weaker start, and nothing but
// the machine itself says which walls these are.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childEnvironment } from '@castellan/contract';
import { BUBBLEWRAP_WORDS, bubblewrapTrial, withBubblewrap } from './bubblewrap.ts';
import { LANDLOCK_WORDS, landlockTrial, withLandlock } from './landlock.ts';
import { SEATBELT_WORDS, seatbeltTrial, withSeatbelt } from './seatbelt.ts';
import type { ConfinedProgram, ConfineFault, Confinement, PlainProgram } from './spec.ts';

const run = promisify(execFile);

export type WallName = 'bubblewrap' | 'Landlock' | 'sandbox-runtime';

type Around = ConfinedProgram | ConfineFault | undefined;

interface Wall {
  readonly name: WallName;
  readonly words: string;
  readonly trial: () => readonly string[] | null;
  readonly around: (spec: Confinement, program: PlainProgram) => Around | Promise<Around>;
}

/** The strongest first. */
const WALLS: readonly Wall[] = [
  { name: 'bubblewrap', words: BUBBLEWRAP_WORDS, trial: bubblewrapTrial, around: withBubblewrap },
  { name: 'Landlock', words: LANDLOCK_WORDS, trial: landlockTrial, around: withLandlock },
  { name: 'sandbox-runtime', words: SEATBELT_WORDS, trial: seatbeltTrial, around: withSeatbelt },
];

export const NO_WALLS = {
  why: 'nothing confines programs on this machine: bubblewrap is missing or does not work here',
  hint: 'install it (`apt install bubblewrap`, `dnf install bubblewrap`); in a container, allow user namespaces',
} as const;

export interface TriedWall {
  readonly name: WallName;
  readonly ok: boolean;
  /** What it said where it does not stand. */
  readonly why: string;
}

export interface WallsHere {
  /** Of those that are used: `bubblewrap, seccomp`; null: there are none. */
  readonly words: string | null;
  readonly tried: readonly TriedWall[];
}

/** Which walls stand on this machine: found out once a process, by programs that do nothing. */
export async function wallsHere(): Promise<WallsHere> {
  const tried = await Promise.all(WALLS.map(tryOnce));
  const best = WALLS.find((_wall, at) => tried[at]?.ok === true);
  return { words: best?.words ?? null, tried };
}

/** Whether any walls stand on this machine. */
export const wallsStand = async (): Promise<boolean> => (await wallsHere()).words !== null;

/**
 * Starts the program in front of anything else: in a terminal, over pipes, as another user.
 * @param names the walls that may be used: a test tries each by itself.
 */
export async function confineProgram(
  spec: Confinement,
  program: PlainProgram,
  names: readonly WallName[] = WALLS.map(({ name }) => name),
): Promise<ConfinedProgram | ConfineFault> {
  for (const wall of WALLS.filter(({ name }) => names.includes(name))) {
    const confined = (await tryOnce(wall)).ok ? await wall.around(spec, program) : undefined;
    if (confined !== undefined) return confined;
  }
  return { ok: false, ...NO_WALLS };
}

const known = new Map<WallName, Promise<TriedWall>>();

function tryOnce(wall: Wall): Promise<TriedWall> {
  const before = known.get(wall.name) ?? tryWall(wall);
  known.set(wall.name, before);
  return before;
}

async function tryWall({ name, trial }: Wall): Promise<TriedWall> {
  const [file, ...args] = trial() ?? [];
  if (file === undefined) return { name, ok: false, why: 'it is not here, or not made for this kind of machine' };
  try {
    await run(file, args, { env: childEnvironment('bare', {}), timeout: 20_000 });
    return { name, ok: true, why: '' };
  } catch (error) {
    const { message, stderr } = error as { readonly message?: string; readonly stderr?: string };
    return { name, ok: false, why: (stderr?.trim().split('\n')[0] || message || 'it does not work').slice(0, 300) };
  }
}
