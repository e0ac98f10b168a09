// A float. It is boxed because an int is JavaScript's number: 1 and 1.0 are equal but of different types.

/** A float, boxed: a JavaScript number is an int here. */
/** A float of the language. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}
