// Bytes: an immutable sequence of numbers from 0 to 255. INVARIANT: `data` is never written to after construction.

export class Bytes {
  readonly data: Uint8Array;

  constructor(data: Uint8Array) {
    this.data = data;
  }
}
