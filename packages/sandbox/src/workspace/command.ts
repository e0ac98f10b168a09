// One command: started inside of walls of its own, heard, ended with everything it started. INVARIANT: what ends it ends all of it: its
// processes are a space of their own, which is gone when the first of them is; no input, no terminal, no start-up file,
// no descriptor of ours.
import { type ChildProcess, spawn } from 'node:child_process';
import type { ConfineLimits } from '../confine/spec.ts';
import type { BoundProgram } from '../limits/bound.ts';
import { Output } from './output.ts';

export type CommandEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'ended'; readonly why: string };

/** Descriptors that came along are closed and limits set before anything of the command is read. */
const PRELUDE = (limits: ConfineLimits, loopback: boolean): string =>
  [
    'exec 2>&1',
    // What listens on this machine is reached by the way out as well, where that was decided and a person listed it.
    ...(loopback ? ['unset NO_PROXY no_proxy'] : []),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash fills this place in
    'for f in /proc/self/fd/*; do f=${f##*/}; case $f in 0|1|2|*[!0-9]*) ;; *) eval "exec $f>&-" 2>/dev/null;; esac; done; unset f',
    'ulimit -c 0',
    `ulimit -u ${limits.processes} 2>/dev/null`,
    `ulimit -f ${Math.floor(limits.fileBytes / 1024)}`,
    `ulimit -d ${Math.floor(limits.memoryBytes / 1024)} 2>/dev/null`,
    'exec "$0" --norc --noprofile -c "$1"',
  ].join('\n');

/** What bash is told for a command of the agent's. */
export const shellWords = (
  bash: string,
  command: string,
  limits: ConfineLimits,
  loopback: boolean,
): readonly string[] => [bash, '--norc', '--noprofile', '-c', PRELUDE(limits, loopback), bash, command];

export class RunningCommand {
  readonly output = new Output();
  readonly ended: Promise<CommandEnd>;
  /** How it ended, once it has. */
  end: CommandEnd | null = null;
  readonly #process: ChildProcess;
  readonly #program: BoundProgram;
  #why: string | null = null;

  /** @param folders what it writes to: their disks are not filled. @throws Error as `spawn`: see `begun`. */
  constructor(program: BoundProgram, cwd: string, folders: readonly string[]) {
    const { file, args } = program;
    this.#program = program;
    this.#process = spawn(file, args, {
      cwd,
      env: program.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = this.#process;
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.output.add(chunk));
      stream?.on('error', () => undefined);
    }
    if (pid !== undefined) program.watch(pid, folders, (why) => this.stop(why));
    this.ended = new Promise<CommandEnd>((resolve) => {
      this.#process.once('error', (error) =>
        resolve({ kind: 'ended', why: `it could not be started: ${error.message}` }),
      );
      // All that it said has come by then.
      this.#process.once('close', (code, signal) => resolve(this.#endOf(code, signal)));
    }).then(async (said) => {
      const struck = program.struck();
      await program.end();
      this.output.end();
      // It may have ended of its limit before anybody looked.
      const end: CommandEnd = said.kind !== 'ended' && struck !== null ? { kind: 'ended', why: struck } : said;
      this.end = end;
      return end;
    });
  }

  /** Ends all of it, now. */
  stop(why: string): void {
    if (this.end !== null) return;
    this.#why ??= why;
    const { pid } = this.#process;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
    this.#program.kill();
  }

  #endOf(code: number | null, signal: string | null): CommandEnd {
    if (this.#why !== null) return { kind: 'ended', why: this.#why };
    if (code !== null)
      return code > 128 && code < 160
        ? { kind: 'signalled', signal: `signal ${code - 128}` }
        : { kind: 'exited', code };
    return { kind: 'signalled', signal: signal ?? 'a signal' };
  }
}
