// Runners that fetch a package and start it (`npx`, `uvx`, `bunx`), whose first word is the package and not a subcommand.
import type { Effect } from '@castellan/contract';
import { addExecute, type Invocation } from '../../invocation.ts';
import { add, addUnknown, doubtfully, shorten } from '../../run.ts';
import { bothWays, type Flow } from '../../state.ts';
import type { Field } from '../../word.ts';
import { collect } from '../add.ts';
import { optionsOf, readAll } from './options.ts';

const OPTIONS =
  '-y -p= -c= -q -w= --yes --no --no-install --package= --call= --quiet --workspace= --workspaces --prefer-offline --offline --ignore-existing --bun --silent --from= --with= --python= --no-cache --isolated --refresh --index-url= --version --help --index= --default-index= --extra-index-url=';
const PINNED = /.@(?:v?\d+\.\d+\.\d+(?:[-+][\w.-]+)?)$|==\d[\w.]*$/;
/** A name, with or without a version; not one of the commands of every machine, which no package runner starts. */
const TOOL = /^(?!(?:sh|bash|zsh|dash|env|sudo|xargs|rm|cp|mv|cat)(?:@|$))[\w-]+(?:@[\w.^~-]+)?$/;
const REGISTRIES: { readonly [name: string]: string } = { uvx: 'pypi.org', pipx: 'pypi.org' };

export function walkRunner(invocation: Invocation): Flow {
  const { run, name, args, span, state } = invocation;
  const moved = bothWays({ ...state, pathsMoved: true });
  const read = readAll(optionsOf(OPTIONS), args, { inner: 1 });
  const has = (options: string): readonly Field[] =>
    read.seen.flatMap(({ option, value }) =>
      options.split(' ').includes(option) && value !== undefined ? [value] : [],
    );
  const flags = new Set(read.seen.map(({ option }) => option));
  const [first] = read.operands;
  if (first === undefined && (flags.has('--version') || flags.has('--help'))) {
    addExecute(run, name, span);
    return bothWays(state);
  }
  for (const { word, note } of read.untold) addUnknown(run, name, word.span, `\`${name}\`: ${note}`);
  for (const call of has('-c --call')) {
    if (call.kind === 'text')
      doubtfully(run, 'with packages in front of everything else', () => run.text(run, call.text, state, call.span));
    code(invocation, 'inline-code', call.kind === 'text' ? call.text : '…');
  }
  // The package may be the tool of that name: what it would do is shown beside the code that it is.
  const [named, ...words] = [...read.operands, ...read.inner];
  if (named?.kind === 'text' && TOOL.test(named.text))
    for (const effect of insideOf(invocation, { ...named, text: named.text.replace(/(?<=.)@.*$/, '') }, words))
      run.effects.push(effect);
  const packages = [...has('-p --package --from --with'), ...(first === undefined ? [] : [first])];
  const what = shorten(
    [name, ...read.operands, ...read.inner]
      .map((word) => (typeof word === 'string' ? word : word.kind === 'unknown' ? '…' : word.text))
      .join(' '),
  );
  const own = first?.kind === 'text' && packages.length === 1 && isInstalled(invocation, first.text);
  if (own) code(invocation, 'package-code', what);
  else if (!flags.has('--no-install') && !flags.has('--no') && !flags.has('--offline')) {
    const pinned = packages.every((word) => word.kind === 'text' && PINNED.test(word.text));
    code(invocation, pinned ? 'package-code' : 'downloaded-code', what);
    const target = REGISTRIES[name] ?? 'registry.npmjs.org';
    const { run: at } = invocation;
    add(at, { kind: 'connect', target, targetKind: 'host', place: 'public', certainty: 'certain', span });
  } else code(invocation, 'package-code', what);
  return moved;
}

/** What the tool of that name would change or send; that it is code is said beside it. */
function insideOf(invocation: Invocation, named: Field, words: readonly Field[]): readonly Effect[] {
  const { run, walk } = invocation;
  const found = collect(run, () => {
    doubtfully(run, 'if the package is the tool of that name', () => walk([named, ...words]));
  });
  return found.filter(({ kind }) => /^(?:write|delete|send|escalate|change-safety)$/.test(kind));
}

function code(
  { run, span }: Invocation,
  resource: 'package-code' | 'downloaded-code' | 'inline-code',
  target: string,
): void {
  add(run, { kind: 'execute', target, targetKind: 'command', certainty: 'unknown', resource, span });
}

/** What an install put beside the project runs from there, and nothing is fetched. */
function isInstalled({ run, state }: Invocation, text: string): boolean {
  if (!/^[\w.-]+$/.test(text)) return false;
  const { workspace } = run;
  return (state.cwds ?? []).some(
    (cwd) => run.facts.resolvePath(`node_modules/.bin/${text}`, { cwd, workspace }).kind !== 'missing',
  );
}
