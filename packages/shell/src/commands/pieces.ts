// `split` and `csplit`: many new files whose names begin alike. INVARIANT: that they are new is believed only where the names
// that begin so were looked up and there are none. Sources: the manual pages of GNU coreutils, FreeBSD and macOS.
import { mayMatchMore } from '../changes.ts';
import { addExecute, type Invocation } from '../invocation.ts';
import { addPath } from '../paths.ts';
import { matchesProtected } from '../protected.ts';
import { addUnknown } from '../run.ts';
import { bothWays, type Flow } from '../state.ts';
import type { Field } from '../word.ts';
import { type Arguments, readArguments } from './spec.ts';
import { CHANGING } from './tables/changing.ts';
import { TELLS } from './tables/programs.ts';
import { walkSpec } from './walk-spec.ts';

const ORDINARY = /^[\w/+,@%:=-][\w./+,@%:=-]*$/;

export function walkPieces(invocation: Invocation): Flow | undefined {
  const { run, name, args, state, span } = invocation;
  const spec = CHANGING[name];
  if (spec === undefined) return undefined;
  const [only] = args;
  if (args.length === 1 && only?.kind === 'text' && TELLS.test(only.text)) {
    addExecute(run, name, span);
    return bothWays(state);
  }
  const read = readArguments(spec, args);
  const begins = 'unknown' in read ? undefined : beginning(name, read);
  const named = !('unknown' in read) && name === 'csplit' && read.seen.has('-f');
  if (named && begins === undefined) addUnknown(run, name, span, '`csplit`: names of pieces that are not known');
  if ('unknown' in read || begins === undefined || !areNew(invocation, begins)) {
    if (named && begins !== undefined) addPath(run, 'write', folderOf(begins, span), state, { recursive: true });
    walkSpec(spec, invocation);
    return bothWays(state);
  }
  addExecute(run, name, span);
  const [source] = read.operands;
  if (source !== undefined && !(source.kind === 'text' && source.text === '-')) addPath(run, 'read', source, state);
  const note = 'new files whose names begin so';
  addPath(run, 'write', { kind: 'text', text: begins, span }, state, { undoable: true, note });
  return bothWays(state);
}

const folderOf = (begins: string, span: Field['span']): Field => ({
  kind: 'text',
  text: begins.slice(0, begins.lastIndexOf('/') + 1) || '.',
  span,
});

/** What the names of the pieces begin with. Nothing: not known, or not as plain as to be looked up. */
function beginning(name: string, { operands, seen, values }: Arguments): string | undefined {
  if (name === 'csplit') return plainly(seen.has('-f') ? (values.get('-f') ?? '') : 'xx');
  const [, given, third] = operands;
  if (third !== undefined) return undefined;
  return given === undefined ? 'x' : given.kind === 'text' ? plainly(given.text) : undefined;
}

/** Hidden files and what follows `..` are told in another way: a piece may get the rest of a name that matters. */
const plainly = (text: string): string | undefined =>
  ORDINARY.test(text) && !text.endsWith('/') && !/(?:^|\/)\./.test(text.replace(/^(?:\.\/)+/, '')) ? text : undefined;

function areNew({ run, state }: Invocation, begins: string): boolean {
  const { facts, workspace, changes } = run;
  if (state.pathsMoved || state.cwds === undefined) return false;
  const name = begins.slice(begins.lastIndexOf('/') + 1);
  const pattern = `${begins.startsWith('/') ? '' : './'}${begins}*`;
  return state.cwds.every((cwd) => {
    const folder = facts.resolvePath(`${pattern.slice(0, pattern.lastIndexOf('/'))}/.`, { cwd, workspace }).path;
    // What this very command made under the beginning itself is none of the pieces.
    const made = mayMatchMore(changes, folder, new RegExp(`^${name.replace(/[.+]/g, '\\$&')}.`));
    if (made || matchesProtected(run, pattern, cwd).length > 0) return false;
    return facts.expandGlob(pattern, { cwd, workspace })?.length === 0;
  });
}
