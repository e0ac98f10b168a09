// A control group of one program: what it and all that it starts may have together, in processes and memory, and that it waits for
// others when the machine is busy. INVARIANT: nobody inside can leave it or change it, for its files are not there; what ends it ends
// everything in it, whatever became of sessions, groups and parents.
import { accessSync, constants, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfineLimits } from '../confine/spec.ts';
import { type Controller, type GroupFiles, type GroupPlace, groupPlaces } from './places.ts';

const FILES: GroupFiles = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return null;
    }
  },
  canWrite(path) {
    try {
      accessSync(path, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
  write(path, text) {
    try {
      writeFileSync(path, text);
      return true;
    } catch {
      return false;
    }
  },
};

/** What stands in front of the program: bubblewrap twice, the helper that carries its connections. */
const OF_OURS = 8;
/** Where the machine is busy it has half of what anybody else has. */
const SHARE = { 1: '512', 2: '50' } as const;

interface Setting {
  readonly file: string;
  readonly value: string;
  /** Not there on every kernel. */
  readonly optional?: true;
}

const settings = ({
  processes,
  memoryBytes,
}: ConfineLimits): Record<1 | 2, Record<Controller, readonly Setting[]>> => ({
  1: {
    pids: [{ file: 'pids.max', value: String(processes + OF_OURS) }],
    memory: [
      { file: 'memory.limit_in_bytes', value: String(memoryBytes) },
      { file: 'memory.memsw.limit_in_bytes', value: String(memoryBytes), optional: true },
    ],
    cpu: [{ file: 'cpu.shares', value: SHARE[1] }],
  },
  2: {
    pids: [{ file: 'pids.max', value: String(processes + OF_OURS) }],
    memory: [
      { file: 'memory.max', value: String(memoryBytes) },
      { file: 'memory.swap.max', value: '0', optional: true },
    ],
    cpu: [{ file: 'cpu.weight', value: SHARE[2] }],
  },
});

const NAME = /^castellan-(\d+)-\d+$/;
let last = 0;

/** Of a process that was killed: a group that holds nobody can be removed by anybody, one that holds somebody by nobody. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid] = NAME.exec(name) ?? [];
    if (pid === undefined || isThere(Number(pid))) continue;
    try {
      rmdirSync(join(folder, name));
    } catch {
      // Somebody is in it.
    }
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

interface Made {
  readonly version: 1 | 2;
  readonly folder: string;
  readonly controls: readonly Controller[];
}

/** null: it cannot be limited here, and nothing was made. */
function madeIn({ version, folder, controls }: GroupPlace, name: string, limits: ConfineLimits): Made | null {
  const made = join(folder, name);
  try {
    sweep(folder);
    mkdirSync(made);
  } catch {
    return null;
  }
  const set = settings(limits)[version];
  const held = controls.filter((control) =>
    set[control].every(({ file, value, optional }) => FILES.write(join(made, file), value) || optional === true),
  );
  if (held.length > 0) return { version, folder: made, controls: held };
  remove(made);
  return null;
}

function remove(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const ROUNDS = 200;
const PAUSE_MS = 25;

export class Group {
  readonly #made: readonly Made[];
  readonly #limits: ConfineLimits;

  private constructor(made: readonly Made[], limits: ConfineLimits) {
    this.#made = made;
    this.#limits = limits;
  }

  /** null: this machine lets us make none. */
  static make(limits: ConfineLimits): Group | null {
    if (process.platform !== 'linux') return null;
    const [mounts, own] = [FILES.read('/proc/self/mountinfo'), FILES.read('/proc/self/cgroup')];
    if (mounts === null || own === null) return null;
    last += 1;
    const name = `castellan-${process.pid}-${last}`;
    const made = groupPlaces(mounts, own, FILES).flatMap((place) => madeIn(place, name, limits) ?? []);
    return made.length === 0 ? null : new Group(made, limits);
  }

  /** Folders of it: whoever writes himself into `cgroup.procs` of each is in it. */
  get folders(): readonly string[] {
    return this.#made.map(({ folder }) => folder);
  }

  holds(controller: Controller): boolean {
    return this.#made.some(({ controls }) => controls.includes(controller));
  }

  /** Which limit it ran into, in words; null: none. */
  struck(): string | null {
    const { processes, memoryBytes } = this.#limits;
    for (const { version, folder } of this.#made) {
      const pids = FILES.read(join(folder, 'pids.events'));
      const memory = FILES.read(join(folder, version === 1 ? 'memory.oom_control' : 'memory.events'));
      if (/^oom_kill [1-9]/m.test(memory ?? ''))
        return `it took more than ${Math.round(memoryBytes / 1_048_576)} MiB of memory`;
      if (/^max [1-9]/m.test(pids ?? '')) return `it started more than ${processes} processes`;
    }
    return null;
  }

  /** Ends everything in it, now. What is being started just then is ended by `end`. */
  kill(): void {
    for (const { folder, controls } of this.#made) {
      // From here on nothing in it starts anything.
      if (controls.includes('pids')) FILES.write(join(folder, 'pids.max'), '0');
      FILES.write(join(folder, 'cgroup.kill'), '1');
      for (const pid of pidsIn(folder)) end(pid);
    }
  }

  /** Ends everything in it and removes it. What the kernel does not let go in time is removed by the next that is made. */
  async end(): Promise<void> {
    for (let round = 0; round < ROUNDS; round += 1) {
      this.kill();
      const left = this.#made.filter(({ folder }) => !remove(folder));
      if (left.length === 0) return;
      await pause(PAUSE_MS);
    }
  }
}

const pidsIn = (folder: string): readonly number[] =>
  (FILES.read(join(folder, 'cgroup.procs')) ?? '')
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
