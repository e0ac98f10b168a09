// Every process of this machine as /proc shows it, looked at again and again. Linux only. RULE: what is read while everything
// else waits is made by the kernel alone; a process can keep whoever reads its own memory (arguments, environment) waiting for
// ever, so that this is read aside, one at a time, and given up.
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { parseStat, TICKS_A_SECOND } from './stat-line.ts';

export interface SeenProcess {
  readonly pid: number;
  /** Of the process that started it, as it was when it was first seen. */
  readonly parent: number;
  /** Of the processes that began its group and its session, as they were then too. No other process gets these numbers meanwhile. */
  readonly group: number;
  readonly session: number;
  /** On the clock that was given, within some hundredths of a second. */
  readonly startedAt: number;
  /** At most 15 characters, its own choice. */
  readonly name: string;
}

export interface ProcessAbout {
  /** The program; null: it is not ours to see. */
  readonly exe: string | null;
  readonly args: readonly string[];
  readonly cwd: string | null;
}

export interface ProcessLook {
  readonly all: ReadonlyMap<number, SeenProcess>;
  /** New since the last look, or young and another program by now. Those that started others come before them. */
  readonly fresh: readonly SeenProcess[];
  /** Milliseconds in which nothing else went on. */
  readonly took: number;
}

export interface TableOptions {
  /** `/proc`; another one in tests. */
  readonly root?: string;
  /** Milliseconds of a clock nobody can set. */
  readonly monotonic: () => number;
  /** Runs `action` once after `ms`; the returned function cancels it. */
  readonly after: (ms: number, action: () => void) => () => void;
}

/** So long one program may still become another: shells and launchers do so at once. */
const YOUNG_MS = 3000;
/** Nobody who lets himself be looked at takes so long. */
const PATIENCE_MS = 500;
const AT_ONCE_MS = 5;
const MOST_TRIES = 4;
const LONGEST_TEXT = 64 * 1024;

const parts = (text: string): readonly string[] =>
  text === '' ? [] : text.slice(0, LONGEST_TEXT).replace(/\0$/, '').split('\0');

/** All processes, as one look after the other finds them. */
export class ProcessTable {
  readonly #root: string;
  readonly #options: TableOptions;
  #known: Map<number, SeenProcess & { readonly ticks: number }> = new Map();
  /** A process that keeps us waiting: until it lets go nothing more is read from the memory of any. */
  #isStuck = false;

  constructor(options: TableOptions) {
    this.#options = options;
    this.#root = options.root ?? '/proc';
  }

  /** @throws what the system throws where there is no such folder. */
  look(): ProcessLook {
    const { now, uptime } = this.#clocks();
    const known = this.#known;
    const all: typeof known = new Map();
    const fresh: SeenProcess[] = [];
    for (const name of readdirSync(this.#root)) {
      const pid = Number(name);
      if (!Number.isSafeInteger(pid)) continue;
      const before = known.get(pid);
      if (before !== undefined && now - before.startedAt > YOUNG_MS) {
        all.set(pid, before);
        continue;
      }
      const stat = this.#stat(pid);
      if (stat === null || stat.isOver) continue;
      if (before?.ticks === stat.ticks && before.name === stat.name) {
        all.set(pid, before);
        continue;
      }
      // Whoever started it is who did so at first: it is another one's when that one has ended.
      const { parent, group, session } = before?.ticks === stat.ticks ? before : stat;
      const startedAt = now - (uptime - (stat.ticks / TICKS_A_SECOND) * 1000);
      const seen = { pid, parent, group, session, startedAt, name: stat.name, ticks: stat.ticks };
      all.set(pid, seen);
      fresh.push(seen);
    }
    this.#known = all;
    fresh.sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid);
    return { all, fresh, took: this.#options.monotonic() - now };
  }

  /** What it is called now; null: it has ended, or another one has its number. */
  nameNow({ pid }: SeenProcess): string | null {
    const stat = this.#stat(pid);
    const known = this.#known.get(pid);
    return stat === null || stat.isOver || known?.ticks !== stat.ticks ? null : stat.name;
  }

  /** Null: it has ended. What it does not let us see is empty. */
  async about(pid: number): Promise<ProcessAbout | null> {
    const folder = `${this.#root}/${pid}`;
    const [exe, cwd] = await Promise.all([
      readlink(`${folder}/exe`).catch(() => null),
      readlink(`${folder}/cwd`).catch(() => null),
    ]);
    const args = await this.#memory(`${folder}/cmdline`);
    if (args === null && this.#stat(pid) === null) return null;
    return { exe: exe?.replace(/ \(deleted\)$/, '') ?? null, args: parts(args ?? ''), cwd };
  }

  /** Empty where it is not ours to see. */
  async environment(pid: number): Promise<{ readonly [name: string]: string }> {
    const text = (await this.#memory(`${this.#root}/${pid}/environ`)) ?? '';
    return Object.fromEntries(
      parts(text).flatMap((pair) => {
        const at = pair.indexOf('=');
        return at < 1 ? [] : [[pair.slice(0, at), pair.slice(at + 1)]];
      }),
    );
  }

  /** Both clocks at one moment: on a busy machine much may lie between two lines. */
  #clocks(): { readonly now: number; readonly uptime: number } {
    for (let tries = 1; ; tries += 1) {
      const now = this.#options.monotonic();
      const uptime = Number.parseFloat(readFileSync(`${this.#root}/uptime`, 'latin1')) * 1000;
      if (tries === MOST_TRIES || this.#options.monotonic() - now < AT_ONCE_MS) return { now, uptime };
    }
  }

  #stat(pid: number): ReturnType<typeof parseStat> {
    try {
      return parseStat(readFileSync(`${this.#root}/${pid}/stat`, 'latin1'));
    } catch {
      return null;
    }
  }

  async #memory(path: string): Promise<string | null> {
    if (this.#isStuck) return null;
    const given = Promise.withResolvers<null>();
    const cancel = this.#options.after(PATIENCE_MS, () => {
      this.#isStuck = true;
      given.resolve(null);
    });
    const read = readFile(path, 'utf8').catch(() => null);
    void read.then(() => {
      this.#isStuck = false;
    });
    const text = await Promise.race([read, given.promise]);
    cancel();
    return text;
  }
}
