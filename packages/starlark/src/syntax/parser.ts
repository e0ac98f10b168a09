// What every part of the parser shares: the token at hand, how to ask for one, and how deep it has gone.
//
// INVARIANT: every function of the grammar that may call itself, however indirectly, does so between `enter` and `leave`, and no more
// than MAX_NESTING may be open; between two of them there are a handful of JavaScript frames. A text of a million brackets is
// therefore a syntax error and not the end of the process. The other trees that are deep, long chains on the left (`a+a+a…`), need
// no recursion here; `depth.ts` refuses them.
import type { Expression } from './ast.ts';
import { refuse } from './fault.ts';
import type { Scanner } from './scanner.ts';
import { describe, type TokenKind } from './words.ts';

/** How deep blocks, brackets and operators may nest in one another. */
export const MAX_NESTING = 500;
/** Tokens between two questions whether to go on. */
const PAUSE_EVERY = 4096;

/** What the parts of the grammar need of those above them. */
export interface Grammar {
  /** One expression without a bare comma. */
  readonly test: (parser: Parser) => Expression;
  /** One as the operand of `if` in a comprehension: not a conditional. */
  readonly testWithoutCondition: (parser: Parser) => Expression;
  /** Neither a conditional nor a lambda. */
  readonly operation: (parser: Parser) => Expression;
  /** A name, a literal, something in brackets or after a sign, and what is called, indexed or asked of it. */
  readonly operand: (parser: Parser) => Expression;
  /** One, or a tuple without parentheses. */
  readonly expression: (parser: Parser, mayEndInComma: boolean) => Expression;
}

export class Parser {
  readonly scanner: Scanner;
  readonly grammar: Grammar;
  kind: TokenKind;
  #depth = 0;
  #tokens = 0;
  readonly #pause: (() => void) | undefined;

  /** @throws SyntaxFault for the first token */
  constructor(scanner: Scanner, grammar: Grammar, pause?: () => void) {
    this.scanner = scanner;
    this.grammar = grammar;
    this.#pause = pause;
    this.kind = scanner.next();
  }

  /** Where the token at hand begins. */
  get at(): number {
    return this.scanner.start;
  }

  is(kind: TokenKind): boolean {
    return this.kind === kind;
  }

  /** Moves on. @returns where the token that was at hand begins */
  next(): number {
    const at = this.scanner.start;
    this.#tokens++;
    if (this.#tokens % PAUSE_EVERY === 0) this.#pause?.();
    this.kind = this.scanner.next();
    return at;
  }

  /** Moves on over a token that must be there. @returns where it begins */
  take(kind: TokenKind): number {
    if (this.kind !== kind) this.fail(`got ${describe(this.kind)}, want ${describe(kind)}`);
    return this.next();
  }

  /** @throws SyntaxFault after the token at hand, where the reference reports most faults */
  fail(message: string): never {
    return refuse(message, this.scanner.offset);
  }

  /** The text of a string literal or the name of an identifier at hand. */
  text(): string {
    const { value } = this.scanner;
    return typeof value === 'string' ? value : '';
  }

  enter(): void {
    if (++this.#depth > MAX_NESTING) this.fail(tooDeep());
  }

  leave(): void {
    this.#depth--;
  }
}

export function tooDeep(): string {
  return `nesting is deeper than ${MAX_NESTING} levels`;
}
