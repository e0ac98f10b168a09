// Archives: what is listed is read, what is packed is read whole, what is unpacked lands below a folder under names that only the
// archive knows. Sources: the manual pages of GNU tar, bsdtar, Info-ZIP, cpio; GTFOBins (`--checkpoint-action`, `-I`,
// `--to-command`, `zip -TT`).

import type { Field } from '../field.ts';
import { addExecute, type Invocation } from '../invocation.ts';
import { addPath } from '../paths.ts';
import { addUnknown } from '../run.ts';
import { bothWays, type Flow } from '../state.ts';
import { namesOf } from '../told-names.ts';
import { staysBelow } from './below.ts';
import { type Arguments, readArguments, type Spec } from './spec.ts';

/** Not `-I`, `-F`, `--use-compress-program`, `--to-command`, `--checkpoint-action`, `--rsh-command`. */
const TAR: Spec = {
  options:
    '-c -x -t -r -u -A -d -f= -v -w -z -j -J -a -Z -p -k -m -o -O -P -C= -T= -h -l -n -U -W -b= -S -s -M --create --extract --get --list --append --update --concatenate --diff --compare --delete --file= --verbose? --gzip --gunzip --bzip2 --xz --zstd --lzma --lz4 --auto-compress --compress --preserve-permissions --same-permissions --same-owner --no-same-owner --no-same-permissions --keep-old-files --keep-newer-files --skip-old-files --overwrite --overwrite-dir --touch --to-stdout --absolute-names --directory= --dereference --one-file-system --strip-components= --exclude= --exclude-vcs --exclude-vcs-ignores --exclude-backups --exclude-caches --wildcards --no-wildcards --anchored --no-anchored --ignore-case --owner= --group= --mode= --mtime= --sort= --numeric-owner --totals? --no-recursion --recursion --format= --no-xattrs --xattrs --selinux --acls --transform= --xform= --unlink-first --no-auto-compress --newer= --after-date= --newer-mtime= --null --files-from= --verbatim-files-from --warning= --force-local --version --help',
  operands: 'text',
  values: {
    '--transform': /^s([,/|#])(?:(?!\1).)*\1(?:(?!\1).)*\1[gix]*$/,
    '--xform': /^s([,/|#])(?:(?!\1).)*\1(?:(?!\1).)*\1[gix]*$/,
  },
};

const text = (value: string, span: Field['span']): Field => ({ kind: 'text', text: value, span });

/** `tar xzf a`: the letters may stand without a dash, and take their values in order. */
function withDash(args: readonly Field[]): readonly Field[] | undefined {
  const [first, ...rest] = args;
  if (first?.kind !== 'text' || first.text.startsWith('-')) return args;
  if (!/^[A-Za-z]+$/.test(first.text)) return undefined;
  const out: Field[] = [];
  for (const letter of first.text) {
    out.push(text(`-${letter}`, first.span));
    if (!/[fCbTXKNVgFI]/.test(letter)) continue;
    const value = rest.shift();
    if (value === undefined) return undefined;
    out.push(value);
  }
  return [...out, ...rest];
}

export function walkTar(invocation: Invocation): Flow {
  const { run, name, args, state, span } = invocation;
  const words = withDash(args);
  const read = words === undefined ? undefined : readArguments(TAR, words);
  if (read === undefined || 'unknown' in read) {
    addUnknown(run, name, read?.unknown.span ?? span, `\`${name}\`: ${read?.note ?? 'options that could not be read'}`);
    return bothWays({ ...state, pathsMoved: true });
  }
  const has = (options: string): boolean => options.split(' ').some((option) => read.seen.has(option));
  const file = read.values.get('-f') ?? read.values.get('--file');
  const folder = read.values.get('-C') ?? read.values.get('--directory');
  const twice =
    (words ?? []).filter((word) => word.kind === 'text' && /^(?:-C|--directory)/.test(word.text)).length > 1;
  // `host:file` is on another machine, fetched by a shell there.
  const remote = file?.includes(':') === true && !has('--force-local');
  if (remote || twice || (has('-f --file') && file === undefined) || (has('-C --directory') && folder === undefined)) {
    addUnknown(run, name, span, `\`${name}\`: an archive or a folder that is not known`);
    return bothWays({ ...state, pathsMoved: true });
  }
  const lists = has('-T --files-from') ? listed(invocation, read) : [];
  if (lists === undefined) {
    addUnknown(run, name, span, `\`${name}\`: names and options that stand in a file`);
    return bothWays({ ...state, pathsMoved: true });
  }
  addExecute(run, name, span);
  if (has('--version --help')) return bothWays(state);
  const inside = (word: Field): Field =>
    folder !== undefined && word.kind === 'text' && !word.text.startsWith('/')
      ? { ...word, text: `${folder}/${word.text}` }
      : word;
  const archive = file === undefined || file === '-' ? undefined : text(file, span);
  const changes = has('-c -r -u -A --create --append --update --concatenate --delete');
  if (archive !== undefined) addPath(run, changes ? 'write' : 'read', archive, state);
  if (has('-c -r -u -A -d --create --append --update --concatenate --diff --compare'))
    for (const word of [...read.operands, ...lists]) {
      if (has('-A --concatenate')) addPath(run, 'read', word, state);
      else if (has('-h --dereference'))
        addPath(run, 'read', inside(word), state, { recursive: true, certainty: 'possible', note: 'follows links' });
      else addPath(run, 'read', inside(word), state, { recursive: true });
    }
  if (!has('-x --extract --get') || has('-O --to-stdout')) return bothWays(state);
  addUnpacked(invocation, folder ?? '.', has('-P --absolute-names'));
  return bothWays({ ...state, pathsMoved: true });
}

/** `-T -` behind `find`: what was found. A line that begins with `-` is an option, so a name that is taken apart must not be there. */
function listed({ run, stdin, state }: Invocation, read: Arguments): readonly Field[] | undefined {
  const from = read.values.get('-T') ?? read.values.get('--files-from');
  const names = from === '-' || from === '/dev/stdin' ? namesOf(stdin) : undefined;
  const whole = names?.split === false && read.seen.has('--null');
  const plain = names?.roots.every((root) => root.kind === 'text' && !root.text.startsWith('-')) === true;
  const stays = plain && (whole || names.roots.every((root) => staysBelow(run, root, state, { split: true })));
  return stays && !read.seen.has('-C') && !read.seen.has('--directory') ? names.roots : undefined;
}

/** Names come from the archive: existing files may be replaced, links may be made. */
function addUnpacked({ run, name, state, span }: Invocation, folder: string, anywhere: boolean): void {
  const options = {
    recursive: true,
    certainty: 'possible',
    note: 'what the archive holds, which replaces what is there',
  } as const;
  addPath(run, 'write', text(folder, span), state, options);
  if (anywhere) addUnknown(run, name, span, 'names in the archive may lead anywhere');
}

/** Not `-T`, `-TT`, `-b`. */
const ZIP: Spec = {
  options:
    '-0 -1 -2 -3 -4 -5 -6 -7 -8 -9 -d -D -e -f -F -FF -FS -g -j -k -l -ll -m -o -q -r -u -v -X -y -z -P= -n= -sf -db -dc --exclude= --recurse-paths --symlinks --junk-paths --quiet --encrypt --move -sv -@',
  operands: 'text',
};
const UNZIP: Spec = {
  options: '-l -v -t -p -c -Z -z -1 -q -qq -n -o -u -f -j -a -aa -C -L -U -X -K -D -d= -P= -B -b -M -s -O= -I=',
  operands: 'text',
};

export function walkZip(invocation: Invocation): Flow {
  const { run, name, args, state, span } = invocation;
  // `-x pattern …` takes every word behind it: none of them is a file that is read.
  const cut = args.findIndex((word) => word.kind === 'text' && /^-[xi]$/.test(word.text));
  const read = readArguments(name === 'zip' ? ZIP : UNZIP, cut < 0 ? args : args.slice(0, cut));
  if ('unknown' in read || read.operands[0] === undefined) {
    addUnknown(
      run,
      name,
      'unknown' in read ? read.unknown.span : span,
      `\`${name}\`: ${'unknown' in read ? read.note : 'no archive'}`,
    );
    return bothWays({ ...state, pathsMoved: true });
  }
  const [archive, ...files] = read.operands;
  addExecute(run, name, span);
  const has = (options: string): boolean => options.split(' ').some((option) => read.seen.has(option));
  if (name === 'unzip') {
    addPath(run, 'read', archive, state);
    const folder = read.values.get('-d');
    if (has('-l -v -t -p -c -Z -z')) return bothWays(state);
    if (has('-d') && folder === undefined) addUnknown(run, name, span, 'a folder that is not known');
    addUnpacked(invocation, folder ?? '.', false);
    return bothWays({ ...state, pathsMoved: true });
  }
  // Names, one a line; nothing follows a link out of where they were found.
  const names = has('-@') ? namesOf(invocation.stdin) : undefined;
  const below = names?.roots.every((root) => staysBelow(run, root, state, names)) === true;
  if (has('-@') && !below) addUnknown(run, name, span, '`zip`: names on its input that are not known');
  addPath(run, 'write', archive, state);
  // Without an ending it gets one.
  if (archive.kind === 'text' && !/\.[^/]*$/.test(archive.text))
    addPath(run, 'write', { ...archive, text: `${archive.text}.zip` }, state);
  const recursive = has('-r --recurse-paths');
  const options =
    recursive && !has('-y --symlinks')
      ? ({ recursive, certainty: 'possible', note: 'follows links' } as const)
      : { recursive };
  for (const root of below ? (names?.roots ?? []) : []) addPath(run, 'read', root, state, { recursive: true });
  for (const file of files) {
    if (!has('-d')) addPath(run, 'read', file, state, options);
    if (has('-m --move')) addPath(run, 'delete', file, state, { recursive });
  }
  return bothWays(has('-m --move') ? { ...state, pathsMoved: true } : state);
}

const CPIO: Spec = {
  options:
    '-i -o -p -t -a -A -b -B -c -d -f -k -l -L -m -n -r -s -S -u -v -V -z -0 -H= -C= -E< -F= -I= -O= -R= -D= --extract --create --pass-through --list --null --make-directories --preserve-modification-time --unconditional --verbose --quiet --dereference --no-absolute-filenames --format= --reset-access-time --owner= --directory= --file=',
  operands: 'text',
};

/** cpio packs the names it reads, which are not known, and unpacks what it reads. */
export function walkCpio(invocation: Invocation): Flow {
  const { run, name, args, state, span } = invocation;
  const read = readArguments(CPIO, args);
  const has = (options: string): boolean =>
    !('unknown' in read) && options.split(' ').some((option) => read.seen.has(option));
  if (has('-t --list') && !has('-F -I -O -D --file --directory')) {
    addExecute(run, name, span);
    return bothWays(state);
  }
  // Packs the names it is given to its output; links are kept as links.
  const names = namesOf(invocation.stdin);
  if (
    has('-o --create') &&
    names !== undefined &&
    !has('-A -F -I -O -E -D -L -i -p --file --directory --dereference --extract --pass-through')
  ) {
    addExecute(run, name, span);
    for (const root of names.roots) addPath(run, 'read', root, state, { recursive: true });
    return bothWays(state);
  }
  addUnknown(
    run,
    name,
    span,
    'unknown' in read ? `\`cpio\`: ${read.note}` : 'packs or unpacks what it is told on its input',
  );
  return bothWays({ ...state, pathsMoved: true });
}
