// Common commands that change something, with what they change. They are never safe by themselves: the tables exist so that
// rules and people see real targets. Sources: the manual pages of GNU coreutils, gzip, bzip2, xz, zstd, util-linux, attr, acl,
// of FreeBSD and macOS.
import type { Spec } from '../spec.ts';

const OWNER: Spec = {
  options:
    '-c -f -h -H -L -P -R -v -x --changes --silent --quiet --verbose --recursive --no-dereference --dereference --preserve-root --no-preserve-root --reference<',
  operands: 'text-write',
  insteadOfFirst: '--reference',
  recursive: '-R --recursive',
  resource: 'permissions',
};
const ENDINGS = '.gz .bz2 .xz .lzma .zst .Z .z .tgz=.tar .tbz=.tar .tbz2=.tar .txz=.tar .tzst=.tar .taz=.tar';
/** Each operand becomes another file; the file itself goes unless it is kept. Not `-N` and `-S`: names from elsewhere. */
const COMPRESS: Spec = {
  options:
    '-1 -2 -3 -4 -5 -6 -7 -8 -9 -a -c -d -f -k -l -n -q -r -t -v -z -T= -V --stdout --to-stdout --decompress --uncompress --force --keep --list --no-name --quiet --recursive --test --verbose --fast --best --extreme -e --compress --small -s --rsyncable --threads= --synchronous --ascii --version --help',
  operands: 'write',
  printing: '-c -l -t --stdout --to-stdout --list --test --version --help',
  replaces: '-k --keep',
  recursive: '-r --recursive',
  endings: ENDINGS,
};

export const CHANGING: { readonly [name: string]: Spec } = {
  rm: {
    options:
      '-d -f -i -I -r -R -v -P -x --dir --force --interactive? --recursive --verbose --one-file-system --preserve-root? --no-preserve-root',
    operands: 'delete',
    recursive: '-r -R --recursive',
    moves: true,
  },
  rmdir: { options: '-p -v --parents --verbose --ignore-fail-on-non-empty', operands: 'delete', moves: true },
  unlink: { options: '', operands: 'delete', moves: true },
  trash: { options: '-v -F', operands: 'delete', recursive: '*', moves: true },
  'trash-put': { options: '-v -f -r', operands: 'delete', recursive: '*', moves: true },
  shred: {
    options: '-f -n= -s= -u -v -x -z --force --iterations= --remove? --size= --verbose --zero --exact --random-source<',
    operands: 'delete',
    moves: true,
  },
  srm: { options: '-d -f -i -l -m -r -s -v -z', operands: 'delete', recursive: '-r', moves: true },
  touch: {
    options: '-a -A= -c -f -h -m -d= -t= -r< --no-create --date= --reference< --time= --no-dereference',
    operands: 'write',
  },
  mkdir: { options: '-m= -p -v --mode= --parents --verbose', operands: 'write', keeps: '-p --parents' },
  tee: { options: '-a -i -p --append --ignore-interrupts --output-error?', operands: 'write' },
  sponge: { options: '-a', operands: 'write' },
  truncate: { options: '-c -o -s= -r< --no-create --io-blocks --size= --reference<', operands: 'write' },
  fallocate: { options: '-c -d -i -l= -n -o= -p -v -x -z --length= --offset= --keep-size', operands: 'write' },
  mktemp: {
    // Without a template it makes a new name where temporary files go.
    options: '-d -p= -q -t? -u --directory --dry-run --quiet --suffix= --tmpdir?',
    operands: 'write',
    nothingRead: '-u --dry-run -t -p --tmpdir',
  },
  mkfifo: { options: '-m= --mode=', operands: 'write' },
  chmod: { ...OWNER, options: OWNER.options },
  chown: { ...OWNER, options: `${OWNER.options} --from=` },
  chgrp: OWNER,
  setfacl: {
    options:
      '-b -d -k -m= -n -R -x= -P -L --default --mask --modify= --remove= --remove-all --remove-default --recursive --no-mask --test',
    operands: 'write',
    recursive: '-R --recursive',
    resource: 'permissions',
  },
  chflags: { ...OWNER, options: '-f -h -H -L -P -R -v -x' },
  gzip: COMPRESS,
  gunzip: { ...COMPRESS },
  pigz: { ...COMPRESS, options: `${COMPRESS.options} -p= -b= -i -K -m -M -R -Y --processes=` },
  bzip2: { ...COMPRESS, endings: `.bz2 ${ENDINGS}` },
  bunzip2: { ...COMPRESS, endings: `.bz2 ${ENDINGS}` },
  pbzip2: { ...COMPRESS, endings: `.bz2 ${ENDINGS}`, options: `${COMPRESS.options} -p? -b? -m?` },
  xz: {
    ...COMPRESS,
    endings: `.xz ${ENDINGS}`,
    options: `${COMPRESS.options} -0 --check= --memlimit= -M= --lzma2? --x86? --no-sparse`,
  },
  unxz: { ...COMPRESS, endings: `.xz ${ENDINGS}` },
  lzma: { ...COMPRESS, endings: `.lzma ${ENDINGS}` },
  unlzma: { ...COMPRESS, endings: `.lzma ${ENDINGS}` },
  compress: { ...COMPRESS, endings: `.Z ${ENDINGS}` },
  uncompress: { ...COMPRESS, endings: `.Z ${ENDINGS}` },
  zstd: {
    ...COMPRESS,
    endings: `.zst ${ENDINGS}`,
    options: `${COMPRESS.options} -10 -11 -12 -13 -14 -15 -16 -17 -18 -19 -T? -o> --rm --long? --ultra`,
    replaces: '-k -c',
  },
  unzstd: { ...COMPRESS, endings: `.zst ${ENDINGS}`, options: `${COMPRESS.options} -o> --rm`, replaces: '-k -c' },
  dos2unix: {
    options: '-b -c= -D= -e -f -k -l -o -q -r -s -m -u -v -ascii -iso -7 --keepdate --quiet --force --safe --oldfile',
    operands: 'write',
  },
  unix2dos: {
    options: '-b -c= -D= -e -f -k -l -o -q -r -s -m -u -v -ascii -iso -7 --keepdate --quiet --force --safe --oldfile',
    operands: 'write',
  },
  mac2unix: { options: '-k -q -f -o', operands: 'write' },
  split: {
    // Not `--filter`, which is a program. The pieces get names that begin with the last operand.
    options:
      '-a= -b= -C= -d -e -l= -n= -p= -t= -u -x --additional-suffix= --bytes= --line-bytes= --lines= --number= --suffix-length= --numeric-suffixes? --hex-suffixes? --elide-empty-files --separator= --unbuffered --verbose',
    operands: 'read-write',
    numbers: true,
    makes: '.',
  },
  csplit: {
    options:
      '-b= -f= -k -n= -s -q -z --suffix-format= --keep-files --digits= --quiet --silent --elide-empty-files --suppress-matched',
    // Behind the file stand the places to cut at.
    operands: 'read-text',
    values: { '-b': /^[\w%.-]+$/, '--suffix-format': /^[\w%.-]+$/ },
    makes: '.',
  },
  patchelf: { options: '--print-rpath --print-interpreter --print-needed --print-soname', operands: 'read' },
};
