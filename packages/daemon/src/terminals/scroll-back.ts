// The end of what a terminal has shown, so much and no more. `seq` counts characters since it was opened.

export class ScrollBack {
  readonly #most: number;
  #pieces: string[] = [];
  #kept = 0;
  #seq = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get seq(): number {
    return this.#seq;
  }

  push(text: string): void {
    this.#pieces.push(text);
    this.#kept += text.length;
    this.#seq += text.length;
    if (this.#kept <= this.#most) return;
    // Half of it at once: cut at each piece, every one would cost a copy of all of it.
    const whole = this.#pieces.join('');
    const kept = fromWhole(whole, whole.length - Math.floor(this.#most / 2));
    this.#pieces = [kept];
    this.#kept = kept.length;
  }

  /** What came after `seen`, or all that is kept where that is unknown or no longer kept. */
  since(seen: number | null): string {
    const text = this.#pieces.join('');
    return seen !== null && this.keeps(seen) ? text.slice(seen - this.#seq + this.#kept) : text;
  }

  /** Whether everything after this place is still there. */
  keeps(seen: number): boolean {
    return seen >= this.#seq - this.#kept && seen <= this.#seq;
  }
}

/** Where the kept text may begin: at a line or a sequence, and never inside of a character. */
function fromWhole(text: string, at: number): string {
  const found = text.slice(at, at + 4096).search(/[\n\u001b]/);
  const from = found < 0 ? at : at + found;
  return /[\uDC00-\uDFFF]/.test(text.charAt(from)) ? text.slice(from + 1) : text.slice(from);
}
