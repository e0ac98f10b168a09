// One child process as its parent sees it: frames in, frames out, and how it ended. INVARIANT: nothing it says is believed before the
// strict parser has read it, nothing it writes is kept beyond one frame, and a kill is of its whole process group.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { type ChildMessage, childEnvironment, MAX_CHILD_FRAME_BYTES, parseChildMessage } from '@castellan/contract';
import { FrameReader, frameOf } from '../frames.ts';
import type { ChildMemory, Hull } from '../hull/hull.ts';
import type { Program } from '../hull/program.ts';

/** Frames read in one turn of the event loop: a child that writes as fast as it can does not keep others waiting. */
const FRAMES_A_TURN = 128;

export type Ending =
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly kind: 'not-started'; readonly message: string };

export interface ChildSettings {
  readonly program: Program;
  readonly hull: Hull;
  readonly memory: ChildMemory;
  /** What the child's program is told: whether it has time to warm up. */
  readonly words: readonly string[];
}

const FLAGS = [
  '--disallow-code-generation-from-strings',
  '--disable-sigusr1',
  '--no-warnings',
  '--max-semi-space-size=8',
];

function nodeCommand({ program, memory, words }: ChildSettings): readonly string[] {
  const reads = program.reads.map((path) => `--allow-fs-read=${path}`);
  const heap = `--max-old-space-size=${memory.heapMiB}`;
  return [program.node, ...FLAGS, heap, '--permission', ...reads, program.entry, ...words];
}

export class Child {
  /** Resolves when it is gone, and with it everything it started. */
  readonly ended: Promise<Ending>;
  /** Resolves when it waits for something to do, with true; with false when it will not. */
  readonly ready: Promise<boolean>;
  readonly hull: Hull;
  readonly memory: ChildMemory;
  readonly pid: number | undefined;
  /** What it says once it is ready, in order; `undefined`: what no child may say. Who listens first has to have given it something to do. */
  onMessage: ((message: ChildMessage | undefined) => void) | undefined;
  private readonly process: ChildProcess;
  private readonly reader = new FrameReader(MAX_CHILD_FRAME_BYTES);
  private readonly pipes: readonly Socket[];
  private readonly input: Socket;
  private readonly output: Socket;
  private isOver = false;
  private isReady = false;
  private tellReady: (isReady: boolean) => void = () => undefined;

  constructor(settings: ChildSettings) {
    this.hull = settings.hull;
    this.memory = settings.memory;
    const { file, args, filter, user } = settings.hull.command(
      settings.program,
      settings.memory,
      nodeCommand(settings),
    );
    const filtered = filter === undefined ? 'ignore' : 'pipe';
    this.process = spawn(file, args, {
      cwd: '/',
      // Nothing of ours.
      env: childEnvironment('bare', {}),
      // A process group of its own, so that all of it can be killed at once.
      detached: true,
      ...(user !== undefined && { uid: user, gid: user }),
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe', filtered],
    });
    this.pid = this.process.pid;
    this.ready = new Promise((resolve) => {
      this.tellReady = resolve;
    });
    this.pipes = (this.process.stdio as readonly (Socket | null)[]).slice(3).filter((pipe) => pipe !== null);
    const [input, output, filtering] = this.pipes;
    if (input === undefined || output === undefined) throw new TypeError('a child has two pipes');
    this.input = input;
    this.output = output;
    // Whoever writes to a child that is gone hears of it by `ended`.
    for (const pipe of this.pipes) pipe.on('error', () => undefined);
    if (filter !== undefined) filtering?.end(filter);
    this.ended = new Promise((resolve) => {
      this.process.once('error', (error) => resolve({ kind: 'not-started', message: error.message }));
      this.process.once('exit', (code, signal) => resolve({ kind: 'exited', code, signal }));
    }).then((ending) => {
      this.close();
      return ending as Ending;
    });
    this.output.on('data', (chunk: Buffer) => {
      this.reader.add(chunk);
      this.read();
    });
  }

  say(message: unknown): void {
    if (!this.isOver) this.input.write(frameOf(message));
  }

  /** Ends it, whatever it is doing. Nothing that it said is heard after this. */
  kill(): void {
    this.close();
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }

  private close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.tellReady(false);
    for (const pipe of this.pipes) pipe.destroy();
  }

  private read(): void {
    for (let count = 0; count < FRAMES_A_TURN; count += 1) {
      if (this.isOver) return;
      const frame = this.reader.next();
      if (frame === 'wait') {
        this.output.resume();
        return;
      }
      this.hear(frame === 'too-long' ? undefined : parseChildMessage(frame));
      if (frame === 'too-long') return;
    }
    this.output.pause();
    setImmediate(() => this.read());
  }

  /** First that it is ready, once; then what it says in answer. A child that speaks when nobody listens is killed. */
  private hear(message: ChildMessage | undefined): void {
    const isReady = message?.kind === 'ready';
    if (isReady && !this.isReady) {
      this.isReady = true;
      void this.settle();
    } else if (this.onMessage === undefined) this.kill();
    else this.onMessage(isReady ? undefined : message);
  }

  private async settle(): Promise<void> {
    try {
      if (this.pid !== undefined) await this.hull.settle?.(this.pid);
      this.tellReady(true);
    } catch {
      this.kill();
    }
  }
}
