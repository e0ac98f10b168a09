// A session at a terminal: each piece is an expression, whose value is shown, or statements, whose names the next pieces have. A piece
// that is not finished is asked for more; one that has a block ends at an empty line.
import {
  callFunction,
  compile,
  type Dialect,
  evaluate,
  type StarlarkError,
  UNIVERSE,
  type Value,
} from '../src/index.ts';
import { errorText } from './error-text.ts';
import type { Limits } from './options.ts';
import { predeclaredWith } from './session.ts';
import type { World } from './world.ts';

const NAME = '<stdin>';

export async function talk(world: World, limits: Limits, dialect: Dialect): Promise<void> {
  const repl = new Repl(world, limits, dialect);
  world.stdout('Starlark. End with Ctrl-D.\n');
  let piece = '';
  for (;;) {
    const line = await world.stdin.ask(piece === '' ? '>>> ' : '... ');
    if (line === undefined) break;
    piece += `${line}\n`;
    const reading = repl.read(piece, line);
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

  read(piece: string, line: string): 'done' | 'more' {
    if (piece.trim() === '') return 'done';
    // A block may always go on: only an empty line ends it.
    const isBlock = /:\s*(#.*)?$/m.test(piece) && /^\s*(def|if|for|while)\b/m.test(piece);
    if (isBlock && line.trim() !== '') return 'more';
    const options = { ...this.host(), predeclared: this.predeclared, session: this.globals };
    const value = evaluate(NAME, piece.trim(), { ...options, dialect: this.dialect });
    if (value.ok) {
      this.show(value.result);
      return 'done';
    }
    // What is no expression may be a statement.
    if (value.error.kind !== 'syntax' && value.error.kind !== 'resolve') return this.complain(value.errors);
    const predeclared = new Set(this.predeclared.keys());
    const compiled = compile(NAME, piece, { dialect: this.dialect, predeclared, bound: new Set(this.globals.keys()) });
    if (!compiled.ok) return compiled.incomplete && line.trim() !== '' ? 'more' : this.complain(compiled.errors);
    const result = compiled.program.run(options);
    for (const [name, bound] of result.globals) this.globals.set(name, bound);
    if (!result.ok) this.complain([result.error]);
    return 'done';
  }

  private host() {
    const { clock } = this.world;
    const deadline = clock() + this.limits.timeout * 1000;
    return {
      budget: this.limits,
      cancelled: () => clock() > deadline,
      print: (text: string) => this.world.stdout(`${text}\n`),
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
