// What a client starts by itself, for its own ends, with no call of any tool: so that what is neither that nor decided stands out
// (I6). Pure. INVARIANT: a program is known by where it lies and by its whole command, never by its name alone: an agent can call
// a program of its own `git`. What is not listed here is no fault of the client, but a person hears of it.
import { basename, dirname, join } from 'node:path';
import type { Connection } from '../connection/connection.ts';

/** A process, as far as it can be seen. */
export interface ProgramSeen {
  /** Null: it is another user's. */
  readonly exe: string | null;
  readonly args: readonly string[];
  readonly cwd: string | null;
}

/** itself: what it starts is looked at for itself. with-all: whatever it starts belongs to it. */
export type Chore = 'itself' | 'with-all';

export interface OwnPrograms {
  /** What its process is called by the system, cut to 15 characters; or what becomes it. */
  readonly names: ReadonlySet<string>;
  is(program: ProgramSeen): boolean;
  /** Where a process finds its settings. */
  settings(env: { readonly [name: string]: string | undefined }): string;
  /** What this client alone starts. */
  chore(program: ProgramSeen): Chore | null;
}

/** Where programs lie that only the owner of the machine puts there. */
const SYSTEM = /^\/(?:usr\/(?:local\/)?s?bin|s?bin|usr\/lib\/git-core|usr\/libexec\/git-core|nix\/store\/[^/]+\/bin)\//;
export const isSystem = ({ exe }: ProgramSeen, names: readonly string[]): boolean =>
  exe !== null && SYSTEM.test(exe) && names.includes(basename(exe));

/** What of git only looks, and reaches no network. */
const LOOKS: ReadonlySet<string> = new Set([
  ...[
    'rev-parse',
    'status',
    'log',
    'ls-files',
    'show',
    'diff',
    'branch',
    'remote',
    'config',
    'check-ignore',
    'describe',
  ],
  ...[
    'symbolic-ref',
    'for-each-ref',
    'worktree',
    'cat-file',
    'merge-base',
    'rev-list',
    'show-ref',
    'name-rev',
    'version',
  ],
  ...['hash-object', 'var', 'diff-index', 'diff-tree', 'diff-files', 'check-attr', 'ls-tree', '--version', 'shortlog'],
]);
/** Before the command: what takes a value of its own. */
const VALUED: ReadonlySet<string> = new Set(['-c', '-C', '--git-dir', '--work-tree', '--namespace', '--config-env']);

function isLooking(args: readonly string[]): boolean {
  for (let at = 1; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (VALUED.has(arg)) at += 1;
    else if (!arg.startsWith('-') || arg === '--version') return LOOKS.has(arg);
  }
  return false;
}

/** Of every client: git that only looks, a search for text. */
function common(program: ProgramSeen): Chore | null {
  if (isSystem(program, ['git']) && isLooking(program.args)) return 'itself';
  return isSystem(program, ['rg', 'ps', 'uname', 'getconf', 'which', 'locale', 'xdg-user-dir']) ? 'itself' : null;
}

/** Programs that run others: which one they are says nothing. */
const INTERPRETERS = /^(?:node|bun|deno|python[\d.]*|ruby|perl|sh|bash|dash|zsh|env)$/;

const sameProgram = (one: ProgramSeen, other: ProgramSeen): boolean =>
  one.exe !== null &&
  one.exe === other.exe &&
  (!INTERPRETERS.test(basename(one.exe)) || (one.args[1] !== undefined && one.args[1] === other.args[1]));

/** Our own hook client in each of its forms, also while the shell that starts it has not become it. */
function isHook({ exe, args }: ProgramSeen, { hook, agent }: Pick<Connection, 'hook' | 'agent'>): boolean {
  const [client = hook.file] = [hook.file, ...hook.args].filter((word) => /\/castellan-hook[\w.-]*$/.test(word));
  const [first = '', flag = '', text = ''] = args;
  if (flag === '-c' && args.length === 3 && INTERPRETERS.test(basename(first)))
    return text.startsWith(`'${client}' `) && /^(?:'[^']*' ?)+$/.test(text) && text.includes(`/${agent}/hook'`);
  if (args.at(-1)?.endsWith(`/${agent}/hook`) !== true) return false;
  if (exe === client) return true;
  const [, second, third] = args;
  return exe !== null && SYSTEM_OR_NODE.test(exe) && (second === client || (second === '-p' && third === client));
}
const SYSTEM_OR_NODE = /\/(?:node|dash|bash|sh|busybox)$/;

/** `castellan mcp`, as it was written into the client's settings. */
const isGateway = ({ args }: ProgramSeen, { gateway }: Pick<Connection, 'gateway'>): boolean =>
  args.length > gateway.args.length && gateway.args.every((word, at) => args[at + 1] === word);

/** What a process that a client started is to it; null: nobody knows it. @param client the process that it lies below */
export function choreOf(
  own: OwnPrograms,
  program: ProgramSeen,
  client: ProgramSeen,
  connection: Pick<Connection, 'hook' | 'gateway' | 'agent'>,
): Chore | null {
  if (isHook(program, connection)) return 'with-all';
  if (sameProgram(program, client) || isGateway(program, connection)) return 'itself';
  return own.chore(program) ?? common(program);
}

/** Whose entries a process works with; null: nobody's who is connected. */
export function holderOf(
  own: OwnPrograms,
  connections: readonly Connection[],
  process: { readonly cwd: string | null; readonly env: { readonly [name: string]: string | undefined } },
  stateFolder: string,
): Connection | null {
  const folder = own.settings(process.env);
  const holds = ({ scope, agent, files }: Connection): boolean => {
    switch (scope) {
      case 'isolated':
        return isWithin(folder, join(stateFolder, 'agents', agent));
      case 'user':
        return files.some(({ path }) => isWithin(path, folder));
      case 'project':
        return files.some(({ path }) => process.cwd !== null && isWithin(process.cwd, dirname(dirname(path))));
      case 'managed':
        return !isWithin(folder, stateFolder);
    }
  };
  const order = ['isolated', 'project', 'user', 'managed'] as const;
  return order.flatMap((scope) => connections.filter((one) => one.scope === scope && holds(one)))[0] ?? null;
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
