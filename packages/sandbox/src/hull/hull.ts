// What is put around a child, from the strongest to the weakest. Each hull is a command line; which of them hold here is found out by
// starting a child in it.
import type { Program } from './program.ts';
import { findTool } from './tools.ts';

/** How much a child may hold. */
export interface ChildMemory {
  /** Of V8's old generation, in MiB. */
  readonly heapMiB: number;
  /** Of everything it can write to, in bytes. */
  readonly dataBytes: number;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** To be given on descriptor 5. */
  readonly filter: Buffer | undefined;
  /** Whom it is started as, and in which group; without one, as whoever starts it. */
  readonly user?: number;
}

export interface Hull {
  /** In words: `bubblewrap`, `limits only`. */
  readonly words: string;
  /** @param inner what runs inside, with its arguments */
  command(program: Program, memory: ChildMemory, inner: readonly string[]): Command;
  /** What is only known once the child runs: its process id. */
  readonly settle?: ((pid: number) => Promise<void>) | undefined;
}

/** Longest that a child may use a processor, in seconds: when nobody is left who kills it, this does. */
const CPU_SECONDS = 330;

/** No files written, no cores, few descriptors. */
export function prlimit(memory: ChildMemory, inner: readonly string[]): readonly string[] {
  const tool = findTool('prlimit');
  if (tool === undefined) return shellLimits(inner);
  const limits = [`--data=${memory.dataBytes}`, '--nofile=32', '--core=0', '--fsize=0', `--cpu=${CPU_SECONDS}`];
  return [tool, ...limits, '--', ...inner];
}

/** The same where there is no `prlimit`, as far as a shell can. A system without a limit of one kind goes on without it. */
export function shellLimits(inner: readonly string[]): readonly string[] {
  const script = `ulimit -c 0; ulimit -f 0; ulimit -n 32; ulimit -t ${CPU_SECONDS}; exec "$@"`;
  return ['/bin/sh', '-c', script, 'sh', ...inner];
}

export function commandOf([file, ...args]: readonly string[], filter?: Buffer): Command {
  if (file === undefined) throw new TypeError('a command has a program');
  return { file, args, filter };
}
