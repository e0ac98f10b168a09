// A text that is made of many small pieces. V8 ties pieces together with `+` and keeps a node of 32 bytes for each until somebody looks at the
// text; here they are copied a few at a time, so that the text is all that is kept.

const AT_ONCE = 512;

export class Chunks {
  private readonly chunks: string[];
  private pieces: string[];

  constructor() {
    this.chunks = [];
    this.pieces = [];
  }

  add(piece: string): void {
    this.pieces.push(piece);
    if (this.pieces.length < AT_ONCE) return;
    this.chunks.push(this.pieces.join(''));
    this.pieces = [];
  }

  get text(): string {
    return this.chunks.join('') + this.pieces.join('');
  }
}
