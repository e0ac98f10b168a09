// A program as it may be started, and what it and all that it starts may cost: counted by the kernel where it lets us ask for that, looked at
// where it does not. INVARIANT: it is in its group before the first byte of it runs, or it does not start.
import type { ChildEnvironment } from '@castellan/contract';
import type { ConfineFault, ConfineLimits, PlainProgram } from '../confine/spec.ts';
import { findTool } from '../hull/tools.ts';
import { Group } from './group.ts';
import { watchOver } from './watch.ts';

export interface BoundProgram extends PlainProgram {
  /**
   * Looks now and then: at its limits, at full disks, and at what it takes itself where there is no group.
   * @param pid of what was started. @param folders what it writes to. @param over told once, in words.
   */
  watch(pid: number, folders: readonly string[], over: (why: string) => void): void;
  /** Which limit it ran into, in words; null: none, or nobody counts it. */
  struck(): string | null;
  /** Ends all that is left of it, now. */
  kill(): void;
  /** The same, and nothing looks at it any more. Resolves when nothing is left. */
  end(): Promise<void>;
}

/** Before anybody else's it is ended where the machine has no memory left, and it waits for everybody else's. */
const LATER = '[ ! -w /proc/self/oom_score_adj ] || echo 500 > /proc/self/oom_score_adj 2>/dev/null';
/** `0` is whoever writes it. */
const JOIN = [
  'n=$1; shift',
  'while [ "$n" -gt 0 ]; do',
  '  echo 0 > "$1/cgroup.procs" || { echo "castellan: it cannot be counted as it should be" >&2; exit 125; }',
  '  shift; n=$((n-1))',
  'done',
  LATER,
  'exec "$@"',
].join('\n');
const NICE = '10';

/**
 * @param program as it would be started, with its walls.
 * @param waits whether it waits for everybody else's: what a person sits in front of does not, and has its share.
 */
export function boundProgram(program: PlainProgram, limits: ConfineLimits, waits = true): BoundProgram {
  const group = Group.make(limits);
  const { file, args, env } = front(program, group?.folders ?? [], waits);
  const stops: (() => void)[] = [];
  return {
    file,
    args,
    env,
    watch(pid, folders, over) {
      const struck = (): string | null => group?.struck() ?? null;
      const counts = { processes: group?.holds('pids') !== true, memory: group?.holds('memory') !== true, struck };
      stops.push(watchOver(pid, limits, over, folders, counts));
    },
    struck: () => group?.struck() ?? null,
    kill: () => group?.kill(),
    async end() {
      for (const stop of stops) stop();
      await group?.end();
    },
  };
}

/** What the system refuses at once, before there is a process (execve(2)), and what whoever asked for it can do. */
const HINTS: Readonly<Record<string, string>> = {
  E2BIG: 'write what is long to a file first: one word of a command takes 128 KiB',
  ERR_INVALID_ARG_VALUE: 'leave out the byte 0',
};

/** Starts it; where that is refused at once, its group goes too. @param start throws as `spawn` does. */
export function begun<T>(program: BoundProgram, start: () => T): T | ConfineFault {
  try {
    return start();
  } catch (error) {
    void program.end().catch(() => undefined);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const said = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      why: `it cannot be started: ${said.slice(0, 200)}`,
      hint: HINTS[code] ?? 'look at what this machine has left',
    };
  }
}

function front(program: PlainProgram, folders: readonly string[], waits: boolean): PlainProgram {
  const { env } = program;
  const [shell, nice] = [findTool('sh'), findTool('nice')];
  if (process.platform !== 'linux' || shell === undefined) return program;
  const later = nice === undefined || !waits ? [] : [nice, '-n', NICE];
  const args = ['-c', JOIN, 'castellan', String(folders.length), ...folders, ...later, program.file, ...program.args];
  return { file: shell, args, env: env satisfies ChildEnvironment };
}
