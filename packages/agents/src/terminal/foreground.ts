// Runs a program in a terminal of its own and joins it to the one a person sits at: bytes both ways, size, signals,
// suspension, exit code. INVARIANT: however it ends, ours too, the person's terminal is as it was.
import { StringDecoder } from 'node:string_decoder';
import type { Program } from '../launch.ts';
import { type Pty, type Size, startInPty } from '../launch-pty.ts';
import { HostLink, type LinkOptions } from './host-link.ts';
import { TerminalModes } from './modes.ts';

export type Foreground =
  | { readonly kind: 'ended'; readonly code: number }
  /** Nothing was started: there is no terminal to start it in. */
  | { readonly kind: 'none'; readonly why: string };

/** Ctrl-Z alone, as terminals send it now and as they do with another keyboard. */
const SUSPEND: ReadonlySet<string> = new Set(['\u001a', '\u001b[122;5u']);
/** Long enough for the signal that stops us to have done so. */
const STOPPED_MS = 50;
/** Long enough for a program to have looked at its size. */
const NOTICED_MS = 100;
const PASSED_ON = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'] as const;

const within = (value: number | undefined, otherwise: number): number =>
  Math.min(1000, Math.max(2, value === undefined || value === 0 ? otherwise : value));
function rawMode(on: boolean): void {
  try {
    process.stdin.setRawMode(on);
  } catch {
    // It was closed meanwhile: there is nothing to set.
  }
}
const sizeNow = (): Size => ({ columns: within(process.stdout.columns, 80), rows: within(process.stdout.rows, 24) });

class Joined {
  readonly #pty: Pty;
  readonly #link: HostLink;
  readonly #modes = new TerminalModes();
  readonly #decoder = new StringDecoder('utf8');
  readonly #undo: (() => void)[] = [];

  constructor(pty: Pty, watched: Omit<LinkOptions, 'size' | 'onInput'>) {
    this.#pty = pty;
    this.#link = new HostLink({ ...watched, size: sizeNow, onInput: (text) => pty.write(text) });
  }

  async run(): Promise<number> {
    const { stdout } = process;
    this.#join();
    this.#pty.onOutput((text) => {
      this.#modes.see(text);
      this.#link.output(text);
      if (stdout.write(text)) return;
      this.#pty.pause();
      stdout.once('drain', () => this.#pty.resume());
    });
    rawMode(true);
    const code = await this.#pty.ended;
    this.#part();
    await this.#link.end(code);
    return code;
  }

  #join(): void {
    const { stdin, stdout } = process;
    const onInput = (bytes: Buffer): void => {
      const text = this.#decoder.write(bytes);
      if (SUSPEND.has(text)) this.#suspend();
      else if (text !== '') this.#pty.write(text);
    };
    const onResize = (): void => {
      this.#pty.resize(sizeNow());
      this.#link.resized();
    };
    // A terminal that was closed: the signal that says so goes to the agent, which ends as it likes.
    const onGone = (): void => {};
    // Also when we fail ourselves: `exit` comes in any case.
    const onExit = (): void => this.#part();
    stdin.on('data', onInput).on('error', onGone);
    stdout.on('resize', onResize).on('error', onGone);
    process.on('exit', onExit);
    this.#undo.push(
      () => stdin.off('data', onInput).pause(),
      () => stdout.off('resize', onResize),
      () => process.off('exit', onExit),
    );
    for (const name of PASSED_ON) {
      const onSignal = (): void => this.#pty.signal(name);
      process.on(name, onSignal);
      this.#undo.push(() => process.off(name, onSignal));
    }
  }

  #part(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#leave();
  }

  /** The person's terminal as it was: a program that was killed has switched nothing off. */
  #leave(): void {
    if (this.#modes.isChanged) process.stdout.write(this.#modes.undo());
    rawMode(false);
  }

  /** As the shell expects of what it started; the program itself waits once nobody takes what it shows. */
  #suspend(): void {
    this.#pty.pause();
    this.#leave();
    process.kill(0, 'SIGTSTP');
    setTimeout(() => {
      rawMode(true);
      process.stdout.write(this.#modes.redo());
      this.#pty.resume();
      this.#redraw();
    }, STOPPED_MS);
  }

  /** A program draws anew when it is told of another size, and believes it when it looks and finds one. */
  #redraw(): void {
    const { columns, rows } = sizeNow();
    this.#pty.resize({ columns, rows: Math.max(2, rows - 1) });
    setTimeout(() => this.#pty.resize(sizeNow()), NOTICED_MS);
  }
}

export async function runAtTerminal(
  program: Program,
  watched: Omit<LinkOptions, 'size' | 'onInput'>,
): Promise<Foreground> {
  const started = await startInPty(program, sizeNow());
  if (started.kind === 'none') return started;
  return { kind: 'ended', code: await new Joined(started.pty, watched).run() };
}
