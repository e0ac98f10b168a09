// Everything the command touches outside itself, as one argument: bin/castellan.mjs makes the real one, tests another.
import { isAbsolute, join, resolve } from 'node:path';

export interface Clock {
  now(): number;
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs until the returned function is called. */
  every(ms: number, run: () => void): () => void;
}

export interface World {
  /** Without the interpreter and the program. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The user's home folder. */
  readonly userHome: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly clock: Clock;
  /** Bytes nobody can guess. */
  readonly random: (bytes: number) => Uint8Array;
}

/** The one folder everything lies under. */
export function stateFolder({ env, cwd, userHome }: Pick<World, 'env' | 'cwd' | 'userHome'>): string {
  const chosen = env.CASTELLAN_HOME;
  if (chosen === undefined || chosen === '') return join(userHome, '.config', 'castellan');
  return isAbsolute(chosen) ? chosen : resolve(cwd, chosen);
}

/** Whether a person sits at both ends: only then may a question be asked. */
export const isInteractive = (world: World): boolean => world.stdin.isTTY === true && world.stdout.isTTY === true;
