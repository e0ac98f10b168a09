// A confined run with everything it starts counted as one, and ended where it takes more than it may. In an installation with two
// users the launcher counts: there nothing is put in front.
import { boundProgram, type Confinement, installationOf, type PlainProgram } from '@castellan/sandbox';

export interface CountedProgram extends PlainProgram {
  /** Told of its process as soon as there is one. */
  readonly started: (pid: number) => void;
  /** @returns which limit it ran into, in words; null: none */
  readonly end: () => Promise<string | null>;
}

/** @param home the state folder */
export function counted({ file, args, env }: PlainProgram, spec: Confinement, home: string): CountedProgram {
  if (installationOf(home).kind !== 'none')
    return { file, args, env, started: () => undefined, end: () => Promise.resolve(null) };
  const bound = boundProgram({ file, args, env }, spec.limits, false);
  let why: string | null = null;
  return {
    ...{ file: bound.file, args: bound.args, env: bound.env },
    started(pid) {
      bound.watch(pid, spec.write, (struck) => {
        why = struck;
        bound.kill();
        try {
          // The walls end with what stands around them, and all that is inside ends with the walls.
          process.kill(pid, 'SIGKILL');
        } catch {
          // It has ended.
        }
      });
    },
    async end() {
      why ??= bound.struck();
      await bound.end();
      return why;
    },
  };
}
