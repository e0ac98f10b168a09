// What a command said: its beginning and its end, however much lies between. INVARIANT: bounded, whatever it writes; a character is
// never shown in halves, nor is a word at the cut.
import { StringDecoder } from 'node:string_decoder';
import { beginning, ending } from './inside/cut.ts';

const HEAD = 12_000;
const TAIL = 18_000;

export class Output {
  readonly #decoder = new StringDecoder('utf8');
  #head = '';
  #tail = '';
  #dropped = 0;
  /** Everything that came, in characters. */
  length = 0;

  add(chunk: Buffer): void {
    this.#take(this.#decoder.write(chunk));
  }

  end(): void {
    this.#take(this.#decoder.end());
  }

  /** As it stands: the middle is left out where it is long. */
  text(): string {
    if (this.#dropped === 0) return this.#head + this.#tail;
    const [head, tail] = [this.#beginning(), ending(this.#tail)];
    const left = this.length - head.length - tail.length;
    return `${head}\n… ${left} characters left out …\n${tail.toWellFormed()}`;
  }

  /** From a place on, whole lines alone unless it has ended. @returns where to go on. */
  from(place: number, ended: boolean): { readonly text: string; readonly next: number; readonly lost: number } {
    const gapAt = this.#head.length;
    const gapEnd = gapAt + this.#dropped;
    const lost = place <= gapAt ? this.#dropped : Math.max(0, gapEnd - place);
    const tail = this.#tail.slice(Math.max(0, place - gapEnd));
    const end = ended ? tail.length : tail.lastIndexOf('\n') + 1;
    const next = this.length - (tail.length - end);
    // Without a gap the beginning and the end are one text.
    if (lost === 0) {
      const rest = this.#head.slice(place) + tail;
      const whole = ended ? rest.length : rest.lastIndexOf('\n') + 1;
      return { text: rest.slice(0, whole).toWellFormed(), next: this.length - (rest.length - whole), lost };
    }
    return { text: (this.#beginning().slice(place) + ending(tail.slice(0, end))).toWellFormed(), next, lost };
  }

  /** Of what was dropped after it the next character is unknown. */
  #beginning(): string {
    return beginning(`${this.#head}\0`, this.#head.length, true);
  }

  #take(text: string): void {
    this.length += text.length;
    const room = HEAD - this.#head.length;
    this.#head += text.slice(0, Math.max(0, room));
    this.#tail += text.slice(Math.max(0, room));
    if (this.#tail.length <= 2 * TAIL) return;
    this.#cut();
  }

  #cut(): void {
    const over = this.#tail.length - TAIL;
    this.#dropped += over;
    this.#tail = this.#tail.slice(over);
  }
}
