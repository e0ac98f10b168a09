// Commands that are known by what kind of thing they do, while their exact effects depend on what only the run shows.

import { addExecute, type Invocation } from '../invocation.ts';
import { addPath } from '../paths.ts';
import { add, addUnknown } from '../run.ts';
import { bothWays, type Flow, type State } from '../state.ts';

const forgotten = (state: State): Flow => bothWays({ ...state, pathsMoved: true });

/** sudo and its kin: what follows runs with other rights. */
export function walkEscalation({ run, name, args, span, state }: Invocation): Flow {
  const inner = args.map((word) => (word.kind === 'text' ? word.text : '…')).join(' ');
  add(run, {
    kind: 'escalate',
    target: name,
    targetKind: 'command',
    certainty: 'certain',
    span,
    note: 'runs with other rights',
  });
  addUnknown(run, inner, span, 'what runs with other rights is not limited');
  return forgotten(state);
}

/** Only `--version`: a program that prints which one it is. */
export function walkVersion({ run, name, args, span, state }: Invocation): Flow | undefined {
  const [only, ...rest] = args;
  if (rest.length > 0 || only?.kind !== 'text' || !/^(?:--version|-v|-V)$/.test(only.text)) return undefined;
  if (only.text !== '--version' && !/^(?:node|npm|tsc)$/.test(name)) return undefined;
  addExecute(run, name, span);
  return bothWays(state);
}

const PRINTING = /^(?:\d+(?:,(?:\d+|\$))?|\$)p$/;

/** `sed -n '1,20p' file`: the one use of sed that is no program. */
export function walkSed({ run, args, span, state }: Invocation): Flow | undefined {
  const [quiet, script, ...files] = args;
  if (quiet?.kind !== 'text' || quiet.text !== '-n' || script?.kind !== 'text' || !PRINTING.test(script.text))
    return undefined;
  if (files.some((word) => word.kind !== 'text' || word.text.startsWith('-'))) return undefined;
  addExecute(run, 'sed', span);
  for (const file of files) addPath(run, 'read', file, state);
  return bothWays(state);
}

/** What bash reads one way and a plain sh another: `[[ a > b ]]` compares here and writes a file there. */
const DIALECT =
  /\[\[|\(\(|\$['"]|&>|>&\s*[^\d\s-]|[<>]\(|<<<|\bfunction\b|\$\[|\$\{[^}]*[/^,@!:]|\|&|\bcoproc\b|\btime\b/;

/** `sh -c 'text'`: the text is a command. Any other use reads commands from somewhere. */
export function walkShell({ run, name, args, state, span }: Invocation): Flow | undefined {
  const [option, text, ...rest] = args;
  if (option?.kind !== 'text' || option.text !== '-c' || text?.kind !== 'text' || rest.length > 0) return undefined;
  addExecute(run, name, span);
  run.text(run, text.text, { ...state, vars: new Map() }, text.span);
  if (name === 'zsh' || (name !== 'bash' && DIALECT.test(text.text)))
    addUnknown(run, text.text, text.span, `\`${name}\` may read this in another way`);
  return forgotten(state);
}
