// find: only names of what is below its folders are read, unless a predicate runs, writes or deletes. INVARIANT: a predicate
// that is not in the table, and a word that could be one, makes it untold. Sources: the manual pages of GNU findutils,
// FreeBSD and macOS; GTFOBins.

import { type Field, isInherited, isNoOption } from '../field.ts';
import { addExecute, type Invocation } from '../invocation.ts';
import { addPath } from '../paths.ts';
import { addUnknown } from '../run.ts';
import { bothWays, type Flow } from '../state.ts';
import { printsNames } from '../told-names.ts';
import { addUntoldPath } from '../untold-path.ts';
import { addAnyNames, addPathAs } from './add.ts';
import { walkOver } from './names.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
/** In front of the folders. */
const LEADING = /^-(?:[HLPEXdsx]+|O[0-3])$/;
const ALONE = words(
  '-print -print0 -prune -depth -d -xdev -x -mount -empty -readable -writable -executable -true -false -o -or -a -and -not ! ( ) , -ls -quit -nouser -nogroup -daystart -noleaf -warn -nowarn -ignore_readdir_race -noignore_readdir_race -follow -sparse -help --help -version --version',
);
const WITH_VALUE = words(
  '-name -iname -path -ipath -wholename -iwholename -regex -iregex -regextype -type -xtype -size -mtime -mmin -atime -amin -ctime -cmin -Bmin -Btime -maxdepth -mindepth -perm -user -group -uid -gid -links -inum -fstype -lname -ilname -printf -used -flags -depth -context -newermt -newerct -newerat -newerBt -xattrname',
);
const WITH_FILE = /^-(?:newer(?:[aBcm][aBcm])?|anewer|cnewer|mnewer|samefile)$/;
const WRITING = words('-fprint -fprint0 -fls');
const RUNNING = words('-exec -execdir -ok -okdir');

interface Found {
  readonly files: readonly Field[];
  readonly written: readonly Field[];
  readonly runs: readonly (readonly Field[])[];
  readonly deletes: boolean;
  /** `-type f`, with no other way around it. */
  readonly noLinks: boolean;
  readonly zero: boolean;
  readonly prints: boolean;
  /** `-print` or `-print0` stands there. */
  readonly told: boolean;
}

/** A pattern without quotes may become several words; none of them may be a predicate. */
const isHarmlessGlob = (word: Field): boolean =>
  word.kind === 'glob' &&
  (!/^[-*?[(!,]/.test(word.text) || /^[*?][^[]*[.\d_%@+]/.test(word.text.replace(/\[[^\]]*\]/g, '?')));
const isValue = (word: Field | undefined): word is Field =>
  word !== undefined &&
  (word.kind === 'text' ||
    isHarmlessGlob(word) ||
    (word.kind === 'unknown' && (word.inherited === true || word.single === true || word.plain === true)));

/** The predicates, or the word that cannot be told. */
function readPredicates(
  args: readonly Field[],
  rooted: boolean,
): Found | { readonly unknown: Field; readonly note: string } {
  const files: Field[] = [];
  const written: Field[] = [];
  const runs: (readonly Field[])[] = [];
  const seen = new Set<string>();
  let type: string | undefined;
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index];
    if (word?.kind !== 'text')
      return { unknown: word ?? { kind: 'text', text: '', span: [0, 0] }, note: 'a word that could be any predicate' };
    const value = args[index + 1];
    // Any find stops with an error at a word that is neither a predicate nor one of its values: nothing is looked at.
    if (isStray(word.text, rooted)) continue;
    seen.add(word.text);
    if (word.text === '-delete' || (ALONE.has(word.text) && !(word.text === '-depth' && isNumber(value)))) continue;
    if (RUNNING.has(word.text)) {
      const end = args.findIndex(
        (each, at) =>
          at > index && each.kind === 'text' && (each.text === ';' || (each.text === '+' && isMarker(args[at - 1]))),
      );
      const command = end < 0 ? args.slice(index + 1) : args.slice(index + 1, end);
      if (command.length === 0) return { unknown: word, note: `\`${word.text}\` without a command` };
      runs.push(command);
      index = end < 0 ? args.length : end;
      continue;
    }
    if (!isValue(value)) return { unknown: value ?? word, note: `\`${word.text}\` with what follows is not known` };
    index += 1;
    if (word.text === '-type' && value.kind === 'text') type = value.text;
    if (WITH_VALUE.has(word.text)) continue;
    if (WITH_FILE.test(word.text)) files.push(value);
    else if (WRITING.has(word.text)) written.push(value);
    else if (word.text === '-fprintf') {
      if (!isValue(args[index + 1])) return { unknown: word, note: 'a format that is not known' };
      written.push(value);
      index += 1;
    } else return { unknown: word, note: `\`${word.text}\` with what follows is not known` };
  }
  const branches = ['-o', '-or', '!', '-not', ',', '-follow'].some((each) => seen.has(each));
  return {
    files,
    written,
    runs,
    deletes: seen.has('-delete'),
    noLinks: type === 'f' && !branches,
    zero: seen.has('-print0'),
    told: seen.has('-print') || seen.has('-print0'),
    prints: !['-ls', '-printf', '-fls', '-fprint', '-fprint0', '-fprintf'].some((each) => seen.has(each)),
  };
}

/** Prints nothing beside the names, or nothing but names: `grep -q`, and `grep -l` where nothing else prints. */
function isQuiet(command: readonly Field[], told: boolean): boolean {
  const texts = command.map((word) => (word.kind === 'text' ? word.text : ''));
  if (!/^[ef]?grep$/.test(texts[0] ?? '')) return false;
  const [, letters = '', ...others] = texts;
  // A word further on may be the pattern: `grep -e -q`.
  if (!/^-[EFGHILilnqsvwx]+$/.test(letters) || others.some((text) => text.startsWith('-'))) return false;
  return told ? letters.includes('q') : letters.includes('l');
}

/** A plain word, a letter that is no predicate anywhere. */
const isStray = (word: string, rooted: boolean): boolean =>
  /^(?:[^-(),!]|-[a-ceg-wyz]$)/.test(word) || word === '' || (rooted && word === '-f');
const beginning = (word: Field): string =>
  word.kind !== 'unknown' || isInherited(word) ? 'a' : isNoOption(word) ? word.starts || 'a' : '-';
const isNumber = (word: Field | undefined): boolean => word?.kind === 'text' && /^[+-]?\d+$/.test(word.text);
const isMarker = (word: Field | undefined): boolean => word?.kind === 'text' && word.text === '{}';

export function walkFind(invocation: Invocation): Flow {
  const { run, name, args, state, span } = invocation;
  const leading = args.findIndex((word) => word.kind !== 'text' || !LEADING.test(word.text));
  const options = leading < 0 ? args : args.slice(0, leading);
  const rest = leading < 0 ? [] : args.slice(leading);
  const start = rest.findIndex((word) =>
    (word.kind === 'glob' ? /^[-*?[(!,]/ : /^[-(!,]/).test(word.kind === 'unknown' ? beginning(word) : word.text),
  );
  const folders = start < 0 ? rest : rest.slice(0, start);
  const roots: readonly Field[] = folders.length > 0 ? folders : [{ kind: 'text', text: '.', span }];
  const found = readPredicates(start < 0 ? [] : rest.slice(start), folders.length > 0);
  if ('unknown' in found) {
    addUnknown(run, name, found.unknown.span, `\`find\`: ${found.note}`);
    for (const folder of roots)
      addPathAs(run, 'read', folder, state, 'names', { certainty: 'possible', recursive: true });
    // `find $D -delete`: the words that are not known may name any folder.
    if (rest.some((word) => word.kind === 'text' && word.text === '-delete'))
      addUntoldPath(run, 'delete', found.unknown, state, { recursive: true });
    return bothWays({ ...state, pathsMoved: true });
  }
  addExecute(run, name, span);
  for (const folder of roots)
    if (folder.kind === 'unknown') addAnyNames(run, state, folder);
    else addPathAs(run, 'read', folder, state, 'names', { recursive: true });
  for (const file of found.files) addPathAs(run, 'read', file, state, 'names');
  for (const file of found.written) addPath(run, 'write', file, state);
  if (found.deletes) for (const folder of roots) addPath(run, 'delete', folder, state, { recursive: true });
  const follows = options.some((word) => word.kind === 'text' && word.text.includes('L'));
  const names = { roots, noLinks: found.noLinks && !follows, split: false };
  let moves = found.deletes || found.written.length > 0;
  for (const command of found.runs) moves = walkOver(invocation, command, '{}', names) || moves;
  const flow = bothWays(moves ? { ...state, pathsMoved: true } : state);
  if (found.prints && found.runs.every((command) => isQuiet(command, found.told)))
    printsNames(invocation, () => ({ ...names, split: !found.zero }));
  return flow;
}
