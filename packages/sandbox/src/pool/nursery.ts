// Where children come from: some wait, the others are started when they are wanted, each in the strongest hull that holds here.
import type { ScriptError } from '@castellan/contract';
import { bubblewrap } from '../hull/bubblewrap.ts';
import type { ChildMemory, Hull } from '../hull/hull.ts';
import { limitsOnly } from '../hull/limits-only.ts';
import { ownProgram, type Program } from '../hull/program.ts';
import { Child, type Ending } from './child.ts';
import { errorOf, errorOfEnding } from './ending.ts';

export interface NurseryOptions {
  /** Children that wait for a run, once there was a first one. */
  readonly warm: number;
  /** `limits only`: as where there are no namespaces. Without it, the strongest that holds. */
  readonly isolation?: 'strongest' | 'limits only';
  /** Another program for the children than the pool's own: for tests that play a hostile one. */
  readonly program?: string;
}

const MiB = 2 ** 20;
/** What most programs may have; children that wait are made for these. */
const COMMON_MIB = 64;
/** Of the heap, for the interpreter itself and the tree of the program. */
const INTERPRETER_MIB = 48;
/** What Node reserves before it runs anything, most of it room for machine code that is never used; and buffers outside of the heap. */
const RESERVED_MIB = 640;
/** One that takes longer to begin is not going to. */
const START_MS = 30_000;
/** A hull is given up when it failed so often in a row. */
const ATTEMPTS = 2;
const REFILL_MS = 20;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 60_000;

/** What a child needs to hold for a program that may allocate so much. */
export function memoryFor(memoryBytes: number): ChildMemory {
  const programMiB = Math.max(COMMON_MIB, Math.ceil(memoryBytes / MiB));
  const heapMiB = programMiB + INTERPRETER_MIB;
  return { heapMiB, dataBytes: (RESERVED_MIB + heapMiB + programMiB) * MiB };
}

export class Nursery {
  isolation = 'not known before a child was started';
  private readonly options: NurseryOptions;
  private made: Program | undefined;
  private hulls: Promise<Hull[]> | undefined;
  /** A child in the first hull has been ready: it holds here. */
  private isProven = false;
  private readonly alive = new Set<Child>();
  private waiting: Child[] = [];
  private starting = 0;
  private pauseMs = 0;
  private pause: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(options: NurseryOptions) {
    this.options = options;
  }

  /** Looked for when it is first wanted: whoever runs no script pays for none. */
  private get program(): Program {
    if (this.made !== undefined) return this.made;
    const node = process.execPath;
    const { program } = this.options;
    this.made = program === undefined ? ownProgram(node) : { node, entry: program, reads: [program] };
    return this.made;
  }

  /** A child that waits for something to do. It is the caller's, who kills it. */
  async take(memory: ChildMemory, signal: AbortSignal): Promise<Child | ScriptError> {
    const common = memoryFor(0);
    const waiting = memory.heapMiB === common.heapMiB ? this.waiting.shift() : undefined;
    // The one that is wanted first, then the next: starting one takes what a short run needs for itself.
    setTimeout(() => this.fill(), REFILL_MS).unref();
    const child = waiting ?? (await this.start(memory, []));
    if ('code' in child) return child;
    if (!signal.aborted && !this.isClosed) return child;
    child.kill();
    return errorOf('cancelled', 'the run was cancelled');
  }

  /** Starts as many as should wait. */
  fill(): void {
    if (this.pause !== undefined) return;
    while (!this.isClosed && this.waiting.length + this.starting < this.options.warm) {
      this.starting += 1;
      void this.start(memoryFor(0), ['warm']).then((child) => {
        this.starting -= 1;
        if ('code' in child) this.rest();
        else if (this.isClosed) child.kill();
        else this.waiting.push(child);
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.pause);
    const all = [...this.alive];
    for (const child of all) child.kill();
    await Promise.all(all.map((child) => child.ended));
  }

  /** Where children cannot be started, it is tried again later, and then later still. */
  private rest(): void {
    if (this.pause !== undefined || this.isClosed) return;
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, 2 * this.pauseMs));
    this.pause = setTimeout(() => {
      this.pause = undefined;
      this.fill();
    }, this.pauseMs);
  }

  private async start(memory: ChildMemory, words: readonly string[]): Promise<Child | ScriptError> {
    this.hulls ??= hullsHere(this.program.node, this.options);
    const hulls = await this.hulls;
    for (let attempt = 1; ; attempt += 1) {
      const [hull] = hulls;
      if (this.isClosed || hull === undefined) return errorOf('failed', 'there is no way to start a child');
      const started = await this.startIn(hull, memory, words);
      if (started instanceof Child) {
        if (!hulls.includes(hull)) hulls.unshift(hull);
        return started;
      }
      // Another start has found out meanwhile.
      if (hulls[0] !== hull) continue;
      // INVARIANT: a hull that held once is never exchanged for a weaker one: whoever fills the machine for a moment gains nothing.
      if (this.isProven || started.kind === 'not-started') return errorOfEnding(started);
      if (hulls.length === 1) return neverHeld(hull, started);
      if (attempt % ATTEMPTS === 0) hulls.shift();
    }
  }

  private async startIn(hull: Hull, memory: ChildMemory, words: readonly string[]): Promise<Child | Ending> {
    const child = new Child({ program: this.program, hull, memory, words });
    this.alive.add(child);
    void child.ended.then(() => {
      this.alive.delete(child);
      if (!this.waiting.includes(child)) return;
      this.waiting = this.waiting.filter((each) => each !== child);
      this.rest();
    });
    const timer = setTimeout(() => child.kill(), START_MS);
    const isReady = await child.ready;
    clearTimeout(timer);
    if (!isReady) return child.ended;
    this.isProven = true;
    this.pauseMs = 0;
    this.isolation = hull.words;
    return child;
  }
}

/** Nothing holds here: whoever set this machine up reads what it takes. */
function neverHeld({ words }: Hull, ending: Ending): ScriptError {
  const { code, message } = errorOfEnding(ending);
  const asNobody = words.includes('nobody') ? ', or let user 65534 read Node and Castellan' : '';
  return errorOf(code, `${message} (${words})`, `install bubblewrap${asNobody}`);
}

async function hullsHere(node: string, { isolation }: NurseryOptions): Promise<Hull[]> {
  const weaker = limitsOnly(process.getuid?.() === 0);
  if (isolation === 'limits only') return [weaker];
  const strongest = await bubblewrap(node);
  return strongest === undefined ? [weaker] : [strongest, weaker];
}
