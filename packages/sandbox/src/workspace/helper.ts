// The helper of a session, as seen from outside: asked one thing, waited for no longer than it may take, started again when it is gone.
// INVARIANT: nothing it says is believed beyond text and pictures, and whatever it does it ends with its deadline.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { JsonObject } from '@castellan/contract';
import { FrameReader, frameOf } from '../frames.ts';
import type { BoundProgram } from '../limits/bound.ts';
import { type FileAnswer, type FileRequest, MAX_FRAME, parseAnswer, textAnswer } from './types.ts';

const DEADLINE_MS = 30_000;
/** Node itself starts in it. */
const START_MS = 60_000;
/** Nobody used it for this long: the next use starts another. */
const IDLE_MS = 10 * 60_000;

/** What Node is told: a linear engine for patterns, which is fallen back on as soon as the usual one begins to backtrack. */
export const HELPER_FLAGS: readonly string[] = [
  ...['--disallow-code-generation-from-strings', '--disable-sigusr1', '--no-warnings', '--max-old-space-size=512'],
  ...['--enable-experimental-regexp-engine', '--enable-experimental-regexp-engine-on-excessive-backtracks'],
];

interface Waiting {
  readonly tell: (answer: FileAnswer | null) => void;
}

export class Helper {
  readonly #process: ChildProcess;
  readonly #reader = new FrameReader(MAX_FRAME);
  readonly #waiting = new Map<number, Waiting>();
  readonly #input: Writable | null;
  #last = 0;
  #idle: NodeJS.Timeout | undefined;
  #isOver = false;
  readonly ended: Promise<void>;
  readonly #ready: Promise<boolean>;

  constructor(program: BoundProgram, cwd: string) {
    const { file, args } = program;
    this.#process = spawn(file, args, { cwd, env: program.env, detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    const { stdin: input, stdout: output } = this.#process;
    this.#input = input;
    for (const pipe of [input, output]) pipe?.on('error', () => undefined);
    this.#ready = new Promise((resolve) => this.#waiting.set(0, { tell: (answer) => resolve(answer !== null) }));
    const timer = setTimeout(() => this.close(), START_MS);
    void this.#ready.then(() => clearTimeout(timer));
    output?.on('data', (chunk: Buffer) => this.#hear(chunk));
    this.ended = new Promise<void>((resolve) => {
      this.#process.once('error', () => resolve());
      this.#process.once('exit', () => resolve());
    }).then(async () => {
      this.close();
      await program.end();
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  async ask(asked: Omit<FileRequest, 'id'>, signal: AbortSignal): Promise<JsonObject> {
    if (!(await this.#ready) || this.#isOver)
      return textAnswer('the helper inside the walls could not be started: try again', true);
    this.#last += 1;
    clearTimeout(this.#idle);
    const id = this.#last;
    const stop = new AbortController();
    const answer = await new Promise<FileAnswer | 'late' | 'cancelled' | null>((resolve) => {
      const timer = setTimeout(() => resolve('late'), DEADLINE_MS);
      const settle = (said: FileAnswer | 'cancelled' | null): void => {
        clearTimeout(timer);
        resolve(said);
      };
      signal.addEventListener('abort', () => settle('cancelled'), { once: true, signal: stop.signal });
      this.#waiting.set(id, { tell: settle });
      if (signal.aborted) settle('cancelled');
      else this.#input?.write(frameOf({ ...asked, id }));
    });
    stop.abort();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#rest(), IDLE_MS).unref();
    if (answer === 'cancelled') {
      // Others may wait for it: what it says of this one is let go.
      this.#waiting.set(id, { tell: () => undefined });
      return textAnswer('cancelled', true);
    }
    if (answer === 'late') {
      this.close();
      return textAnswer(`it took longer than ${DEADLINE_MS / 1000} s: name a smaller part`, true);
    }
    if (answer === null) return textAnswer('the helper inside the walls ended: try again', true);
    return { content: [...answer.content], ...(!answer.ok && { isError: true }) };
  }

  #rest(): void {
    if (this.#waiting.size === 0) this.close();
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#idle);
    for (const { tell } of this.#waiting.values()) tell(null);
    this.#input?.destroy();
    const { pid } = this.#process;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }

  #hear(chunk: Buffer): void {
    this.#reader.add(chunk);
    for (;;) {
      const frame = this.#reader.next();
      if (frame === 'wait') return;
      const answer = frame === 'too-long' ? undefined : parseAnswer(frame);
      const waiting = answer === undefined ? undefined : this.#waiting.get(answer.id);
      if (answer === undefined || waiting === undefined) {
        // It speaks out of turn: whoever is inside is not who was started.
        this.close();
        return;
      }
      this.#waiting.delete(answer.id);
      waiting.tell(answer);
    }
  }
}
