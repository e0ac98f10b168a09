// Commands with sources and a destination: `cp`, `mv`, `ln`, `install`, and `dd`, whose operands name themselves.

import type { Field } from '../field.ts';
import { addExecute, type Invocation } from '../invocation.ts';
import { baseName } from '../names.ts';
import { addPath, resolve } from '../paths.ts';
import { addUnknown } from '../run.ts';
import { bothWays, type Flow } from '../state.ts';
import { readArguments, type Spec } from './spec.ts';

const COMMON =
  '-b -f -i -n -v -t= -T -u --backup? --force --interactive --no-clobber --verbose --suffix= --target-directory= --no-target-directory --update?';
const SPECS: { readonly [name: string]: Spec } = {
  cp: {
    options: `${COMMON} -a -d -H -l -L -p -P -r -R -s -x --archive --attributes-only --dereference --link --no-dereference --parents --preserve? --no-preserve= --recursive --reflink? --remove-destination --sparse= --symbolic-link --one-file-system`,
    operands: 'read',
  },
  mv: { options: COMMON, operands: 'delete' },
  ln: {
    options: `${COMMON} -d -F -h -L -n -P -r -s --directory --logical --no-dereference --physical --relative --symbolic`,
    operands: 'read',
  },
  install: {
    options:
      '-b -c -C -d -D -g= -m= -o= -p -s -t= -T -v --directory --group= --mode= --owner= --target-directory= --verbose',
    operands: 'read',
  },
};

export function walkMoving(invocation: Invocation): Flow | undefined {
  const { run, name, args, state, span } = invocation;
  const spec = SPECS[name];
  if (spec === undefined) return undefined;
  const read = readArguments(spec, args);
  const moved: Flow = bothWays({ ...state, pathsMoved: true });
  if ('unknown' in read) {
    addUnknown(run, name, read.unknown.span, `\`${name}\`: ${read.note}`);
    return moved;
  }
  addExecute(run, name, span);
  const named = read.seen.has('-t') || read.seen.has('--target-directory');
  const target = read.values.get('-t') ?? read.values.get('--target-directory');
  if (named && target === undefined) addUnknown(run, name, span, `\`${name}\`: a folder that is not known`);
  const onlyFolders = name === 'install' && (read.seen.has('-d') || read.seen.has('--directory'));
  const destination: Field | undefined =
    target !== undefined
      ? { kind: 'text', text: target, span }
      : read.operands.length > 1
        ? read.operands.at(-1)
        : undefined;
  const sources = target === undefined && read.operands.length > 1 ? read.operands.slice(0, -1) : read.operands;
  if (onlyFolders) {
    for (const word of read.operands) addPath(run, 'write', word, state);
    return moved;
  }
  const recursive =
    name === 'mv' || ['-a', '-r', '-R', '--archive', '--recursive'].some((option) => read.seen.has(option));
  for (const source of sources) {
    // A link counts as a read of what it leads to: what is made here can be read through it.
    addPath(run, 'read', source, state, recursive ? { recursive } : {});
    if (name === 'mv') addPath(run, 'delete', source, state, { recursive });
    addDestination(invocation, source, destination ?? { kind: 'text', text: '.', span }, recursive);
  }
  return moved;
}

/** A destination that is a folder is written below, under the name of the source: a link may already stand there. */
function addDestination({ run, state }: Invocation, source: Field, destination: Field, recursive: boolean): void {
  const options = recursive ? ({ certainty: 'possible', recursive: true } as const) : {};
  if (destination.kind !== 'text') {
    addPath(run, 'write', destination, state, options);
    return;
  }
  addPath(run, 'write', destination, state, options);
  const folder =
    destination.text.endsWith('/') || resolve(run, destination.text, state).some((fact) => fact.kind === 'folder');
  if (!folder) return;
  if (source.kind === 'text') {
    const below = `${destination.text}/${baseName(source.text)}`;
    addPath(run, 'write', { kind: 'text', text: below, span: destination.span }, state, options);
  } else addUnknown(run, destination.text, destination.span, 'names below the destination are not known');
}

export function walkDd({ run, name, args, state, span }: Invocation): Flow {
  addExecute(run, name, span);
  for (const word of args) {
    const [key, value] =
      word.kind === 'text'
        ? [word.text.slice(0, word.text.indexOf('=')), word.text.slice(word.text.indexOf('=') + 1)]
        : [];
    if (value !== undefined && key === 'of')
      addPath(run, 'write', { kind: 'text', text: value, span: word.span }, state);
    else if (value !== undefined && key === 'if')
      addPath(run, 'read', { kind: 'text', text: value, span: word.span }, state);
    else if (key === undefined || !/^(?:bs|cbs|ibs|obs|count|conv|iflag|oflag|seek|skip|status)$/.test(key))
      addUnknown(run, name, word.span, '`dd`: an operand that is not known');
  }
  return bothWays(state);
}
