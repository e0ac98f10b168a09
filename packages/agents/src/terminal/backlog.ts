// Output on its way to those who watch. INVARIANT: it never grows beyond its bound and nobody waits for it: what is oldest is
// left out, and it says so.

const LEFT_OUT = '\u0018\u001b[0m\r\n[some output was left out]\r\n';

export class Backlog {
  readonly #most: number;
  /** What was taken last, to be given once more to somebody who knows nothing of it. */
  readonly #again: number;
  #waiting = '';
  #taken = '';
  #isCut = false;

  constructor(most: number, again: number) {
    this.#most = most;
    this.#again = again;
  }

  get isEmpty(): boolean {
    return this.#waiting === '';
  }

  push(text: string): void {
    this.#waiting += text;
    // Not at each piece: a flood would be copied over and over.
    if (this.#waiting.length > 2 * this.#most) this.#cut();
  }

  /** The next piece, at most so long. */
  take(length: number): string {
    if (this.#waiting.length > this.#most) this.#cut();
    const said = this.#isCut ? LEFT_OUT : '';
    this.#isCut = false;
    const text = this.#waiting.slice(0, endOf(this.#waiting, length));
    this.#waiting = this.#waiting.slice(text.length);
    this.#taken = (this.#taken + text).slice(-this.#again);
    return said + text;
  }

  /** Begins again with the last of what was taken. */
  again(): void {
    this.#waiting = this.#taken + this.#waiting;
    this.#taken = '';
  }

  #cut(): void {
    const from = this.#waiting.length - this.#most;
    // At a line or a sequence where one is near; never inside of a character.
    const near = this.#waiting.slice(from, from + 4096).search(/[\n\u001b]/);
    const at = near < 0 ? from : from + near;
    this.#waiting = this.#waiting.slice(/[\uDC00-\uDFFF]/.test(this.#waiting.charAt(at)) ? at + 1 : at);
    this.#isCut = true;
  }
}

const endOf = (text: string, length: number): number =>
  length < text.length && /[\uD800-\uDBFF]/.test(text.charAt(length - 1)) ? length - 1 : length;
