// Commands with sources and a destination: `cp`, `mv`, `ln`, `install`, and `dd`, whose operands name themselves.

import { wasTouched } from '../changes.ts';
import type { Field } from '../field.ts';
import { addExecute, type Invocation } from '../invocation.ts';
import { baseName } from '../names.ts';
import { addPath, isTold, type PathOptions, resolve } from '../paths.ts';
import { addUnknown } from '../run.ts';
import { bothWays, type Flow } from '../state.ts';
import { addUntoldPath } from '../untold-path.ts';
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
    const recursive = name === 'mv' || args.some((word) => word.kind === 'text' && /^-\w*[arR]/.test(word.text));
    const unknown = args.filter(({ kind }) => kind === 'unknown');
    for (const word of (unknown.length === 0 ? [read.unknown] : unknown).slice(0, 8))
      for (const kind of name === 'mv' ? (['read', 'delete', 'write'] as const) : (['read', 'write'] as const))
        addUntoldPath(run, kind, word, state, { recursive });
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
  const into: Field = destination ?? { kind: 'text', text: '.', span };
  const whole = read.seen.has('-T') || read.seen.has('--no-target-directory');
  const copies = name === 'mv' || name === 'cp';
  for (const source of sources) {
    const below = recursive && !areFiles(invocation, source);
    // A link counts as a read of what it leads to: what is made here can be read through it.
    addPath(run, 'read', source, state, below ? { recursive: true } : {});
    const places = copies && !whole && !state.pathsMoved ? landing(invocation, source, into) : undefined;
    if (name === 'mv') {
      // What moves to where nothing was can be moved back.
      const back = places?.every((place) => isMissing(invocation, place));
      addPath(run, 'delete', source, state, { recursive: below, ...(back ? { undoable: true } : {}) });
    }
    if (places === undefined) addDestination(invocation, source, into, recursive);
    else for (const place of places) addPath(run, 'write', place, state, replacing(invocation, place, below));
    if (name === 'mv')
      for (const place of places ?? [into])
        if (place.kind === 'text') for (const { path } of resolve(run, place.text, state)) run.changes.landed.add(path);
  }
  return moved;
}

const areFiles = ({ run, state }: Invocation, source: Field): boolean => {
  if (source.kind !== 'text' || state.pathsMoved) return false;
  const facts = resolve(run, source.text, state);
  return facts.length > 0 && facts.every(({ kind }) => kind === 'file');
};

const isMissing = ({ run, state }: Invocation, place: Field): boolean => {
  const facts = place.kind === 'text' ? resolve(run, place.text, state) : [];
  return facts.length === 1 && facts[0]?.kind === 'missing';
};

/** A folder with everything below it that lands where nothing was replaces nothing; elsewhere names below are not known. */
const replacing = (invocation: Invocation, place: Field, below: boolean): PathOptions =>
  !below ? {} : isMissing(invocation, place) ? { recursive: true } : { recursive: true, certainty: 'possible' };

/** Where a source ends: the destination itself, or its own name below a folder that is there. Nothing: not known. */
function landing({ run, state }: Invocation, source: Field, destination: Field): readonly Field[] | undefined {
  if (source.kind !== 'text' || destination.kind !== 'text' || state.cwds?.length !== 1) return undefined;
  const [found, ...others] = resolve(run, destination.text, state);
  if (found === undefined || others.length > 0 || !isTold(found) || wasTouched(run.changes, found.path))
    return undefined;
  if (found.kind === 'missing' || found.kind === 'file')
    return destination.text.endsWith('/') ? undefined : [destination];
  const name = baseName(source.text);
  if (found.kind !== 'folder' || name === '' || name === '.' || name === '..') return undefined;
  const below: Field = { ...destination, text: `${destination.text.replace(/\/+$/, '')}/${name}` };
  const [inside] = resolve(run, below.text, state);
  // A folder of that name is filled, or stops it.
  const known = inside !== undefined && !wasTouched(run.changes, inside.path);
  return known && (inside.kind === 'missing' || inside.kind === 'file') ? [below] : undefined;
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
    else if (key === undefined || !/^(?:bs|cbs|ibs|obs|count|conv|iflag|oflag|seek|skip|status)$/.test(key)) {
      addUnknown(run, name, word.span, '`dd`: an operand that is not known');
      const starts = word.kind === 'unknown' ? (word.under ?? '') : word.text;
      const rest = starts.replace(/^[io]f=/, '');
      if (!starts.startsWith('of=')) addUntoldPath(run, 'read', word, state, {}, rest);
      if (!starts.startsWith('if=')) addUntoldPath(run, 'write', word, state, {}, rest);
    }
  }
  return bothWays(state);
}
