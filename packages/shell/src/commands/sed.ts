// sed: what it reads and writes, with what its script does beyond that.

import type { Field } from '../field.ts';
import { addExecute, type Invocation } from '../invocation.ts';
import { addPath } from '../paths.ts';
import { addUnknown } from '../run.ts';
import type { Span } from '../span.ts';
import { bothWays, type Flow } from '../state.ts';
import { addUntoldPath } from '../untold-path.ts';
import { addCode, addPathAs, spoken } from './add.ts';
import { type SedDeeds, sedDeeds } from './sed-script.ts';
import { readArguments, type Spec } from './spec.ts';

/** Not `-f`, a script from a file. `-i` may carry an ending for what is kept of the old text. */
const SED: Spec = {
  options:
    '-n -r -E -s -u -z -a -i? -I? -e= -l= --quiet --silent --expression= --regexp-extended --separate --unbuffered --null-data --in-place? --line-length= --posix --debug --sandbox --follow-symlinks --version --help',
  operands: 'text',
};

export function walkSed(invocation: Invocation): Flow {
  const { run, name, args, state, span } = invocation;
  const moved = bothWays({ ...state, pathsMoved: true });
  const untold = (where: Span, note: string): Flow => {
    addCode(run, spoken([{ kind: 'text', text: name, span }, ...args]), where, 'inline-code', note);
    return moved;
  };
  const read = readArguments(SED, args);
  if ('unknown' in read) {
    addUntoldPath(run, 'read', read.unknown, state);
    if (args.some((word) => word.kind === 'text' && /^-[a-zA-Z]*[iI]|^--in-place/.test(word.text)))
      addUntoldPath(run, 'write', read.unknown, state);
    return untold(read.unknown.span, `\`${name}\`: ${read.note}`);
  }
  const inPlace = ['-i', '-I', '--in-place'].some((option) => read.seen.has(option));
  // `sed -i '' …`: BSD takes an empty ending as a word of its own.
  const [first] = read.operands;
  const rest = inPlace && first?.kind === 'text' && first.text === '' ? read.operands.slice(1) : read.operands;
  const inOptions = scriptsOf(args);
  if (inOptions === undefined) return untold(span, 'a script that is not known');
  const scripts: readonly (Field | undefined)[] = inOptions.length > 0 ? inOptions : [rest[0]];
  const files = inOptions.length > 0 ? rest : rest.slice(1);
  addExecute(run, name, span);
  if (read.seen.has('--version') || read.seen.has('--help')) return bothWays(state);
  const texts = scripts.map((word) => (word?.kind === 'text' ? word.text : undefined));
  const deeds = texts.includes(undefined) ? undefined : sedDeeds(texts.join('\n'));
  if (deeds === undefined) return untold(span, 'a script that could not be read, or that runs what it finds');
  for (const file of files) walkFile(invocation, file, inPlace, read.values);
  return walkDeeds(invocation, deeds, scripts[0]?.span ?? span);
}

/** Several `-e` make one script, in their order. `undefined`: one of them is not known. */
function scriptsOf(args: readonly Field[]): readonly Field[] | undefined {
  const scripts: Field[] = [];
  for (const [index, word] of args.entries()) {
    if (word.kind !== 'text') continue;
    if (word.text === '--') break;
    const attached = /^(?:-[nrEsuza]*e|--expression=)([\s\S]*)$/.exec(word.text)?.[1];
    if (attached === undefined) continue;
    const script: Field | undefined = attached === '' ? args[index + 1] : { ...word, text: attached };
    if (script?.kind !== 'text') return undefined;
    scripts.push(script);
  }
  return scripts;
}

function walkFile(
  { run, name, state }: Invocation,
  file: Field,
  inPlace: boolean,
  values: ReadonlyMap<string, string>,
): void {
  if (file.kind === 'text' && file.text === '-') return;
  if (file.kind === 'unknown') {
    addUnknown(run, name, file.span, `\`${name}\` ${inPlace ? 'writes' : 'reads'}: an operand that is not known`);
    addUntoldPath(run, 'read', file, state);
    if (inPlace) addUntoldPath(run, 'write', file, state);
    return;
  }
  addPathAs(run, 'read', file, state, undefined);
  if (!inPlace) return;
  addPath(run, 'write', file, state);
  const ending = values.get('-i') ?? values.get('-I') ?? values.get('--in-place') ?? '';
  if (ending === '') return;
  if (file.kind === 'text' && /^[\w.~-]+$/.test(ending))
    addPath(run, 'write', { ...file, text: `${file.text}${ending}` }, state);
  else addUnknown(run, name, file.span, `\`${name}\` keeps the old text under a name that is not known`);
}

function walkDeeds({ run, state }: Invocation, deeds: SedDeeds, span: Span): Flow {
  const path = (text: string): Field => ({ kind: 'text', text, span });
  for (const file of deeds.reads) addPath(run, 'read', path(file), state);
  for (const file of deeds.writes) addPath(run, 'write', path(file), state);
  for (const command of deeds.runs) run.text(run, command, { ...state, vars: new Map() }, span);
  return bothWays(deeds.runs.length > 0 ? { ...state, pathsMoved: true } : state);
}
