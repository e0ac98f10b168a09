// What ends a parse: thrown inside this folder, caught by `parse.ts`. No `Error`: a stack of ours is of no use to the writer of a program.

export class SyntaxFault {
  readonly message: string;
  /** Offset into the source. */
  readonly at: number;
  /** The text ended too early. */
  readonly atEnd: boolean;

  constructor(message: string, at: number, atEnd: boolean) {
    this.message = message;
    this.at = at;
    this.atEnd = atEnd;
  }
}

/** @throws SyntaxFault always */
export function refuse(message: string, at: number, atEnd = false): never {
  throw new SyntaxFault(message, at, atEnd);
}
