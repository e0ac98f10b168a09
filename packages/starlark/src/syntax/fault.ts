// What ends a parse: thrown inside this folder, caught by `parse.ts`. No `Error`: a stack of ours is of no use to the writer of a program.

export class SyntaxFault {
  readonly message: string;
  /** Offset into the source. */
  readonly at: number;

  constructor(message: string, at: number) {
    this.message = message;
    this.at = at;
  }
}

/** @throws SyntaxFault always */
export function refuse(message: string, at: number): never {
  throw new SyntaxFault(message, at);
}
