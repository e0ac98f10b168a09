// How the tables of systems say what a tool does: subcommand path -> options with what they take -> effects. INVARIANT: what a
// table does not list is unknown, and where a listed effect may be meant by it, that effect is possible as well.

/**
 * Effects as text, `; ` between them: `kind[?~] [resource] [target]`. `?`: possible, `~`: can be taken back. In a target `{0}` is the first operand,
 * `{1}` the second, `{*}` all of them, `{1*}` all from the second on, `{--x}` what that option holds, `{path}` the subcommand,
 * `{address}` a host and its ports.
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

interface Table {
  readonly all: readonly Entry[];
  /** Those that may be meant by a path that begins with this word, in the order of the table. */
  readonly byFirst: ReadonlyMap<string, readonly Entry[]>;
  /** Those that may be meant by any other one. */
  readonly others: readonly Entry[];
}

const tables = new WeakMap<Tool, Table>();

function tableOf(tool: Tool): Table {
  const cached = tables.get(tool);
  if (cached !== undefined) return cached;
  const all = Object.entries(tool.verbs).flatMap(([paths, value]) => {
    const verb: Verb = typeof value === 'string' ? { does: value } : value;
    return paths.split(', ').map((path): Entry => ({ path: path.split(' ').filter(Boolean), verb }));
  });
  const begins = (word: string): readonly Entry[] =>
    all.filter(({ path: [first] }) => first === '**' || (first !== undefined && matchesWord(first, word)));
  const firsts = new Set(
    all.flatMap(({ path: [first] }) => (first === undefined || first.includes('*') ? [] : [first])),
  );
  const byFirst = new Map([...firsts].map((word) => [word, begins(word)]));
  const table = { all, byFirst, others: all.filter(({ path: [first] }) => first?.includes('*') === true) };
  tables.set(tool, table);
  return table;
}

export const entriesOf = (tool: Tool): readonly Entry[] => tableOf(tool).all;

function meantBy(tool: Tool, [first]: readonly string[]): readonly Entry[] {
  const { all, byFirst, others } = tableOf(tool);
  return first === undefined ? all : (byFirst.get(first) ?? others);
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

const isSpeltOut = ({ path }: Entry): boolean => !path.some((part) => part.includes('*'));

/** The entry these words stand for: one that is spelt out before one with a `*`. */
export function findEntry(tool: Tool, words: readonly string[]): Entry | undefined {
  let found: Entry | undefined;
  for (const entry of meantBy(tool, words)) {
    if (entry.path.length === 0 || matchPath(entry.path, words) !== 'exact') continue;
    if (isSpeltOut(entry)) return entry;
    found ??= entry;
  }
  return found;
}

export const mayGoOn = (tool: Tool, words: readonly string[]): boolean =>
  meantBy(tool, words).some(({ path }) => path.length > 0 && matchPath(path, words) !== undefined);

export const bareEntry = (tool: Tool): Entry | undefined => entriesOf(tool).find(({ path }) => path.length === 0);
