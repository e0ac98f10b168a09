// Every command whose effects are known: the tables, and the few that need a hand.
import type { Field } from '../field.ts';
import { addExecute, type Invocation } from '../invocation.ts';
import { addPath } from '../paths.ts';
import { addUnknown } from '../run.ts';
import { bothWays, type Flow } from '../state.ts';
import { walkCpio, walkTar, walkZip } from './archive.ts';
import { walkAwk } from './awk.ts';
import { walkInterpreter } from './code.ts';
import { walkFind } from './find.ts';
import { each, type Handler } from './handler.ts';
import { walkLauncher } from './launchers.ts';
import { walkDd, walkMoving } from './moving.ts';
import { walkFound } from './names.ts';
import { walkPrintenv, walkTop } from './others.ts';
import { walkPieces } from './pieces.ts';
import { withNames } from './pipes.ts';
import { walkProgram } from './programs.ts';
import { walkSed } from './sed.ts';
import { walkLater, walkScript, walkShell, walkSu } from './shells.ts';
import type { Operands } from './spec.ts';
import { SYSTEM_HANDLERS, SYSTEM_SPECS } from './systems/index.ts';
import { ARCHIVES } from './tables/archives.ts';
import { CHANGING } from './tables/changing.ts';
import { DIGESTS } from './tables/digests.ts';
import { LAUNCHERS } from './tables/launchers.ts';
import { LISTING } from './tables/listing.ts';
import { PRINTING } from './tables/printing.ts';
import { PROGRAMS, READS_LISTS, TELLS } from './tables/programs.ts';
import { TEXT } from './tables/text.ts';
import { asPassedOn, walkSpec, withoutOptions } from './walk-spec.ts';
import { walkXargs } from './xargs.ts';

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ...[...PROGRAMS.keys()].map((name) => [name, walkProgram] as const),
  ...Object.keys(LAUNCHERS).map((name) => [name, walkLauncher] as const),
  ...each('cp mv ln install gcp gmv', walkMoving),
  ...each('dd', walkDd),
  ...each('split csplit', walkPieces),
  ...each('find gfind', walkFind),
  ...each('xargs gxargs', walkXargs),
  ...each('su runuser', walkSu),
  ...each('sh bash dash zsh ksh mksh ash yash rbash fish csh tcsh', walkShell),
  ...each('script', walkScript),
  ...each('at batch', walkLater),
  ...each('sed gsed', walkSed),
  ...each('awk gawk mawk nawk', walkAwk),
  ...each('tar gtar bsdtar', walkTar),
  ...each('zip unzip', walkZip),
  ...each('cpio', walkCpio),
  ...each('printenv', walkPrintenv),
  ...each('top', walkTop),
  ...SYSTEM_HANDLERS,
]);

const SPECS = new Map(
  [SYSTEM_SPECS, CHANGING, ARCHIVES, DIGESTS, PRINTING, LISTING, TEXT].flatMap((table) => Object.entries(table)),
);

/** Whatever stands in the file is read as options and operands. */
function addLists({ run, name, args, state }: Invocation): void {
  for (const word of args) {
    if (word.kind === 'unknown' || !word.text.startsWith('@')) continue;
    addPath(run, 'read', { kind: 'text', text: word.text.slice(1), span: word.span }, state);
    addUnknown(run, name, word.span, `\`${name}\`: options that stand in a file`);
  }
}

/** `/var/log/app-$(date +%F).log`: a part of a name, which no `/` and no `..` can be; it is one of those that look so. */
function asPattern(word: Field, operands: Operands): Field {
  if (word.kind !== 'unknown' || (word.plain !== true && word.number !== true)) return word;
  const { starts = '', empty = '', span } = word;
  // What begins with a letter in the same part of the path stays in that folder.
  if (!/(?:^|\/)[\w@+][^/]*$/.test(starts) || !empty.startsWith(starts) || /[*?[\]\\]|^[-+~]/.test(empty)) return word;
  if (!/^(?:read|write|delete)$/.test(operands) && !(operands === 'text-read' && starts.includes('/'))) return word;
  const folder = starts.slice(0, starts.lastIndexOf('/') + 1);
  return { kind: 'glob', folder, text: `${starts}*${empty.slice(starts.length)}`, span };
}

export function walkKnown(written: Invocation): Flow | undefined {
  const { run, name, span, state } = written;
  const found = walkFound(written);
  if (found !== undefined) return found;
  const lists = READS_LISTS.has(name);
  const args = withoutOptions(run, asPassedOn(run, written.args, state), state, lists);
  const invocation: Invocation = { ...written, args };
  if (lists) addLists(invocation);
  const [only] = args;
  const tells = args.length === 1 && only?.kind === 'text' && TELLS.test(only.text);
  // Before a table may believe it: some of them run the project first.
  if (tells && PROGRAMS.has(name)) return walkProgram(invocation);
  const handler = HANDLERS.get(name);
  const spec = handler === undefined ? SPECS.get(name) : undefined;
  if (handler !== undefined) return handler(invocation);
  if (spec === undefined) return walkInterpreter(invocation);
  if (tells) {
    addExecute(run, name, span);
    return bothWays(state);
  }
  walkSpec(spec, {
    ...invocation,
    args: args.map((word) => (spec.resource === 'names' ? word : asPattern(word, spec.operands))),
  });
  return withNames(invocation, bothWays(spec.moves === true ? { ...state, pathsMoved: true } : state));
}
