// A text that grows piece by piece, each paid for before it is added.
import { COST, LONGEST_STRING } from '../values/cost.ts';
import { toText } from '../values/text.ts';
import type { Meter, Value } from '../values/value.ts';

export class TextBuilder {
  text: string;
  private readonly thread: Meter;

  constructor(thread: Meter) {
    this.text = '';
    this.thread = thread;
    thread.allocate(COST.string);
  }

  add(piece: string): void {
    if (piece === '') return;
    // V8 ties the pieces together before it copies them, with a node for each.
    this.thread.allocate(COST.string + COST.unit * piece.length);
    if (this.text.length + piece.length > LONGEST_STRING) this.thread.allocate(Number.POSITIVE_INFINITY);
    this.text += piece;
  }

  /** A value as `str` writes it. */
  addText(value: Value): void {
    this.add(toText(value, this.thread));
  }
}
