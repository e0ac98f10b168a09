// Shells and what hands a text to one: a text that is known is read as the commands it is, anything else is code nobody has
// seen. Sources: the manual pages of bash, dash, zsh, ksh, su, runuser, script, at.

import type { Field, Told } from '../field.ts';
import { addExecute, type Invocation } from '../invocation.ts';
import { addPath } from '../paths.ts';
import { add, addUnknown } from '../run.ts';
import { after, bothWays, type Flow, newShell, type State, withFound } from '../state.ts';
import { addCode, spoken } from './add.ts';
import { FOUND_VARIABLE } from './found-text.ts';
import { readArguments, type Spec } from './spec.ts';

/** Not `-i`, `--rcfile` and `--init-file`: what an interactive shell starts with changes what words stand for. */
const SHELL: Spec = {
  options:
    '-c -s -l -n -e -u -x -v -f -h -b -C -E -p -r -a -m -k -t -B -H -o= -O= +e +u +x +v +o= +O= --login --norc --noprofile --posix --restricted --verbose --debugger --version --help',
  operands: 'text',
  leading: true,
  values: { '-o': /^(?:pipefail|errexit|nounset|xtrace|verbose|posix|noexec|noglob)$/, '-O': /^(?!)/, '+O': /^(?!)/ },
};

/** What bash reads one way and a plain sh another: `[[ a > b ]]` compares here and writes a file there. */
const DIALECT =
  /\[\[|\(\(|\$['"]|&>|>&\s*[^\d\s-]|[<>]\(|<<<|\bfunction\b|\$\[|\$\{[^}]*[/^,@!:]|\|&|\bcoproc\b|\btime\b/;

const forgotten = (state: State): Flow => bothWays({ ...state, pathsMoved: true });

/** Code from the input: from the network where the command has been there. */
function addInput({ run, name, args, span }: Invocation): void {
  const fetched = run.effects.some(({ kind, place }) => kind === 'connect' && place !== 'loopback');
  const target = spoken([{ kind: 'text', text: name, span }, ...args]);
  addCode(run, target, span, fetched ? 'downloaded-code' : 'inline-code', 'runs what it reads from its input');
}

export function walkShell(invocation: Invocation): Flow {
  const { run, name, args, span, state, stdin } = invocation;
  const read = readArguments(SHELL, args);
  const target = spoken([{ kind: 'text', text: name, span }, ...args]);
  if ('unknown' in read) {
    addCode(run, target, read.unknown.span, 'inline-code', `\`${name}\`: ${read.note}`);
    return forgotten(state);
  }
  const [first, ...rest] = read.operands;
  const shell: Field = { kind: 'text', text: name, span };
  if (read.seen.has('--version') || read.seen.has('--help')) {
    addExecute(run, name, span);
    return bothWays(state);
  }
  if (read.seen.has('-c')) {
    if (first?.kind === 'text')
      return walkText(invocation, first.text, first.span, rest.length > 0 ? rest : [shell], first.found);
    addCode(run, target, first?.span ?? span, 'inline-code', 'a text for a shell that is not known');
    return forgotten(state);
  }
  if (first !== undefined && !read.seen.has('-s')) return walkFile(invocation, first, target, read.seen.has('-n'));
  if (stdin.kind === 'text') return walkText(invocation, stdin.text, span, [shell, ...read.operands]);
  addInput(invocation);
  return forgotten(state);
}

function walkFile({ run, name, span, state }: Invocation, file: Field, target: string, checks: boolean): Flow {
  if (checks) addExecute(run, name, span);
  addPath(run, 'read', file, state);
  if (checks) return bothWays(state);
  addCode(run, target, span, 'project-code', 'runs the commands of a file');
  return forgotten(state);
}

/** Parameters that are names which were found: `find -exec sh -c 'wc -l "$1"' - {} ;`. */
const withNames = (state: State, words: readonly Field[]): State =>
  words.reduce(
    (next, word, at) =>
      word.kind === 'unknown' && word.names !== undefined ? withFound(next, String(at), word.names) : next,
    state,
  );

/** A text for a shell of its own; `words` are its `$0`, `$1` … */
export function walkText(
  invocation: Invocation,
  text: string,
  at: Field['span'],
  words: readonly Field[],
  found?: Told,
): Flow {
  const { run, name, span, state } = invocation;
  addExecute(run, name, span);
  const known = words.map((word) => (word.kind === 'text' ? word.text : undefined));
  const params = known.every((word) => word !== undefined) ? known : undefined;
  const inner = newShell(state, params);
  const flow = run.text(
    run,
    text,
    withNames(found === undefined ? inner : withFound(inner, FOUND_VARIABLE, found), words),
    at,
  );
  const dialect = /^(?:sh|dash|ash|busybox)$/.test(name) && DIALECT.test(text);
  if (dialect || /^(?:zsh|ksh|mksh|fish|csh|tcsh|yash|rbash)$/.test(name))
    addUnknown(run, text, at, `\`${name}\` may read this in another way`);
  const end = bothWays({ ...state, pathsMoved: state.pathsMoved || after(flow)?.pathsMoved !== false });
  return flow.stdout === undefined ? end : { ...end, stdout: flow.stdout };
}

const SU: Spec = {
  options:
    '-c= -f -g= -G= -l -m -p -P -s= -T -u= -w= --command= --session-command= --fast --group= --supp-group= --login --preserve-environment --pty --shell= --user= --whitelist-environment=',
  operands: 'text',
};

/** `su - user -c 'text'`, `runuser -u user -- command`: what follows runs with other rights. */
export function walkSu(invocation: Invocation): Flow {
  const { run, name, args, span, state } = invocation;
  add(run, {
    kind: 'escalate',
    target: name,
    targetKind: 'command',
    certainty: 'certain',
    span,
    note: 'runs with other rights',
  });
  const read = readArguments({ ...SU, leading: name === 'runuser' && args.some(({ kind }) => kind === 'text') }, args);
  const text = 'unknown' in read ? undefined : (read.values.get('-c') ?? read.values.get('--command'));
  if (text !== undefined) {
    const flow = run.text(run, text, newShell({ ...state, cwds: undefined }, undefined), span);
    return bothWays({ ...state, pathsMoved: after(flow)?.pathsMoved !== false });
  }
  if (
    !('unknown' in read) &&
    name === 'runuser' &&
    (read.seen.has('-u') || read.seen.has('--user')) &&
    read.operands.length > 0
  )
    return invocation.walk(read.operands);
  addUnknown(run, spoken(args), span, 'what runs with other rights is not limited');
  return forgotten(state);
}

const SCRIPT: Spec = {
  options:
    '-a -c= -d -e -E= -f -F -k -q -r -t? -T> -O> -I> -B> -m= -o= --append --command= --echo= --flush --force --log-out> --log-in> --log-io> --log-timing> --logging-format= --output-limit= --quiet --return --timing?',
  operands: 'text',
};

/** `script -c 'text' file`: what it does, and a copy of what it prints. */
export function walkScript(invocation: Invocation): Flow {
  const { run, name, args, span, state } = invocation;
  const read = readArguments(SCRIPT, args);
  const text = 'unknown' in read ? undefined : (read.values.get('-c') ?? read.values.get('--command'));
  if ('unknown' in read || text === undefined || read.operands.length > 1) {
    addCode(run, `${name} ${spoken(args)}`, span, 'inline-code', 'starts a shell, and keeps what is typed there');
    return forgotten(state);
  }
  const file: Field = read.operands[0] ?? { kind: 'text', text: 'typescript', span };
  addPath(run, 'write', file, state);
  for (const { kind, field } of read.paths) addPath(run, kind, field, state);
  return walkText(invocation, text, span, [{ kind: 'text', text: 'sh', span }]);
}

/** `at`, `batch`: what is read now runs later. */
export function walkLater(invocation: Invocation): Flow {
  const { run, name, args, span, state, stdin } = invocation;
  const [only] = args;
  addExecute(run, name, span);
  if (args.length === 1 && only?.kind === 'text' && /^(?:-l|-V)$/.test(only.text)) return bothWays(state);
  add(run, {
    kind: 'write',
    target: `${name} ${spoken(args)}`.trim(),
    targetKind: 'text',
    certainty: 'certain',
    resource: 'schedule',
    span,
    note: 'runs later, when nobody looks',
  });
  if (stdin.kind === 'text') run.text(run, stdin.text, newShell(state, undefined), span);
  else addInput(invocation);
  return forgotten(state);
}
