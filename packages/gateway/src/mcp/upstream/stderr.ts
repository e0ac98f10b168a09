// The last lines a server wrote to its standard error, without known secrets. INVARIANT: bounded in lines and in characters,
// whatever is written; and nothing is shown that stands so near to where it was cut that it may be a part of a secret.
import type { Readable } from 'node:stream';
import type { McpClock } from '../host.ts';
import { STDERR_CHARS, STDERR_LINES, STDERR_MARGIN, STDERR_UNCUT } from './limits.ts';
import { Pace } from './pace.ts';

export class StderrLines {
  readonly #hide: (text: string) => string;
  readonly #lines: string[] = [];
  #begun = '';

  constructor(hide: (text: string) => string) {
    this.#hide = hide;
  }

  /** A secret may lie across two lines: what is shown is looked through as a whole once more. */
  get latest(): readonly string[] {
    const all = this.#begun === '' ? this.#lines : [...this.#lines, this.#shown(this.#begun)];
    return all.length === 0 ? [] : this.#hide(all.join('\n')).split('\n');
  }

  /** Reads slowly what is much: the server waits in its next write, and nobody else does. */
  follow(stream: Readable, clock: McpClock): void {
    const pace = new Pace(() => clock.now());
    stream.setEncoding('utf8').on('data', (text: string) => {
      this.#take(text);
      pace.spend(text.length);
      if (pace.waitMs === 0) return;
      stream.pause();
      clock.after(pace.waitMs, () => void stream.resume());
    });
    stream.on('error', () => undefined);
  }

  #take(text: string): void {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    for (const [index, line] of lines.entries()) this.#keep(index === 0 ? this.#begun + line : line);
    this.#begun = (lines.length === 0 ? this.#begun + last : last).slice(0, STDERR_UNCUT);
  }

  #keep(line: string): void {
    const text = line.replace(/\r$/, '');
    if (text.trim() === '') return;
    this.#lines.push(this.#shown(text));
    if (this.#lines.length > STDERR_LINES) this.#lines.shift();
  }

  /** Hidden before it is cut: half a secret is not recognised. Hiding makes a text shorter, so the end goes whatever its place. */
  #shown(text: string): string {
    const hidden = this.#hide(text.slice(0, STDERR_UNCUT));
    const isCut = text.length >= STDERR_UNCUT;
    return hidden.slice(0, isCut ? Math.max(0, Math.min(STDERR_CHARS, hidden.length - STDERR_MARGIN)) : STDERR_CHARS);
  }
}
