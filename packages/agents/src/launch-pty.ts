// Starts a program in a terminal of its own, so that what it shows can be watched. As `launch`: no shell, a listed
// environment, no file but its terminal. The library adds PWD, which is the folder it starts in.
import { constants } from 'node:os';
import type { Program } from './launch.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Pty {
  /** Its exit code, when it has ended and all it showed was told. */
  readonly ended: Promise<number>;
  onOutput(listener: (text: string) => void): void;
  write(text: string): void;
  resize(size: Size): void;
  signal(name: NodeJS.Signals): void;
  /** Reads nothing until `resume`: the program waits in its next write. */
  pause(): void;
  resume(): void;
}

export type PtyStarted =
  | { readonly kind: 'started'; readonly pty: Pty }
  /** There is no such library for this machine, or it gave no terminal. */
  | { readonly kind: 'none'; readonly why: string };

export async function startInPty(program: Program, { columns, rows }: Size): Promise<PtyStarted> {
  try {
    const library = await import('@lydell/node-pty');
    const started = library.spawn(program.file, [...program.args], {
      name: program.env.TERM ?? 'xterm-256color',
      cwd: program.cwd,
      cols: columns,
      rows,
      env: program.env,
    });
    program.started?.(started.pid);
    const ended = new Promise<number>((resolve) => {
      started.onExit(({ exitCode, signal }) => resolve(signal ? 128 + signal : exitCode));
    });
    const pty: Pty = {
      ended,
      onOutput: (listener) => void started.onData(listener),
      write: (text) => started.write(text),
      resize: (size) => {
        try {
          started.resize(size.columns, size.rows);
        } catch {
          // It has just ended: there is nothing to resize.
        }
      },
      // Its whole group, as a terminal does; it leads one.
      signal: (name) => {
        try {
          process.kill(-started.pid, constants.signals[name]);
        } catch {
          // It has just ended.
        }
      },
      pause: () => started.pause(),
      resume: () => started.resume(),
    };
    return { kind: 'started', pty };
  } catch (error) {
    return { kind: 'none', why: error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown' };
  }
}
