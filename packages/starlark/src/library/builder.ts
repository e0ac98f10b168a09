// A text that grows piece by piece, each paid for before it is added. Where an opaque text becomes a part of it, it is opaque as a whole.
import { COST, LONGEST_STRING } from '../values/cost.ts';
import { joinedParts, opaqueOf } from '../values/extension.ts';
import { toText } from '../values/text.ts';
import type { Extension, Meter, Value } from '../values/value.ts';

export class TextBuilder {
  /** What was added since the last opaque part. INVARIANT: all of it, while only `add` and `addText` were called. */
  text: string;
  private readonly thread: Meter;
  /** Up to the last opaque part, with it. */
  private parts: (string | Extension)[] | undefined;

  constructor(thread: Meter) {
    this.text = '';
    this.thread = thread;
    this.parts = undefined;
    thread.allocate(COST.string);
  }

  add(piece: string): void {
    if (piece === '') return;
    // V8 ties the pieces together before it copies them, with a node for each.
    this.thread.allocate(COST.string + COST.unit * piece.length);
    if (this.text.length + piece.length > LONGEST_STRING) this.thread.allocate(Number.POSITIVE_INFINITY);
    this.text += piece;
  }

  /** A value as it is told to people: an opaque text says of itself what may be seen. */
  addText(value: Value): void {
    this.add(toText(value, this.thread));
  }

  /** A value as a part of this text: as `str` writes it, but an opaque text stays what it is. */
  addPart(value: Value): void {
    const opaque = opaqueOf(value);
    if (opaque === undefined) {
      this.addText(value);
      return;
    }
    // As much for each of them: what an opaque text holds cannot be told from what it costs.
    this.thread.allocate(2 * COST.item);
    this.parts ??= [];
    if (this.text !== '') this.parts.push(this.text);
    this.parts.push(opaque);
    this.text = '';
  }

  /** A string, or what the opaque parts make of it. */
  get value(): Value {
    if (this.parts === undefined) return this.text;
    this.thread.allocate(COST.list);
    return joinedParts(this.text === '' ? this.parts : [...this.parts, this.text], this.thread);
  }
}
