// A session at a terminal: each piece is an expression, whose value is shown, or statements, whose names the next pieces have. A piece
// that is not finished is asked for more; one that has a block ends at an empty line.
import {
  callFunction,
  compile,
  type Dialect,
  evaluate,
  type Host,
  type StarlarkError,
  UNIVERSE,
  type Value,
} from '../src/index.ts';
import { errorText } from './error-text.ts';
import { NO_FILES } from './files.ts';
import { SESSION_HELP } from './help.ts';
import type { Limits } from './options.ts';
import { predeclaredWith, timeout } from './session.ts';
import type { World } from './world.ts';

const NAME = '<stdin>';

/** What a newcomer types, and the name that it is for one who has bound it. */
const WORDS: ReadonlyMap<string, string> = new Map(
  ['help', 'exit', 'quit'].flatMap((word) => [
    [word, word],
    [`${word}()`, word],
  ]),
);

export async function talk(world: World, limits: Limits, dialect: Dialect): Promise<void> {
  const repl = new Repl(world, limits, dialect);
  world.stdout('Starlark. End with exit or Ctrl-D; help says more.\n');
  let piece = '';
  for (;;) {
    const line = await world.stdin.ask(piece === '' ? '>>> ' : '... ');
    if (line === undefined) break;
    piece += `${line}\n`;
    const reading = repl.read(piece, line);
    if (reading === 'end') return;
    if (reading === 'done') piece = '';
  }
  world.stdout('\n');
}

class Repl {
  private readonly world: World;
  private readonly limits: Limits;
  private readonly dialect: Dialect;
  private readonly predeclared: ReadonlyMap<string, Value>;
  private readonly globals = new Map<string, Value>();

  constructor(world: World, limits: Limits, dialect: Dialect) {
    this.world = world;
    this.limits = limits;
    this.dialect = dialect;
    this.predeclared = predeclaredWith(world.clock);
  }

  read(piece: string, line: string): 'done' | 'more' | 'end' {
    const word = WORDS.get(piece.trim());
    if (word !== undefined && !this.globals.has(word)) {
      if (word !== 'help') return 'end';
      this.world.stdout(SESSION_HELP);
      return 'done';
    }
    if (piece.trim() === '') return 'done';
    // A block may always go on: only an empty line ends it.
    const isBlock = /:\s*(#.*)?$/m.test(piece) && /^\s*(def|if|for|while)\b/m.test(piece);
    if (isBlock && line.trim() !== '') return 'more';
    const options = { ...this.host(), predeclared: this.predeclared, session: this.globals };
    const value = evaluate(NAME, piece.trim(), { ...options, dialect: this.dialect, maxSource: this.limits.source });
    if (value.ok) {
      this.show(value.result);
      return 'done';
    }
    // What is no expression may be a statement.
    if (value.error.kind !== 'syntax' && value.error.kind !== 'resolve') return this.complain(value.errors);
    const predeclared = new Set(this.predeclared.keys());
    const { dialect, limits } = this;
    const bound = new Set(this.globals.keys());
    const compiled = compile(NAME, piece, { dialect, predeclared, bound, maxSource: limits.source });
    if (!compiled.ok) return compiled.incomplete && line.trim() !== '' ? 'more' : this.complain(compiled.errors);
    const result = compiled.program.run(options);
    for (const [name, bound] of result.globals) this.globals.set(name, bound);
    if (!result.ok) this.complain([result.error]);
    return 'done';
  }

  private host(): Host {
    return {
      budget: this.limits,
      cancelled: timeout(this.limits.timeout, this.world.clock),
      print: (text) => this.world.stdout(`${text}\n`),
      load: () => ({ ok: false, message: NO_FILES }),
    };
  }

  private show(value: Value): void {
    if (value === null) return;
    const written = callFunction(UNIVERSE.get('repr') ?? null, [value], this.host());
    if (written.ok) this.world.stdout(`${String(written.result)}\n`);
    else this.complain([written.error]);
  }

  private complain(errors: readonly StarlarkError[]): 'done' {
    for (const error of errors) this.world.stderr(`${errorText(error)}\n`);
    return 'done';
  }
}
