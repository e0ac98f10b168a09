// find: its folders are read, everything below too; predicates that run, write or follow links are not in the table.

import { addExecute, type Invocation } from '../invocation.ts';
import { addPath } from '../paths.ts';
import { addUnknown } from '../run.ts';
import { bothWays, type Flow } from '../state.ts';
import type { Field } from '../word.ts';

const ALONE = new Set(
  '-print -print0 -prune -depth -d -xdev -mount -empty -readable -writable -executable -true -false -o -or -a -and -not ! ( ) , -ls -quit -nouser -nogroup -daystart -noleaf -warn -nowarn -ignore_readdir_race -P'.split(
    ' ',
  ),
);
const WITH_VALUE = new Set(
  '-name -iname -path -ipath -wholename -iwholename -regex -iregex -regextype -type -xtype -size -mtime -mmin -atime -amin -ctime -cmin -newermt -newerct -newerat -maxdepth -mindepth -perm -user -group -uid -gid -links -inum -fstype -lname -ilname -printf -used'.split(
    ' ',
  ),
);
const WITH_FILE = new Set(['-newer', '-anewer', '-cnewer', '-samefile']);

export function walkFind({ run, name, args, state, span }: Invocation): Flow {
  const start = args.findIndex((word) => word.kind !== 'text' || /^[-(!,)]/.test(word.text));
  const folders = start < 0 ? args : args.slice(0, start);
  const unknown = (word: Field, note: string): Flow => {
    addUnknown(run, name, word.span, `\`find\`: ${note}`);
    for (const folder of roots) addPath(run, 'read', folder, state, { certainty: 'possible', recursive: true });
    return bothWays({ ...state, pathsMoved: true });
  };
  const roots: readonly Field[] = folders.length > 0 ? folders : [{ kind: 'text', text: '.', span }];
  const files: Field[] = [];
  let deletes = false;
  for (let index = folders.length; index < args.length; index += 1) {
    const word = args[index];
    if (word?.kind !== 'text')
      return unknown(word ?? { kind: 'unknown', note: '', span }, 'a word that could be any predicate');
    const value = args[index + 1];
    if (ALONE.has(word.text)) continue;
    if (word.text === '-delete') deletes = true;
    else if (WITH_VALUE.has(word.text) && value?.kind === 'text') index += 1;
    else if (WITH_FILE.has(word.text) && value?.kind === 'text') {
      files.push(value);
      index += 1;
    } else return unknown(word, `\`${word.text}\` with what follows is not known`);
  }
  addExecute(run, name, span);
  for (const folder of roots) addPath(run, 'read', folder, state, { recursive: true });
  for (const file of files) addPath(run, 'read', file, state);
  if (deletes) for (const folder of roots) addPath(run, 'delete', folder, state, { recursive: true });
  return bothWays(deletes ? { ...state, pathsMoved: true } : state);
}
