// How the tables of systems say what a tool does: subcommand path -> options with what they take -> effects. INVARIANT: what a
// table does not list is unknown, and where a listed effect may be meant by it, that effect is possible as well.

/**
 * Effects as text, `; ` between them: `kind[?~] [resource] [target]`. `?`: possible, `~`: can be taken back. In a target `{0}` is the first operand,
 * `{1}` the second, `{*}` all of them, `{1*}` all from the second on, `{--x}` what that option holds, `{path}` the subcommand.
 * A target behind `@` is a path. Without a target it is the subcommand with its operands.
 */
export type Does = string;

export interface Verb {
  /** As in the table language of `spec.ts` (`-a`, `-n=`, `-f<`, `-o>`, `--color?`), and `--x!`: it holds a program to run. */
  readonly options?: string;
  readonly does?: Does;
  /** With one of these options (blanks between them) these effects too. */
  readonly with?: { readonly [options: string]: Does };
  /** With one of these options only these effects. */
  readonly instead?: { readonly [options: string]: Does };
  /** What stands where no operand is given. */
  readonly alone?: Does;
  /** With an operand that matches, these effects too. */
  readonly about?: readonly (readonly [RegExp, Does])[];
  /** With a value of one of these options that matches (or is not known), these effects too. */
  readonly values?: readonly (readonly [string, RegExp, Does])[];
  /** None may be given, paths that are read or written, or words without effect of their own (when not said). */
  readonly operands?: 'none' | 'text' | 'read' | 'write' | 'delete';
  /** From this operand on it is a command that runs somewhere else. */
  readonly inner?: number;
  /** Options that are not listed change nothing that counts. */
  readonly lenient?: boolean;
}

export interface Tool {
  /** Known wherever they stand. */
  readonly options?: string;
  /** Options known once this much of the subcommand was read: `compose` takes `-f` in front of its own subcommands. */
  readonly groups?: { readonly [path: string]: string };
  /** Paths with `, ` between them. `*` is any one word, `** x` any words and then `x`, `get-*` any ending. `''`: no subcommand. */
  readonly verbs: { readonly [paths: string]: Does | Verb };
  /** An operand or the value of an option that is an address is asked: where is what it says. */
  readonly urls?: boolean;
  /** A long option may be cut short as long as it is no other one (GNU getopt_long, git, Perl). */
  readonly abbreviates?: boolean;
  /** Files from here up to the root that make every use of the tool, or only what connects, do this as well. */
  readonly configured?: readonly { readonly files: string; readonly does: Does; readonly on?: 'connect' }[];
  readonly lenient?: boolean;
}

export interface Entry {
  readonly path: readonly string[];
  readonly verb: Verb;
}

const entries = new WeakMap<Tool, readonly Entry[]>();

export function entriesOf(tool: Tool): readonly Entry[] {
  const cached = entries.get(tool);
  if (cached !== undefined) return cached;
  const all = Object.entries(tool.verbs).flatMap(([paths, value]) => {
    const verb: Verb = typeof value === 'string' ? { does: value } : value;
    return paths.split(', ').map((path): Entry => ({ path: path.split(' ').filter(Boolean), verb }));
  });
  entries.set(tool, all);
  return all;
}

const matchesWord = (part: string, word: string): boolean =>
  part === word || part === '*' || (part.endsWith('*') && part !== '**' && word.startsWith(part.slice(0, -1)));

/** exact: it is this path. prefix: more words may make it one. */
function matchPath(path: readonly string[], words: readonly string[]): 'exact' | 'prefix' | undefined {
  const [first] = path;
  if (first === '**') {
    const last = path[1] ?? '';
    const at = words.findIndex((word) => matchesWord(last, word));
    if (at >= 0) return at === words.length - 1 ? 'exact' : undefined;
    return words.length < 6 ? 'prefix' : undefined;
  }
  if (words.length > path.length) return undefined;
  if (!words.every((word, index) => matchesWord(path[index] ?? '', word))) return undefined;
  return words.length === path.length ? 'exact' : 'prefix';
}

const weight = ({ path }: Entry): number => (path.some((part) => part.includes('*')) ? 0 : 1);

/** The entry these words stand for: one that is spelt out before one with a `*`. */
export function findEntry(tool: Tool, words: readonly string[]): Entry | undefined {
  const found = entriesOf(tool).filter(({ path }) => path.length > 0 && matchPath(path, words) === 'exact');
  return found.toSorted((a, b) => weight(b) - weight(a))[0];
}

export const mayGoOn = (tool: Tool, words: readonly string[]): boolean =>
  entriesOf(tool).some(({ path }) => path.length > 0 && matchPath(path, words) !== undefined);

export const bareEntry = (tool: Tool): Entry | undefined => entriesOf(tool).find(({ path }) => path.length === 0);
